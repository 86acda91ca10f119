/** What the portal's front page shows, read from the books. */

import type Stripe from 'stripe';
import { StripeApiError } from '../../errors.ts';
import { languageOf, messagesFor } from '../../pages/messages.ts';
import type { Interval } from '../../pages/messages.ts';
import { formatDate, formatMoney } from '../../pages/money.ts';
import type { PortalCard, PortalInvoice, PortalOverview, PortalSubscription } from '../../pages/portal/overview.ts';
import { createPreview } from '../../resources/invoice-preview.ts';
import { unitAmountIn } from '../../resources/prices.ts';
import type { Store } from '../../store/store.ts';
import { idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { addressLines } from '../invoice-view.ts';
import { frameOf } from './visit.ts';
import type { Visit } from './visit.ts';

/** How many invoices are shown before all are asked for. */
const shortHistory = 12;

export function overviewOf(visit: Visit): PortalOverview {
  const { configuration, base, customer } = visit;
  const { features } = configuration;
  const subscriptions = subscriptionsOf(visit);
  const invoices = features.invoice_history.enabled ? invoicesOf(visit) : null;
  const isAll = visit.c.req.query('invoices') === 'all';
  return {
    ...frameOf(visit, 'front'),
    headline: configuration.business_profile.headline,
    owed: owedBy(visit, subscriptions),
    subscriptions: subscriptions.map((subscription) => shownSubscription(visit, subscription)),
    cards: cardsOf(visit, subscriptions),
    addCardUrl: features.payment_method_update.enabled ? `${base}/cards/new` : null,
    details: detailsOf(customer, visit.locale),
    editUrl: features.customer_update.enabled ? `${base}/details` : null,
    invoices: invoices && (isAll ? invoices : invoices.slice(0, shortHistory)),
    allInvoicesUrl: invoices && !isAll && invoices.length > shortHistory ? `${base}?invoices=all` : null,
  };
}

/** Those that have not ended, newest first. */
export function subscriptionsOf({ store, customer }: Pick<Visit, 'store' | 'customer'>): Stripe.Subscription[] {
  return store
    .all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])
    .filter(({ ended_at: ended }) => ended === null)
    .toReversed();
}

export function planName(store: Store, items: readonly { readonly price: string | { readonly id: string } }[]): string {
  const names = items.map(({ price }) => {
    const found = store.find('price', idOf(price) ?? '');
    return store.find('product', idOf(found?.product) ?? '')?.name ?? '';
  });
  return [...new Set(names)].join(', ');
}

/** "$19.00 per month", for all seats. */
export function priceWords(
  visit: Pick<Visit, 'store' | 'locale'>,
  price: Stripe.Price,
  options: { readonly currency: string; readonly quantity: number },
): string {
  const unit = unitAmountIn(visit, price, options.currency) ?? 0;
  const amount = formatMoney(unit * options.quantity, options.currency, languageOf(visit.locale).lang);
  const { interval = 'month', interval_count: count = 1 } = price.recurring ?? {};
  return `${amount} ${messagesFor(visit.locale).per(interval as Interval, count)}`;
}

export function dateOf(visit: Pick<Visit, 'locale'>, seconds: number): string {
  return formatDate(new Date(seconds * 1000).toISOString(), languageOf(visit.locale).lang);
}

export function moneyOf(visit: Pick<Visit, 'locale'>, amount: number, currency: string): string {
  return formatMoney(amount, currency, languageOf(visit.locale).lang);
}

export function periodEnd(subscription: Stripe.Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end));
}

/** Whether the portal can change what is subscribed to: one item, nothing owed, and nothing else on its way. */
export function canUpdate({ configuration }: Visit, subscription: Stripe.Subscription): boolean {
  return (
    configuration.features.subscription_update.enabled &&
    ['active', 'trialing'].includes(subscription.status) &&
    subscription.items.data.length === 1 &&
    subscription.cancel_at === null &&
    subscription.schedule === null
  );
}

export function canCancel({ configuration }: Visit, subscription: Stripe.Subscription): boolean {
  return (
    configuration.features.subscription_cancel.enabled &&
    subscription.status !== 'incomplete' &&
    subscription.cancel_at === null &&
    subscription.schedule === null
  );
}

