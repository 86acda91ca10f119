/** The promotion code of the checkout page: put on an open session, and taken off again. */

import type { Context, Hono } from 'hono';
import type Stripe from 'stripe';
import { priceSession } from '../billing/checkout-totals.ts';
import type { CheckoutOrder } from '../billing/checkout-order.ts';
import { StripeApiError } from '../errors.ts';
import { renderCheckoutPage } from '../pages/checkout.ts';
import { languageOf, messagesFor } from '../pages/messages.ts';
import { formatMoney } from '../pages/money.ts';
import { findCode, minimumOf, wasCode } from '../resources/promotion-codes.ts';
import { obstacleOf, redemptionOfCode } from '../resources/redemptions.ts';
import type { Purchase } from '../resources/redemptions.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { byThePayer } from './by-the-payer.ts';
import { checkoutView, redirectsOf, typedAddress } from './checkout-view.ts';
import { html, seeOther } from './respond.ts';

type Session = Stripe.Checkout.Session;

export function addPromotionForms(app: Hono, store: Store): void {
  app.post('/c/pay/:id/promotion', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const session = openSession(store, c.req.param('id'));
    if (!session) return seeOther(c, `/c/pay/${c.req.param('id')}`);
    const typed = form.get('promotion_code') ?? '';
    const found = readCode(store, session, typed);
    if (typeof found === 'string') return refuse(c, store, session, { message: found, typed, form });
    const id = store.ids.next('di');
    const coupon = idOf(found.promotion.coupon) ?? '';
    withDiscounts(store, session, [{ id, coupon, promotionCode: found.id }]);
    return backTo(c, session, form);
  });

  app.post('/c/pay/:id/promotion/remove', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const session = openSession(store, c.req.param('id'));
    if (!session) return seeOther(c, `/c/pay/${c.req.param('id')}`);
    withDiscounts(store, session, []);
    return backTo(c, session, form);
  });
}

/** One that takes promotion codes and still waits to be paid. */
function openSession(store: Store, id: string): Session | null {
  const session = store.find('checkout.session', id);
  return session?.status === 'open' && session.allow_promotion_codes === true ? session : null;
}

function withDiscounts(store: Store, session: Session, discounts: CheckoutOrder['discounts']): void {
  const order = store.hidden('checkout.session', session.id);
  store.change(byThePayer(store, session.id), (change) => priceSession(change, session, { ...order, discounts }));
}

/** The code that was typed, or the words that say why it is none. */
function readCode(store: Store, session: Session, typed: string): Stripe.PromotionCode | string {
  const text = messagesFor(session.locale ?? 'auto').errors;
  const customer = store.find('customer', idOf(session.customer) ?? '');
  const code = findCode(store, typed, customer?.id ?? null);
  if (!code) return wasCode(store, typed) ? text.promotionExpired : text.promotionUnknown;
  const currency = session.currency ?? 'usd';
  const purchase: Purchase = { customer, currency, amount: session.amount_subtotal };
  const obstacle = obstacleOf(store, code, purchase);
  if (obstacle === 'expired') return text.promotionExpired;
  if (obstacle === 'other_customer') return text.promotionUnknown;
  if (obstacle === 'prior_transactions') return text.promotionFirst;
  if (obstacle === 'below_minimum') {
    const { lang } = languageOf(session.locale ?? 'auto');
    return text.promotionMinimum(formatMoney(minimumOf(store, code, currency) ?? 0, currency, lang));
  }
  try {
    redemptionOfCode(store, code, purchase, 'promotion_code');
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error;
    // Its coupon takes off an amount in other currencies only.
    return text.promotionUnknown;
  }
  return code;
}

function refuse(
  c: Context,
  store: Store,
  session: Session,
  refusal: { readonly message: string; readonly typed: string; readonly form: URLSearchParams },
): Response {
  const { message, typed, form } = refusal;
  const view = checkoutView(store, session, { values: typedAddress(form), errors: {} });
  const promotion = view.promotion && { ...view.promotion, error: message, typed };
  return html(c, renderCheckoutPage({ ...view, ...(promotion && { promotion }) }), {
    status: 400,
    redirects: redirectsOf(session),
  });
}

/** Back to the page, which still knows the address that tax was shown for. */
function backTo(c: Context, session: Session, form: URLSearchParams): Response {
  const address = new URLSearchParams(typedAddress(form)).toString();
  return seeOther(c, `/c/pay/${session.id}${address === '' ? '' : `?${address}`}`);
}
