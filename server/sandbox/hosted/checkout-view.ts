/** What the checkout page shows, read from the session. */

import type Stripe from 'stripe';
import { needsCard } from '../billing/complete-session.ts';
import { accountName } from '../billing/invoice-drafts.ts';
import type { Business } from '../pages/business.ts';
import type { CheckoutView } from '../pages/checkout.ts';
import type { CheckoutErrors, CheckoutValues } from '../pages/fields.ts';
import type { Interval } from '../pages/messages.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';

type Session = Stripe.Checkout.Session;

/** Where the pages' style sheet and script are. */
export const assetsUrl = '/_assets';

const day = 24 * 60 * 60;

export interface Typed {
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
}

/** @param typed - what came with a form that was refused, and why. */
export function checkoutView(store: Store, session: Session, typed: Typed = { values: {}, errors: {} }): CheckoutView {
  const order = store.hidden('checkout.session', session.id);
  const now = store.timeOf(store.clockOf(session.id));
  const lines = order.items.map((item) => {
    const price = store.get('price', item.price, 'price');
    const product = store.find('product', idOf(price.product) ?? '');
    return { item, price, product };
  });
  const { trial_period_days: days, trial_end: end } = order.subscription;
  const trialEnd = end ?? (days === undefined ? null : now + days * day);
  const recurring = lines[0]?.price.recurring ?? null;
  return {
    business: businessOf(session),
    mode: session.mode as CheckoutView['mode'],
    locale: session.locale ?? 'auto',
    currency: session.currency ?? 'usd',
    lines: lines.map(({ item, price, product }) => ({
      name: product?.name ?? '',
      description: product?.description ?? null,
      quantity: item.quantity,
      unitAmount: item.unitAmount,
      amount: trialEnd === null ? item.unitAmount * item.quantity : 0,
      recurring: price.recurring
        ? { interval: price.recurring.interval as Interval, intervalCount: price.recurring.interval_count }
        : null,
    })),
    subtotal: session.amount_subtotal ?? 0,
    tax: null,
    dueToday: session.amount_total ?? 0,
    recurring: recurring && {
      amount: order.items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0),
      interval: recurring.interval as Interval,
      intervalCount: recurring.interval_count,
    },
    trial:
      trialEnd === null
        ? null
        : {
            days: days ?? Math.ceil((trialEnd - now) / day),
            endsAt: new Date(trialEnd * 1000).toISOString(),
          },
    cardRequired: needsCard(session),
    lockedEmail: session.customer_email ?? store.find('customer', idOf(session.customer) ?? '')?.email ?? null,
    values: typed.values,
    errors: typed.errors,
    submitUrl: `/c/pay/${session.id}`,
    assetsUrl,
    cancelUrl: session.cancel_url,
  };
}

/** The name and mark that the session's own branding gives, else the account's. */
export function businessOf(session: Session): Business {
  const { branding_settings: branding } = session;
  return { name: branding?.display_name ?? accountName, logoUrl: branding?.logo?.url ?? branding?.icon?.url ?? null };
}

/** Where a browser goes after payment: the template in the address is filled in. */
export function successUrl(session: Session): string | null {
  const url = session.success_url ?? session.return_url ?? null;
  return url === null ? null : url.replaceAll(/\{CHECKOUT_SESSION_ID\}|%7BCHECKOUT_SESSION_ID%7D/gi, session.id);
}