export function canPause({ configuration }: Visit, subscription: Stripe.Subscription): boolean {
  return (
    configuration.features.subscription_pause.enabled &&
    ['active', 'trialing'].includes(subscription.status) &&
    subscription.cancel_at === null &&
    subscription.schedule === null
  );
}

export function canUnpause({ configuration }: Visit, subscription: Stripe.Subscription): boolean {
  return configuration.features.subscription_pause.enabled && subscription.status === 'paused';
}

/** A schedule that a change in the portal made; a developer's own is not the customer's to undo. */
export function ownSchedule(visit: Visit, subscription: Stripe.Subscription): Stripe.SubscriptionSchedule | null {
  const schedule = visit.store.find('subscription_schedule', idOf(subscription.schedule) ?? '');
  return schedule && visit.store.hidden('subscription_schedule', schedule.id)?.from_portal ? schedule : null;
}

function shownSubscription(visit: Visit, subscription: Stripe.Subscription): PortalSubscription {
  const { base, store, words } = visit;
  const here = `${base}/subscriptions/${subscription.id}`;
  const [item] = subscription.items.data;
  const quantity = item?.quantity ?? 1;
  const { subscription_cancel: cancelling } = visit.configuration.features;
  const ends = subscription.cancel_at !== null;
  return {
    name: planName(store, subscription.items.data),
    price: subscription.items.data
      .map((one) => priceWords(visit, one.price, { currency: subscription.currency, quantity: one.quantity ?? 1 }))
      .join(' + '),
    quantity:
      quantity > 1 ? words.quantity(new Intl.NumberFormat(languageOf(visit.locale).lang).format(quantity)) : null,
    standing: standingOf(subscription),
    sentences: sentencesOf(visit, subscription),
    updateUrl: canUpdate(visit, subscription) ? `${here}/plans` : null,
    cancelUrl: canCancel(visit, subscription) ? `${here}/cancel` : null,
    pauseUrl: canPause(visit, subscription) ? `${here}/pause` : null,
    resumeUrl: ends && cancelling.enabled && subscription.schedule === null ? `${here}/resume` : null,
    unpauseUrl: canUnpause(visit, subscription) ? `${here}/unpause` : null,
    undoUrl: ownSchedule(visit, subscription) ? `${here}/undo` : null,
  };
}

function standingOf(subscription: Stripe.Subscription): PortalSubscription['standing'] {
  if (subscription.cancel_at !== null && ['active', 'trialing'].includes(subscription.status)) return 'ending';
  if (subscription.pause_collection) return 'paused';
  return subscription.status as PortalSubscription['standing'];
}

function sentencesOf(visit: Visit, subscription: Stripe.Subscription): string[] {
  const { words, store } = visit;
  const { status, cancel_at: cancelAt, pause_collection: pause } = subscription;
  if (status === 'paused') return [words.pausedNow];
  if (status === 'incomplete') return [words.waitsForPayment];
  const end = dateOf(visit, periodEnd(subscription));
  const sentences: string[] = [];
  if (cancelAt !== null) {
    const isTrial = status === 'trialing' && cancelAt <= (subscription.trial_end ?? 0);
    sentences.push(isTrial ? words.trialEnds(dateOf(visit, cancelAt)) : words.ends(dateOf(visit, cancelAt)));
  } else if (!pause && (status === 'active' || status === 'trialing')) {
    const next = nextInvoice(visit, subscription);
    const amount = next && moneyOf(visit, next.amount_due, next.currency);
    if (amount === null) sentences.push(words.renewsOn(end));
    else sentences.push(status === 'trialing' ? words.trialUntil(end, amount) : words.renews(end, amount));
  }
  if (pause) {
    sentences.push(words.collectionPaused);
    if (pause.resumes_at !== null) sentences.push(words.resumesOn(dateOf(visit, pause.resumes_at)));
  }
  const schedule = store.find('subscription_schedule', idOf(subscription.schedule) ?? '');
  const phase = schedule?.phases.find(({ start_date: start }) => start >= (schedule.current_phase?.end_date ?? 0));
  if (phase) {
    const name = planName(store, phase.items as { price: string }[]);
    const [item] = phase.items;
    const price = store.find('price', idOf(item?.price) ?? '');
    const full = price
      ? `${name}, ${priceWords(visit, price, { currency: subscription.currency, quantity: item?.quantity ?? 1 })}`
      : name;
    sentences.push(words.changesTo(full, dateOf(visit, phase.start_date)));
  }
  return sentences;
}

