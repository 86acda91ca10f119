/** The checkout page of a session: shown, paid, and closed when there is nothing to pay. */

import type { Context, Hono } from 'hono';
import type Stripe from 'stripe';
import type { DebitType } from '../bank-accounts.ts';
import { completeSession, needsCard } from '../billing/complete-session.ts';
import type { Attempt, Completion } from '../billing/complete-session.ts';
import { createAccount, createCard, readAccount } from '../billing/payment-methods.ts';
import { StripeApiError } from '../errors.ts';
import { challengeOutcomes, renderChallengePage } from '../pages/challenge.ts';
import { renderCheckoutClosedPage } from '../pages/checkout-closed.ts';
import { renderCheckoutPage } from '../pages/checkout.ts';
import { declined, readCheckoutForm } from '../pages/fields.ts';
import type { CheckoutErrors, CheckoutSubmission, CheckoutValues } from '../pages/fields.ts';
import { messagesFor } from '../pages/messages.ts';
import type { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';
import { addressOf, idOf } from '../store/wire.ts';
import { byThePayer } from './by-the-payer.ts';
import { assetsUrl, businessOf, checkoutView, redirectsOf, successUrl, typedAddress } from './checkout-view.ts';
import { cardFieldsOf, readForm } from './form.ts';
import { goTo, html, seeOther, wantsJson } from './respond.ts';

type Session = Stripe.Checkout.Session;

export function addCheckoutPages(app: Hono, store: Store): void {
  app.get('/c/pay/:id', (c) => {
    const session = store.find('checkout.session', c.req.param('id'));
    if (!session || session.status !== 'open') return closed(c, store, session);
    // Asked with an address, it shows the tax there.
    const values = typedAddress(new URL(c.req.url).searchParams);
    const view = checkoutView(store, session, { values, errors: {}, method: chosenMethod(c) });
    return html(c, renderCheckoutPage(view), { redirects: redirectsOf(session) });
  });

  app.post('/c/pay/:id', async (c) => {
    const form = await readForm(c);
    // Nothing is awaited from here on: of two forms sent at once the second finds the session complete.
    const session = store.find('checkout.session', c.req.param('id'));
    if (!session || session.status !== 'open') return afterPayment(c, store, session);
    return submit(c, store, session, form);
  });

  app.get('/c/pay/:id/challenge', (c) => {
    const session = store.find('checkout.session', c.req.param('id'));
    if (!session || session.status !== 'open') return closed(c, store, session);
    const { challenged } = store.hidden('checkout.session', session.id);
    const card = challenged && store.find('payment_method', challenged.paymentMethod)?.card;
    if (!card) return seeOther(c, `/c/pay/${session.id}`);
    const page = renderChallengePage({
      business: businessOf(store, session),
      amount: (session.amount_total ?? 0) > 0 ? session.amount_total : null,
      currency: session.currency ?? 'usd',
      card: { brand: card.brand, last4: card.last4 },
      locale: session.locale ?? 'auto',
      assetsUrl,
      submitUrl: `/c/pay/${session.id}/challenge`,
    });
    return html(c, page, { redirects: redirectsOf(session) });
  });

  app.post('/c/pay/:id/challenge', async (c) => {
    const form = await readForm(c);
    const session = store.find('checkout.session', c.req.param('id'));
    if (!session || session.status !== 'open') return afterPayment(c, store, session);
    const { challenged } = store.hidden('checkout.session', session.id);
    const method = challenged && store.find('payment_method', challenged.paymentMethod);
    if (!method) return seeOther(c, `/c/pay/${session.id}`);
    const presence = form['challenge'] === challengeOutcomes[0] ? 'passed_challenge' : 'failed_challenge';
    const completion = store.change(byThePayer(store, session.id), (change) =>
      completeSession(change, session, { method, payer: challenged.payer, presence }),
    );
    return answer(c, store, completion, { email: challenged.payer.email ?? '', name: challenged.payer.name ?? '' });
  });
}

function submit(c: Context, store: Store, session: Session, form: Record<string, string>): Response {
  const { locale, taxed, bank } = checkoutView(store, session, { values: {}, errors: {}, method: chosenMethod(c) });
  const cardRequired = needsCard(session);
  const now = new Date(store.timeOf(store.clockOf(session.id)) * 1000);
  const byDebit = bank?.chosen === 'bank';
  const reading = readCheckoutForm(cardFieldsOf(form), { now, locale, cardRequired, byDebit, taxed: taxed !== 'no' });
  if (!reading.ok) return refused(c, store, session, { ...reading, status: 400 });
  const text = messagesFor(locale).errors;
  const { values } = reading;
  const due = checkoutView(store, session, { values, errors: {} }).dueToday;
  if (form['expected_amount'] !== undefined && Number(form['expected_amount']) !== due) {
    return refused(c, store, session, { values, errors: {}, message: text.amountChanged, status: 400 });
  }
  try {
    const completion = store.change(byThePayer(store, session.id), (change) =>
      completeSession(change, session, attemptOf(change, session, reading.submission, bank?.type ?? null)),
    );
    return answer(c, store, completion, values);
  } catch (error) {
    if (error instanceof StripeApiError && error.code === 'customer_tax_location_invalid') {
      const errors = { postal_code: text.postalInvalid };
      return refused(c, store, session, { values, errors, message: text.postalInvalid, status: 400 });
    }
    if (error instanceof StripeApiError && error.param === 'account_number') {
      const errors = { account_number: text.accountInvalid };
      return refused(c, store, session, { values, errors, message: text.accountInvalid, status: 400 });
    }
    // A number that is no test card's: nothing was written.
    if (!(error instanceof StripeApiError) || error.type !== 'card_error') throw error;
    return refused(c, store, session, {
      values: reading.values,
      errors: { card_number: error.message },
      message: error.message,
      status: 402,
    });
  }
}

function attemptOf(change: Change, session: Session, submission: CheckoutSubmission, debit: DebitType | null): Attempt {
  const { account, card, country, postalCode } = submission;
  const address = country === '' ? null : addressOf({ country, ...(postalCode && { postal_code: postalCode }) });
  const email = session.customer_email ?? change.store.find('customer', idOf(session.customer) ?? '')?.email ?? null;
  const payer = { address, email: email ?? submission.email, name: submission.name || null, phone: null };
  const billing = {
    billing_details: { email: payer.email, name: payer.name, phone: null, ...(address && { address }) },
  };
  const method = card
    ? createCard(change, { ...card, ...billing })
    : account !== null && debit
      ? createAccount(change, { ...readAccount(debit, account, 'account_number'), ...billing })
      : null;
  return { method, payer, presence: 'on_session' };
}

function answer(c: Context, store: Store, completion: Completion, values: CheckoutValues): Response {
  const { session } = completion;
  if (completion.outcome === 'complete') return afterPayment(c, store, session);
  if (completion.outcome === 'challenged') return goTo(c, `/c/pay/${session.id}/challenge`);
  const { code, declineCode } = completion.reason;
  const words = declined(code === 'card_declined' ? declineCode : code, session.locale ?? 'auto');
  return refused(c, store, session, { values, ...words, status: 402 });
}

/** Card or bank account, as the address says. */
const chosenMethod = (c: Context): 'card' | 'bank' => (c.req.query('method') === 'bank' ? 'bank' : 'card');

interface Refusal {
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  readonly message: string;
  readonly status: 400 | 402;
}

function refused(c: Context, store: Store, session: Session, refusal: Refusal): Response {
  const { errors, message, status } = refusal;
  if (wantsJson(c)) return c.json({ errors, message }, status);
  // Card details never come back in a page.
  const { card_number: _number, card_expiry: _expiry, card_cvc: _cvc, ...values } = refusal.values;
  const isHomeless = Object.keys(errors).length === 0;
  const shown = isHomeless ? { form: message } : errors;
  const page = renderCheckoutPage(checkoutView(store, session, { values, errors: shown, method: chosenMethod(c) }));
  return html(c, page, { status, redirects: redirectsOf(session) });
}

/** A payer who comes again after payment is taken on, as if the first answer had been lost. */
function afterPayment(c: Context, store: Store, session: Session | null): Response {
  const url = session?.status === 'complete' ? successUrl(session) : null;
  if (url !== null) return goTo(c, url);
  if (session && wantsJson(c)) return c.json({ redirect: `/c/pay/${session.id}` });
  return closed(c, store, session);
}

function closed(c: Context, store: Store, session: Session | null): Response {
  const state = session?.status === 'complete' ? 'complete' : session ? 'expired' : 'not_found';
  const page = renderCheckoutClosedPage({
    state,
    business: session ? businessOf(store, session) : null,
    locale: session?.locale ?? 'auto',
    assetsUrl,
    returnUrl: session ? (state === 'complete' ? successUrl(session) : session.cancel_url) : null,
  });
  return html(c, page, { status: ({ complete: 200, expired: 410, not_found: 404 } as const)[state] });
}
