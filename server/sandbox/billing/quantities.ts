/** How many of a price an item has: what is billed by use has no quantity, and nothing is used here. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';

export const isMetered = ({ recurring }: Pick<Stripe.Price, 'recurring'>): boolean =>
  recurring?.usage_type === 'metered';

/** What the next invoice counts of an item. */
export const billedQuantity = (item: Pick<Stripe.SubscriptionItem, 'price' | 'quantity'>): number =>
  isMetered(item.price) ? 0 : (item.quantity ?? 1);

/** `quantity` as an item shows it. */
export const shownQuantity = (price: Stripe.Price, quantity: number): { quantity?: number } =>
  isMetered(price) ? {} : { quantity };

/**
 * The quantity that was sent for a price, else `otherwise`.
 *
 * @throws StripeApiError 400 where one was sent for what is billed by use.
 */
export function readQuantity(
  price: Stripe.Price,
  sent: number | undefined,
  at: string,
  options: { readonly otherwise: number } = { otherwise: 1 },
): number {
  if (!isMetered(price)) return sent ?? options.otherwise;
  if (sent === undefined) return 0;
  throw invalid(
    `Quantity should not be specified where usage_type is \`metered\`. Remove quantity from \`${at}\``,
    `${at}[quantity]`,
  );
}