/** What the next period will really cost: discounts, tax and balance included. Null where nothing is coming. */
function nextInvoice({ store }: Visit, subscription: Stripe.Subscription): Stripe.Invoice | null {
  try {
    return store.change(byThePayer(store, subscription.id), (change) =>
      createPreview({ subscription: subscription.id }, { store, change, path: {}, url: '' }),
    ) as Stripe.Invoice;
  } catch (error) {
    if (error instanceof StripeApiError) return null;
    throw error;
  }
}

/** Open invoices that a payment was tried on, or whose subscription is behind. */
function owedBy(visit: Visit, subscriptions: readonly Stripe.Subscription[]): PortalOverview['owed'] {
  const { store, base, customer } = visit;
  const behind = new Map(
    subscriptions
      .filter(({ status }) => ['past_due', 'unpaid', 'incomplete'].includes(status))
      .map((subscription) => [subscription.id, subscription]),
  );
  return openInvoices(store, customer.id).flatMap((invoice) => {
    const subscription = behind.get(idOf(invoice.parent?.subscription_details?.subscription) ?? '');
    if (!subscription || invoice.amount_remaining <= 0) return [];
    return [
      {
        amount: invoice.amount_remaining,
        currency: invoice.currency,
        plan: planName(store, subscription.items.data),
        payUrl: `${base}/invoices/${invoice.id}/pay`,
        hostedUrl: invoice.hosted_invoice_url ?? null,
      },
    ];
  });
}

function openInvoices(store: Store, customer: string): Stripe.Invoice[] {
  return store.all('invoice', [
    { sql: `customer = ? and json_extract(body, '$.status') = 'open'`, values: [customer] },
  ]);
}

function cardsOf(visit: Visit, subscriptions: readonly Stripe.Subscription[]): PortalCard[] {
  const { store, customer, base, configuration, now } = visit;
  const isOpen = configuration.features.payment_method_update.enabled;
  const usual = idOf(customer.invoice_settings.default_payment_method);
  const used = new Set([usual, ...subscriptions.map((one) => idOf(one.default_payment_method))]);
  const shownDefault = usual ?? subscriptions.map((one) => idOf(one.default_payment_method)).find((id) => id !== null);
  const today = new Date(now * 1000);
  const thisMonth = today.getUTCFullYear() * 12 + today.getUTCMonth() + 1;
  return store
    .all('payment_method', [{ sql: 'customer = ?', values: [customer.id] }])
    .toReversed()
    .toSorted((a, b) => Number(b.id === shownDefault) - Number(a.id === shownDefault))
    .flatMap(({ id, card }) => {
      if (!card) return [];
      return [
        {
          brand: card.brand,
          last4: card.last4,
          expires: `${String(card.exp_month).padStart(2, '0')}/${String(card.exp_year).slice(-2)}`,
          isExpired: card.exp_year * 12 + card.exp_month < thisMonth,
          isDefault: id === shownDefault,
          defaultUrl: isOpen && id !== shownDefault ? `${base}/cards/${id}/default` : null,
          removeUrl: isOpen && !used.has(id) ? `${base}/cards/${id}/remove` : null,
        },
      ];
    });
}

function detailsOf({ name, email, phone, address }: Stripe.Customer, locale: string): string[] {
  const lines = [name, email, phone, ...addressLines(address ?? null, locale)];
  return lines.filter((line): line is string => typeof line === 'string' && line !== '');
}

function invoicesOf(visit: Visit): PortalInvoice[] {
  return visit.store
    .all('invoice', [
      { sql: `customer = ? and json_extract(body, '$.status') <> 'draft'`, values: [visit.customer.id] },
    ])
    .toReversed()
    .map((invoice) => ({
      number: invoice.number ?? '',
      date: dateOf(visit, invoice.effective_at ?? invoice.created),
      amount: moneyOf(visit, invoice.total, invoice.currency),
      status: (invoice.status ?? 'open') as PortalInvoice['status'],
      hostedUrl: invoice.hosted_invoice_url ?? null,
      pdfUrl: invoice.invoice_pdf ?? null,
    }));
}
