/** Changing a plan in the portal: what can be chosen, what it costs, and doing it. */

import type Stripe from 'stripe';
import { methodOf } from '../../billing/pay-invoice.ts';
import { expirePendingUpdate } from '../../billing/pending-updates.ts';
import { StripeApiError } from '../../errors.ts';
import { renderConfirmPage, renderPlansPage } from '../../pages/portal/plans.ts';
import { createPreview } from '../../resources/invoice-preview.ts';
import * as schedules from '../../resources/subscription-schedules.ts';
import { updateSubscription } from '../../resources/subscription-update.ts';
import type { Change } from '../../store/change.ts';
import { idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { intentOfInvoice } from '../invoice-payment.ts';
import { goTo } from '../respond.ts';
import { dateOf, moneyOf, periodEnd, planName, priceWords } from './front.ts';
import { endPage, failureCode, finish, frameOf, remember, show, wayOut } from './visit.ts';
import { choicesOf, itemOf, termsOf, wishOf } from './plan-terms.ts';
import type { Terms, Wish } from './plan-terms.ts';
import type { Visit } from './visit.ts';

export function plansPage(visit: Visit, subscription: Stripe.Subscription): Response {
  const item = itemOf(subscription);
  const choices = choicesOf(visit, subscription);
  // What was asked for and could not be had is there to be asked for differently.
  const { price, quantity } = visit.c.req.query();
  const page = renderPlansPage({
    ...frameOf(visit, 'inside'),
    choices,
    quantity: choices.some(({ seats }) => seats !== null && seats.most !== seats.least)
      ? (quantity ?? String(item.quantity ?? 1))
      : null,
    chosen: choices.find((choice) => choice.price === price)?.price ?? item.price.id,
    submitUrl: `${visit.base}/subscriptions/${subscription.id}/confirm`,
    keepUrl: wayOut(visit),
  });
  return show(visit, page);
}

export function confirmPage(visit: Visit, subscription: Stripe.Subscription): Response {
  const wish = wishOf(visit, subscription, visit.c.req.query());
  if (typeof wish === 'string') return backToPlans(visit, subscription, wish);
  const date = visit.now;
  const terms = termsOf(visit, subscription, wish, date);
  const { currency } = subscription;
  const item = itemOf(subscription);
  const named = ({ price, quantity }: Pick<Wish, 'price' | 'quantity'>) => ({
    name: planName(visit.store, [{ price }]),
    price: [
      priceWords(visit, price, { currency, quantity }),
      ...(quantity > 1 ? [visit.words.quantity(String(quantity))] : []),
    ].join(' · '),
  });
  const outlook = outlookOf(visit, subscription, wish, terms);
  if (outlook === null) return backToPlans(visit, subscription, 'refused');
  const method = methodOf(visit, subscription);
  const needsCard = outlook.dueNow !== null && !method;
  const wished = { price: wish.price.id, quantity: String(wish.quantity) };
  const query = new URLSearchParams(wished).toString();
  const here = `subscriptions/${subscription.id}/confirm`;
  const page = renderConfirmPage({
    ...frameOf(visit, 'inside'),
    ...outlook,
    from: named({ price: item.price, quantity: item.quantity ?? 1 }),
    to: named(wish),
    card: method?.card ? { brand: method.card.brand, last4: method.card.last4 } : null,
    addCardUrl: visit.configuration.features.payment_method_update.enabled
      ? `${visit.base}/cards/new?next=${encodeURIComponent(`${here}?${query}`)}`
      : null,
    canConfirm: !needsCard,
    submitUrl: `${visit.base}/${here}`,
    hidden: { ...wished, proration_date: String(date), ...(wish.code !== '' && { promotion_code: wish.code }) },
    promotion:
      !visit.flow?.subscription_update_confirm && takesCodes(visit)
        ? { submitUrl: `${visit.base}/${here}`, hidden: wished, value: wish.code }
        : null,
    backUrl:
      visit.flow?.type === 'subscription_update_confirm'
        ? visit.session.return_url
        : `${visit.base}/subscriptions/${subscription.id}/plans`,
  });
  return show(visit, page);
}

export function confirm(visit: Visit, subscription: Stripe.Subscription, form: Record<string, string>): Response {
  const { store, session } = visit;
  const wish = wishOf(visit, subscription, form);
  if (typeof wish === 'string') return backToPlans(visit, subscription, wish);
  const date = /^\d{1,12}$/.test(form['proration_date'] ?? '') ? Number(form['proration_date']) : visit.now;
  const terms = termsOf(visit, subscription, wish, date);
  try {
    return store.change(byThePayer(store, session.id), (change): (() => Response) => {
      if (terms.atPeriodEnd) {
        scheduleChange(change, subscription, wish);
        return () => finish(visit, 'scheduled');
      }
      return carryOut(visit, change, subscription, terms);
    })();
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error;
    if (error.type !== 'card_error') return backToPlans(visit, subscription, 'refused');
    const isAsked = error.code === 'invoice_payment_intent_requires_action';
    return backToPlans(visit, subscription, isAsked ? 'authentication_required' : failureCode(error));
  }
}

function takesCodes({ configuration }: Visit): boolean {
  return configuration.features.subscription_update.default_allowed_updates.includes('promotion_code');
}

/** A declined card leaves the plan as it was; one that the bank asks about leaves it waiting for the answer. */
function carryOut(visit: Visit, change: Change, subscription: Stripe.Subscription, terms: Terms): () => Response {
  const call = { store: change.store, change, path: { id: subscription.id }, url: '' };
  const after = updateSubscription(
    { ...terms.params, payment_behavior: 'pending_if_incomplete' },
    call,
  ) as Stripe.Subscription;
  if (!after.pending_update) return () => finish(visit, 'updated');
  const intent = intentOfInvoice(change.store, idOf(after.latest_invoice) ?? '');
  if (intent?.status === 'requires_action') {
    const challenged = { intent: intent.id, about: 'updated', next: null } as const;
    return () => {
      remember(visit.store, visit.session.id, { ...visit.progress, challenged });
      return goTo(visit.c, `${visit.base}/challenge`);
    };
  }
  const refusal = intent?.last_payment_error;
  expirePendingUpdate(change, after);
  return () =>
    backToPlans(visit, subscription, failureCode({ code: refusal?.code, declineCode: refusal?.decline_code }));
}

/** The plan stays until the end of the period; a schedule puts the other one in its place. */
function scheduleChange(change: Change, subscription: Stripe.Subscription, wish: Wish): void {
  const { price, quantity, discount } = wish;
  const call = (path: Record<string, string>) => ({ store: change.store, change, path, url: '' });
  const made = schedules.create({ from_subscription: subscription.id }, call({})) as Stripe.SubscriptionSchedule;
  const [current] = made.phases;
  if (!current) throw new Error(`The schedule ${made.id} has no phase.`);
  schedules.update(
    {
      end_behavior: 'release',
      phases: [
        {
          start_date: current.start_date,
          end_date: current.end_date,
          items: current.items.map((item) => ({ price: idOf(item.price) ?? '', quantity: item.quantity ?? 1 })),
        },
        {
          items: [{ price: price.id, quantity }],
          proration_behavior: 'none',
          ...(discount && { discounts: [discount] }),
        },
      ],
    },
    call({ id: made.id }),
  );
  change.update<'subscription_schedule'>(made, {}, { hidden: { from_portal: true }, events: [] });
}

/** The lines and sentences of the confirmation; null where the change is refused. */
function outlookOf(visit: Visit, subscription: Stripe.Subscription, wish: Wish, terms: Terms) {
  const { words, store } = visit;
  const price = priceWords(visit, wish.price, { currency: subscription.currency, quantity: wish.quantity });
  const nothing = { lines: [], dueNow: null, credited: null };
  if (terms.atPeriodEnd) {
    const date = dateOf(visit, periodEnd(subscription));
    return { ...nothing, sentences: [words.startsOn(date), words.thenAmount(price, date)] };
  }
  const { items = [], proration_behavior: behavior, proration_date: date, trial_end: trialEnd } = terms.params;
  const details: Stripe.InvoiceCreatePreviewParams.SubscriptionDetails = {
    items,
    ...(behavior !== undefined && { proration_behavior: behavior }),
    ...(date !== undefined && { proration_date: date }),
    ...(trialEnd === 'now' && { trial_end: 'now' }),
    ...(terms.params.billing_cycle_anchor && { billing_cycle_anchor: { type: 'now' } }),
  };
  let invoice: Stripe.Invoice;
  try {
    invoice = store.change(byThePayer(store, subscription.id), (change) =>
      createPreview(
        {
          subscription: subscription.id,
          subscription_details: details,
          ...(wish.discount && { discounts: [wish.discount] }),
        },
        { store, change, path: {}, url: '' },
      ),
    ) as Stripe.Invoice;
  } catch (error) {
    if (error instanceof StripeApiError) return null;
    throw error;
  }
  const money = (amount: number) => moneyOf(visit, amount, invoice.currency);
  if (invoice.billing_reason !== 'subscription_update') {
    return {
      ...nothing,
      sentences: [
        words.startsAtOnce,
        words.nothingNow,
        words.nextInvoice(money(invoice.amount_due), dateOf(visit, invoice.period_end)),
      ],
    };
  }
  const renewal = Math.max(...invoice.lines.data.map((line) => line.period.end));
  return {
    lines: [
      ...invoice.lines.data.map((line) => ({ description: line.description ?? '', amount: money(line.amount) })),
      ...restOf(visit, invoice),
    ],
    dueNow: invoice.amount_due > 0 ? money(invoice.amount_due) : null,
    credited: invoice.total < 0 ? money(-invoice.total) : null,
    sentences: [
      words.startsAtOnce,
      ...(invoice.amount_due > 0 ? [] : [words.nothingNow]),
      words.thenAmount(price, dateOf(visit, renewal)),
    ],
  };
}

/** What lies between the lines and what is due: discounts, tax, and the customer's balance. */
function restOf(visit: Visit, invoice: Stripe.Invoice): { description: string; amount: string }[] {
  const text = visit.text.invoice;
  const money = (amount: number) => moneyOf(visit, amount, invoice.currency);
  const discount = (invoice.total_discount_amounts ?? []).reduce((sum, one) => sum + one.amount, 0);
  const tax = (invoice.total_taxes ?? []).reduce((sum, one) => sum + one.amount, 0);
  const balance = invoice.total > 0 ? invoice.amount_due - invoice.total : 0;
  return [
    ...(discount > 0 ? [{ description: text.discount, amount: money(-discount) }] : []),
    ...(tax > 0 ? [{ description: text.tax, amount: money(tax) }] : []),
    ...(balance !== 0 ? [{ description: text.balance, amount: money(balance) }] : []),
  ];
}

function backToPlans(visit: Visit, subscription: Stripe.Subscription, failed: string): Response {
  const isConfirm = visit.flow?.type === 'subscription_update_confirm';
  // What the flow names is all that there is to choose: its own page would only come back here.
  if (isConfirm && ['refused', 'no_change', 'quantity'].includes(failed)) {
    return show(
      visit,
      endPage(visit, { title: visit.words.confirmTitle, detail: visit.words.failed, badge: 'alert' }),
      400,
    );
  }
  if (failed === 'promotion') {
    const { price = '', quantity = '' } = visit.c.req.query();
    const query = new URLSearchParams({ price, quantity, failed });
    return goTo(visit.c, `${visit.base}/subscriptions/${subscription.id}/confirm?${query}`);
  }
  const here = `${visit.base}/subscriptions/${subscription.id}/${isConfirm ? 'confirm' : 'plans'}`;
  const { price, quantity } = visit.c.req.query();
  const asked = { ...(price !== undefined && { price }), ...(quantity !== undefined && { quantity }) };
  return goTo(visit.c, `${here}?${new URLSearchParams({ ...asked, failed })}`);
}
