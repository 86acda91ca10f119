/** What happens at Stripe, past the backend: on its pages and in the dashboard. */

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import type { Doings, Hands } from './hands.ts';
import { cards, type Card } from './steps.ts';

/** @param tellAll lets the backend hear of all that has happened so far */
export function stripeDoings(
  hands: Hands,
  tellAll: () => Promise<void>,
): Pick<
  Doings,
  | 'pay'
  | 'card'
  | 'settle_invoice'
  | 'portal_cancel'
  | 'cancel_now'
  | 'reprice'
  | 'pause_collection'
  | 'void_invoice'
  | 'refund'
  | 'pause'
  | 'go_on'
  | 'delete_customer'
  | 'coupon'
  | 'dispute'
  | 'dashboard_subscribe'
> {
  return {
    pay: async ({ which, card, passes }) => {
      const session = hands.newest(hands.books.payableSessions(), which);
      if (!session) return;
      const paid = await hands.world.post(`/v1/payment_pages/${session.id}/confirm`, { payment_method: cards[card] });
      if (paid.status >= 500 && !hands.faulty) assert.fail(paid.text);
      const intent = paid.json['payment_intent'] as { id: string; status: string } | null;
      if (intent?.status === 'requires_action') await hands.challenge(intent.id, passes);
    },

    card: async ({ user, card }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (subscription) await replaceCard(hands, subscription, card);
    },

    settle_invoice: async ({ user, card, passes }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      const open = subscription && hands.books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      if (!subscription || !open) return;
      await replaceCard(hands, subscription, card);
      const { location } = await hands.world.post(`/i/${open.id}/pay`, {});
      if (location?.endsWith('/challenge') === true) {
        await hands.world.post(location, { challenge: passes === 'passes' ? 'complete' : 'fail' });
      }
    },

    portal_cancel: async ({ user, how }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (!subscription) return;
      const end = subscription.items.data[0]?.current_period_end ?? 0;
      await hands.atStripe(() =>
        hands.world.stripe.subscriptions.update(
          subscription.id,
          how === 'flag'
            ? { cancel_at_period_end: true }
            : how === 'date'
              ? { cancel_at: end }
              : subscription.cancel_at_period_end
                ? { cancel_at_period_end: false }
                : { cancel_at: '' },
        ),
      );
    },

    cancel_now: async ({ user }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (subscription) await hands.atStripe(() => hands.world.stripe.subscriptions.cancel(subscription.id));
    },

    reprice: async ({ user, to }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      const [item] = subscription?.items.data ?? [];
      if (!subscription || !item) return;
      // "The last known plan stays": which was known last has to be known when an unknown price comes or goes.
      const unknown = to === 'unknown' || item.price.id === hands.world.unknownPrice;
      if (unknown) await tellAll();
      const price =
        to === 'legacy'
          ? hands.world.legacyPrice
          : to === 'unknown'
            ? hands.world.unknownPrice
            : await hands.priceOf(`acme_${to}`);
      const { stripe } = hands.world;
      const { schedule } = subscription;
      await hands.atStripe(async () => {
        // Who reprices by hand takes off what was to change the price later.
        if (schedule !== null)
          await stripe.subscriptionSchedules.release(typeof schedule === 'string' ? schedule : schedule.id);
        await stripe.subscriptions.update(subscription.id, {
          items: [{ id: item.id, price, ...(to === 'team_monthly' && { quantity: 3 }) }],
          proration_behavior: 'create_prorations',
        });
      });
      if (unknown) await tellAll();
    },

    pause_collection: async ({ user, how }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (!subscription) return;
      await hands.atStripe(() =>
        hands.world.stripe.subscriptions.update(subscription.id, {
          pause_collection: how === 'off' ? '' : { behavior: how },
        }),
      );
    },

    void_invoice: async ({ user }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      const open = subscription && hands.books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      if (open) await hands.atStripe(() => hands.world.stripe.invoices.voidInvoice(open.id));
    },

    refund: async ({ user, share }) => {
      const subscription = hands.books.subscriptionsOf(hands.user(user)).at(-1);
      const paid =
        subscription && hands.books.invoicesOf(subscription.id).findLast(({ amount_paid: amount }) => amount > 0);
      const intent = paid && hands.books.paymentOf(paid.id);
      if (!paid || !intent) return;
      await hands.atStripe(() =>
        hands.world.stripe.refunds.create({
          payment_intent: intent,
          ...(share < 1 && { amount: Math.ceil(paid.amount_paid * share) }),
        }),
      );
    },

    pause: async ({ user }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (subscription) await hands.atStripe(() => hands.world.stripe.subscriptions.pause(subscription.id));
    },

    go_on: async ({ user }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (subscription) await hands.atStripe(() => hands.world.stripe.subscriptions.resume(subscription.id));
    },

    delete_customer: async ({ user }) => {
      const customer = [...hands.books.customersOf(hands.user(user))].at(-1);
      if (customer !== undefined) await hands.atStripe(() => hands.world.stripe.customers.del(customer));
    },

    coupon: async ({ user, percent, months }) => {
      const subscription = hands.books.runningOf(hands.user(user));
      if (!subscription) return;
      const { stripe } = hands.world;
      await hands.atStripe(async () => {
        const lasting =
          months === null
            ? { duration: 'forever' as const }
            : { duration: 'repeating' as const, duration_in_months: months };
        const { id } = await stripe.coupons.create({ percent_off: percent, ...lasting });
        await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: id }] });
      });
    },

    dispute: async ({ user, outcome }) => {
      const subscription = hands.books.subscriptionsOf(hands.user(user)).at(-1);
      const paid =
        subscription && hands.books.invoicesOf(subscription.id).findLast(({ amount_paid: amount }) => amount > 0);
      const charge = paid && hands.books.chargeOf(paid.id);
      if (charge) await hands.world.control('disputes', { charge: charge.id, ...(outcome !== 'open' && { outcome }) });
    },

    dashboard_subscribe: async ({ user, price }) => {
      const customer = [...hands.books.customersOf(hands.user(user))].at(-1);
      if (customer === undefined) return;
      const [plan] = price.split('_');
      const item = { price: await hands.priceOf(`acme_${price}`), quantity: plan === 'team' ? 2 : 1 };
      await hands.atStripe(() =>
        hands.world.stripe.subscriptions.create({ customer, items: [item], payment_behavior: 'allow_incomplete' }),
      );
    },
  };
}

/** As the portal does: the customer's default, and the subscription's own where it has one. */
async function replaceCard(hands: Hands, subscription: Stripe.Subscription, card: Card): Promise<void> {
  const { stripe } = hands.world;
  const customer = String(subscription.customer);
  await hands.atStripe(async () => {
    const method = await stripe.paymentMethods.attach(cards[card], { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
    if (subscription.default_payment_method !== null) {
      await stripe.subscriptions.update(subscription.id, { default_payment_method: method.id });
    }
  });
}
