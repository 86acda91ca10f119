/** A visit to a portal session: who it is, what they may do, how long they may stay, and where they go when done. */

import type { Context } from 'hono';
import type Stripe from 'stripe';
import { renderPortalEnd } from '../../pages/portal/steps.ts';
import type { PortalFrame } from '../../pages/portal/frame.ts';
import { portalWords } from '../../pages/portal/words/words.ts';
import type { PortalWords } from '../../pages/portal/words/words.ts';
import { messagesFor } from '../../pages/messages.ts';
import type { Messages } from '../../pages/messages.ts';
import type { PortalProduct } from '../../resources/portal-features.ts';
import type { PortalProgress } from '../../store/objects.ts';
import type { Store } from '../../store/store.ts';
import { idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { assetsUrl } from '../checkout-view.ts';
import { goTo, html } from '../respond.ts';
import { localeOf } from '../locale.ts';

/** Seconds in which a session has to be opened, and how long it stays open after the last visit. */
const toOpen = 5 * 60;
const toStay = 60 * 60;

export type FlowType = Stripe.BillingPortal.Session.Flow['type'];

export interface Visit {
  readonly c: Context;
  readonly store: Store;
  readonly session: Stripe.BillingPortal.Session;
  readonly configuration: Stripe.BillingPortal.Configuration;
  readonly products: readonly PortalProduct[];
  readonly customer: Stripe.Customer;
  readonly progress: PortalProgress;
  /** Seconds, in the customer's time. */
  readonly now: number;
  readonly locale: string;
  readonly words: PortalWords;
  /** The words that all pages share. */
  readonly text: Messages;
  /** The session's path, without a slash at the end. */
  readonly base: string;
  /** What is left to do of the session's flow; null: the whole portal is open. */
  readonly flow: Stripe.BillingPortal.Session.Flow | null;
}

/** The visit, or what is answered where there is none to be had. */
export function openVisit(c: Context, store: Store): Visit | Response {
  const session = store.find('billing_portal.session', c.req.param('id') ?? '');
  const customer = session && store.find('customer', session.customer);
  const configuration = session && store.find('billing_portal.configuration', idOf(session.configuration) ?? '');
  const locale = localeOf(c, session?.locale ?? null, customer?.preferred_locales ?? []);
  if (!session || !customer || 'deleted' in customer || !configuration)
    return noVisit(c, store, { locale, expired: null });
  const progress = store.hidden('billing_portal.session', session.id);
  const now = store.timeOf(store.clockOf(session.id));
  const until = progress.used_at === null ? session.created + toOpen : progress.used_at + toStay;
  if (now > until) return noVisit(c, store, { locale, expired: session });
  if (progress.used_at !== now) remember(store, session.id, { ...progress, used_at: now });
  return {
    c,
    store,
    session,
    configuration,
    products: store.hidden('billing_portal.configuration', configuration.id).products,
    customer,
    progress: { ...progress, used_at: now },
    now,
    locale,
    words: portalWords(locale),
    text: messagesFor(locale),
    base: `/p/session/${session.id}`,
    flow: progress.done ? null : session.flow,
  };
}

/** Keeps how far the visit has come. Says nothing to anybody. */
export function remember(store: Store, id: string, progress: PortalProgress): void {
  store.change(byThePayer(store, id), (change) =>
    change.update<'billing_portal.session'>(
      { id, object: 'billing_portal.session' },
      {},
      { hidden: progress, events: [] },
    ),
  );
}

/** Where the page of a flow is. */
export function flowUrl({ base, flow }: Visit): string {
  switch (flow?.type) {
    case 'payment_method_update':
      return `${base}/cards/new`;
    case 'customer_update':
      return `${base}/details`;
    case 'subscription_cancel':
      return `${base}/subscriptions/${flow.subscription_cancel?.subscription}/cancel`;
    case 'subscription_pause':
      return `${base}/subscriptions/${flow.subscription_pause?.subscription}/pause`;
    case 'subscription_update':
      return `${base}/subscriptions/${flow.subscription_update?.subscription}/plans`;
    case 'subscription_update_confirm':
      return `${base}/subscriptions/${flow.subscription_update_confirm?.subscription}/confirm`;
    default:
      return base;
  }
}

/** What is around a page of this visit. */
export function frameOf(visit: Visit, where: 'front' | 'inside'): PortalFrame {
  const { store, session, configuration, c, words, locale } = visit;
  const { privacy_policy_url: privacyUrl, terms_of_service_url: termsUrl } = configuration.business_profile;
  const done = c.req.query('done') ?? '';
  const failed = c.req.query('failed');
  return {
    business: { name: store.accountName },
    locale,
    assetsUrl,
    returnUrl: session.return_url,
    homeUrl: where === 'inside' && !visit.flow ? visit.base : null,
    privacyUrl,
    termsUrl,
    notice:
      failed !== undefined
        ? { tone: 'bad', text: failureWords(visit, failed) }
        : Object.hasOwn(words.done, done)
          ? { tone: 'good', text: words.done[done as keyof PortalWords['done']] }
          : null,
  };
}

/** Where "not now" leads: out of a flow, or to the front page. */
export function wayOut({ flow, session, base }: Visit): string | null {
  return flow ? session.return_url : base;
}

/** Addresses that the answer to a form may lead to. */
export function redirectsOf({ session }: Visit): (string | null)[] {
  return [session.return_url, session.flow?.after_completion.redirect?.return_url ?? null];
}

export function show(visit: Visit, page: Parameters<typeof html>[1], status: 200 | 400 | 402 | 404 = 200): Response {
  return html(visit.c, page, { status, redirects: redirectsOf(visit) });
}

/** After something was done: on as the flow says, or back to the front page, which tells of it. */
export function finish(visit: Visit, done: keyof PortalWords['done']): Response {
  const { c, store, session, base, flow } = visit;
  if (!flow) return goTo(c, `${base}?done=${done}`);
  remember(store, session.id, { ...visit.progress, challenged: null, done: true });
  const { type, redirect } = flow.after_completion;
  if (type === 'redirect' && redirect) return goTo(c, redirect.return_url);
  return goTo(c, type === 'hosted_confirmation' ? `${base}/done?done=${done}` : `${base}?done=${done}`);
}

/** One sentence, and back to the customer's own site where there is one. */
export function endPage(
  visit: Visit,
  end: { readonly title: string; readonly detail: string; readonly badge: 'check' | 'alert' },
): Parameters<typeof html>[1] {
  const url = visit.session.return_url;
  const on = url === null ? null : { url, label: visit.text.returnTo(visit.store.accountName) };
  return renderPortalEnd({ ...frameOf(visit, 'front'), notice: null }, { ...end, on });
}

/** Refusals of a bank that have words of their own. */
const failures = new Set([
  'insufficient_funds',
  'expired_card',
  'incorrect_cvc',
  'processing_error',
  'authentication_required',
]);

/** What the address of a page says about a refused card. */
export function failureCode(refusal: {
  readonly code?: string | undefined;
  readonly declineCode?: string | undefined;
}): string {
  const code = (refusal.code === 'card_declined' ? refusal.declineCode : refusal.code) ?? '';
  return failures.has(code) ? code : 'card_declined';
}

/** Words for what could not be done: the bank's, or ours. */
function failureWords({ words, text }: Visit, code: string): string {
  const { errors } = text;
  const known: Readonly<Record<string, string>> = {
    no_change: words.noChange,
    quantity: words.badQuantity,
    needs_card: words.needsCard,
    promotion: errors.promotionUnknown,
    insufficient_funds: errors.insufficientFunds,
    expired_card: errors.expiredCard,
    incorrect_cvc: errors.incorrectCvc,
    processing_error: errors.processingError,
    authentication_required: errors.authenticationFailed,
    card_declined: errors.cardDeclined,
  };
  return Object.hasOwn(known, code) ? String(known[code]) : words.failed;
}

function noVisit(
  c: Context,
  { accountName }: Store,
  { locale, expired }: { readonly locale: string; readonly expired: Stripe.BillingPortal.Session | null },
): Response {
  const words = portalWords(locale);
  const frame: PortalFrame = {
    business: { name: accountName },
    locale,
    assetsUrl,
    returnUrl: expired?.return_url ?? null,
    homeUrl: null,
    privacyUrl: null,
    termsUrl: null,
    notice: null,
  };
  const page = renderPortalEnd(frame, {
    title: expired ? words.expiredTitle : words.notFoundTitle,
    detail: expired ? words.expiredDetail(accountName) : words.notFoundDetail,
    badge: expired ? 'clock' : 'alert',
    on: expired?.return_url ? { url: expired.return_url, label: messagesFor(locale).returnTo(accountName) } : null,
  });
  return html(c, page, { status: expired ? 410 : 404 });
}
