/** A visit to Stripe's portal: its pages are forms, and what is sent is what their buttons send. */

import type Stripe from 'stripe';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

export interface PortalVisit extends Pick<Extract<Step, { do: 'portal' }>, 'act' | 'passes'> {
  /** The id of the price that is switched to. */
  readonly price: string;
  /** What it is about; null where nothing runs. */
  readonly subscription: Stripe.Subscription | null;
  /** What is open to be paid. */
  readonly invoice: Stripe.Invoice | null;
}

/**
 * Does one thing and answers the bank where it asks. What the portal does not offer is refused by it, and changes nothing.
 * @param base the path of the session, as `POST /v1/portal` gave it
 */
export async function visitPortal(world: World, base: string, visit: PortalVisit): Promise<void> {
  const { act, subscription, invoice, price, passes } = visit;
  await world.get(base);
  if (act === 'look' || !subscription) return;
  const about = `${base}/subscriptions/${subscription.id}`;
  const date = String(Math.floor(world.time.now() / 1000));
  const send = {
    cancel: () => world.post(`${about}/cancel`, {}),
    resume: () => world.post(`${about}/resume`, {}),
    undo: () => world.post(`${about}/undo`, {}),
    switch: () => world.post(`${about}/confirm`, { price, quantity: '2', proration_date: date }),
    pay: () => (invoice ? world.post(`${base}/invoices/${invoice.id}/pay`, {}) : world.get(base)),
  };
  const answer = await send[act]();
  if (answer.status >= 500) throw new Error(`The portal answered ${answer.status} ${answer.text.slice(0, 400)}`);
  if (answer.location?.endsWith('/challenge') !== true) return;
  await world.post(`${base}/challenge`, { challenge: passes === 'passes' ? 'complete' : 'fail' });
}
