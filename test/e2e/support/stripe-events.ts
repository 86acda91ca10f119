/** Events as Stripe sends them: taken from the sandbox's books, signed with an endpoint's secret, delivered by the test itself. */

import Stripe from 'stripe';

/** The SDK on the sandbox. */
export function sandboxSdk(sandboxUrl: string): Stripe {
  const { hostname, port } = new URL(sandboxUrl);
  return new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http', telemetry: false });
}

/** All events about one customer, oldest first. */
export async function eventsOf(stripe: Stripe, customerId: string): Promise<Stripe.Event[]> {
  const events: Stripe.Event[] = [];
  for await (const event of stripe.events.list({ limit: 100 })) {
    const object = event.data.object as { id?: string; customer?: unknown };
    if (object.id === customerId || object.customer === customerId) events.push(event);
  }
  return events.toReversed();
}

/** Delivers an event to the backend's webhook door, signed now; the door's status. */
export async function deliver(backendUrl: string, event: Stripe.Event, secret: string): Promise<number> {
  const payload = JSON.stringify(event);
  const signature = await Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret });
  const response = await fetch(`${backendUrl}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body: payload,
  });
  await response.arrayBuffer();
  return response.status;
}

/** The customer that a checkout session is for. */
export async function customerOf(stripe: Stripe, sessionId: string): Promise<string> {
  const { customer } = await stripe.checkout.sessions.retrieve(sessionId);
  const id = typeof customer === 'string' ? customer : customer?.id;
  if (id === undefined) throw new Error(`${sessionId} has no customer.`);
  return id;
}

/** The customers that the backend made for a user, newest first. */
export async function customersOf(stripe: Stripe, userId: string): Promise<string[]> {
  const { data } = await stripe.customers.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata['planclaim_user'] === userId).map(({ id }) => id);
}

/** From now on the customer pays with this card: `pm_card_chargeCustomerFail` is saved and then fails. */
export async function chargeInFuture(stripe: Stripe, customer: string, card: string): Promise<void> {
  const { id } = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  const { data } = await stripe.subscriptions.list({ customer });
  for (const subscription of data) await stripe.subscriptions.update(subscription.id, { default_payment_method: id });
}

/** Pays an open session as its page does, without the way back: the backend hears nothing of it. */
export async function payUnseen(sandboxUrl: string, sessionId: string): Promise<void> {
  const response = await fetch(`${sandboxUrl}/v1/payment_pages/${sessionId}/confirm`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
  });
  if (!response.ok)
    throw new Error(`The sandbox did not take the payment: ${response.status} ${await response.text()}`);
}
