/** What the checkout page shows, read from the session. */

import type Stripe from 'stripe';
import { isDebit, testAccounts } from '../bank-accounts.ts';
import type { CheckoutOrder } from '../billing/checkout-order.ts';
import { automaticTaxOf, checkoutTotals, redemptionsOf } from '../billing/checkout-totals.ts';
import { needsCard } from '../billing/complete-session.ts';
import { sumOf } from '../billing/discount-terms.ts';
import { termsOf } from '../billing/discounts.ts';
import { taxAmounts } from '../billing/tax.ts';
import type { Business } from '../pages/business.ts';
import type { BankChoice, CheckoutView, Offer } from '../pages/checkout.ts';
import type { CheckoutErrors, CheckoutValues } from '../pages/fields.ts';
import type { Interval } from '../pages/messages.ts';
import type { Store } from '../store/store.ts';
import { addressOf, idOf } from '../store/wire.ts';

type Session = Stripe.Checkout.Session;

/** Where the pages' style sheet and script are. */
export const assetsUrl = '/_assets';

const day = 24 * 60 * 60;

export interface Typed {
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  /** What the reader has chosen to pay with; absent: what comes first. */
  readonly method?: 'card' | 'bank';
}

/** @param typed - what came with a form that was refused, and why. */
export function checkoutView(store: Store, session: Session, typed: Typed = { values: {}, errors: {} }): CheckoutView {
  const known = store.hidden('checkout.session', session.id);
  const order = { ...known, address: addressTyped(typed.values) ?? known.address };
  const today = checkoutTotals(store, session, order, 'today');
  const { added, included } = taxAmounts(today.taxes);
  const tax = automaticTaxOf(store, session, order);
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
    business: businessOf(store, session),
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
    subtotal: today.subtotal,
    discount: sumOf(today.discounts),
    offer: offerOf(store, session, order),
    tax: tax.status === 'complete' ? added + included : null,
    taxed: taxedBy(tax, added),
    dueToday: today.total,
    recurring: recurring && {
      amount: checkoutTotals(store, session, order, 'recurring').total,
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
    bank: bankChoice(session, typed.method ?? null),
    lockedEmail: session.customer_email ?? store.find('customer', idOf(session.customer) ?? '')?.email ?? null,
    values: typed.values,
    errors: typed.errors,
    submitUrl: `/c/pay/${session.id}${bankChoice(session, typed.method ?? null)?.chosen === 'bank' ? '?method=bank' : ''}`,
    assetsUrl,
    cancelUrl: session.cancel_url,
    promotion:
      session.allow_promotion_codes === true && order.discounts.length === 0
        ? { url: `/c/pay/${session.id}/promotion`, error: null, typed: '' }
        : null,
  };
}

/** Null where the session takes no bank debit, or nothing has to be given to pay with. */
function bankChoice(session: Session, asked: 'card' | 'bank' | null): BankChoice | null {
  const type = session.payment_method_types.find(isDebit);
  if (type === undefined || !needsCard(session)) return null;
  const takesCards = session.payment_method_types.includes('card');
  const url = `/c/pay/${session.id}`;
  return {
    chosen: takesCards ? (asked ?? 'card') : 'bank',
    type,
    cardUrl: takesCards ? url : null,
    bankUrl: `${url}?method=bank`,
    testAccounts: testAccounts[type],
  };
}

/** What of a form says where the payer is. */
export function typedAddress(form: URLSearchParams): Record<string, string> {
  const typed = ['country', 'postal_code'].map((name) => [name, form.get(name)?.trim().slice(0, 20) ?? ''] as const);
  return Object.fromEntries(typed.filter(([, value]) => value !== ''));
}

/** Where the answers to the page's forms may send the browser. */
export function redirectsOf(session: Session): (string | null)[] {
  return [session.success_url, session.return_url ?? null, session.cancel_url];
}

function addressTyped({ country, postal_code }: CheckoutValues): Stripe.Address | null {
  return country ? addressOf({ country, ...(postal_code && { postal_code }) }) : null;
}

function taxedBy(tax: Session['automatic_tax'], added: number): NonNullable<CheckoutView['taxed']> {
  if (!tax.enabled) return 'no';
  if (tax.status !== 'complete') return 'pending';
  return added === 0 ? 'included' : 'added';
}

/** The discount in words: the code that was typed, else the coupon's name. */
function offerOf(store: Store, session: Session, order: CheckoutOrder): Offer | null {
  const [redemption] = redemptionsOf(store, order);
  if (!redemption) return null;
  const { coupon, promotionCode } = redemption;
  const { percentOff, amountOff } = termsOf(store, coupon, session.currency ?? 'usd');
  const months = coupon.duration === 'repeating' ? (coupon.duration_in_months ?? 1) : coupon.duration;
  return {
    label: promotionCode?.code ?? coupon.name,
    percentOff,
    amountOff,
    months: session.mode === 'subscription' ? (months as number | 'once' | 'forever') : 'forever',
    removeUrl: session.allow_promotion_codes === true ? `/c/pay/${session.id}/promotion/remove` : null,
  };
}

/** The name and mark that the session's own branding gives, else the account's. */
export function businessOf(store: Store, session: Session): Business {
  const { branding_settings: branding } = session;
  return {
    name: branding?.display_name ?? store.accountName,
    logoUrl: branding?.logo?.url ?? branding?.icon?.url ?? null,
  };
}

/** Where a browser goes after payment: the template in the address is filled in. */
export function successUrl(session: Session): string | null {
  const url = session.success_url ?? session.return_url ?? null;
  return url === null ? null : url.replaceAll(/\{CHECKOUT_SESSION_ID\}|%7BCHECKOUT_SESSION_ID%7D/gi, session.id);
}
