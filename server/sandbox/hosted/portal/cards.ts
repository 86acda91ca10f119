/** Cards in the portal: added with 3-D Secure where the bank wants it, made the default, removed. */

import type Stripe from 'stripe';
import { createCard } from '../../billing/payment-methods.ts';
import { createSetup } from '../../billing/setups.ts';
import { StripeApiError } from '../../errors.ts';
import { declined, readCardForm } from '../../pages/fields.ts';
import type { CheckoutErrors, CheckoutValues } from '../../pages/fields.ts';
import { renderCardPage } from '../../pages/portal/forms.ts';
import { detach } from '../../resources/payment-methods.ts';
import { confirmSetupWith } from '../../resources/setup-intents.ts';
import type { Change } from '../../store/change.ts';
import { addressOf, idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { cardFieldsOf } from '../form.ts';
import { goTo, wantsJson } from '../respond.ts';
import { subscriptionsOf } from './front.ts';
import { finish, frameOf, remember, show, wayOut } from './visit.ts';
import type { Visit } from './visit.ts';

/** Where the page goes on after a card is saved that something else waited for: a path below the session's own. */
export function nextOf({ c, base }: Pick<Visit, 'c' | 'base'>): string | null {
  const next = c.req.query('next') ?? '';
  return /^subscriptions\/\w+\/confirm(\?[\w=&]*)?$/.test(next) ? `${base}/${next}` : null;
}

export function cardPage(
  visit: Visit,
  typed: { readonly values: CheckoutValues; readonly errors: CheckoutErrors } = { values: {}, errors: {} },
  status: 200 | 400 | 402 = 200,
): Response {
  const { base, c, customer, store, flow } = visit;
  const { card_number: _n, card_expiry: _e, card_cvc: _c, ...values } = typed.values;
  const hasCards = store.all('payment_method', [{ sql: 'customer = ?', values: [customer.id] }]).length > 0;
  const next = c.req.query('next');
  const page = renderCardPage({
    ...frameOf(visit, 'inside'),
    purpose: flow?.type === 'payment_method_update' || !hasCards ? 'replace' : 'add',
    // Card details never come back in a page.
    values: { ...(customer.name && { name: customer.name }), ...values },
    errors: typed.errors,
    submitUrl: next === undefined ? `${base}/cards` : `${base}/cards?next=${encodeURIComponent(next)}`,
    keepUrl: nextOf(visit) ?? wayOut(visit),
  });
  return show(visit, page, status);
}

export function addCard(visit: Visit, form: Record<string, string>): Response {
  const { store, locale, session, customer, now } = visit;
  const reading = readCardForm(cardFieldsOf(form), { now: new Date(now * 1000), locale });
  if (!reading.ok) return refused(visit, reading, 400);
  const isDefault = form['default'] === 'true';
  try {
    const outcome = store.change(byThePayer(store, session.id), (change) => {
      const method = createCard(change, {
        ...reading.card,
        billing_details: {
          email: customer.email,
          name: reading.name,
          phone: null,
          ...(reading.country !== '' && { address: addressOf({ country: reading.country }) }),
        },
      });
      const setup = createSetup(change, { customer: customer.id });
      const result = confirmSetupWith(change, setup, method, { presence: 'on_session', returnUrl: null });
      if (!(result instanceof StripeApiError) && result.status === 'succeeded' && isDefault)
        makeDefault(change, visit, method);
      return result;
    });
    if (outcome instanceof StripeApiError) {
      const code = outcome.code === 'card_declined' ? (outcome.declineCode ?? null) : (outcome.code ?? null);
      return refused(visit, { values: reading.values, ...declined(code, locale) }, 402);
    }
    if (outcome.status === 'succeeded') return cardSaved(visit);
    const about = isDefault ? 'card_default' : 'card';
    remember(store, session.id, { ...visit.progress, challenged: { intent: outcome.id, about, next: nextOf(visit) } });
    return goTo(visit.c, `${visit.base}/challenge`);
  } catch (error) {
    // A number that is no test card's: nothing was written.
    if (!(error instanceof StripeApiError) || error.type !== 'card_error') throw error;
    const errors = { card_number: error.message };
    return refused(visit, { values: reading.values, errors, message: error.message }, 402);
  }
}

/** On to what waited for a card, else done. */
export function cardSaved(visit: Visit, next: string | null = nextOf(visit)): Response {
  return next === null ? finish(visit, 'card') : goTo(visit.c, next);
}

/** For the customer, and for every subscription that has a card of its own: what is charged from now on. */
export function makeDefault(
  change: Change,
  visit: Pick<Visit, 'store' | 'customer'>,
  method: Stripe.PaymentMethod,
): void {
  const customer = change.store.get('customer', visit.customer.id, 'customer');
  change.update<'customer'>(customer, {
    invoice_settings: { ...customer.invoice_settings, default_payment_method: method.id },
  });
  for (const subscription of subscriptionsOf(visit)) {
    const own = idOf(subscription.default_payment_method);
    if (own === null || own === method.id) continue;
    change.update<'subscription'>(subscription, { default_payment_method: method.id });
  }
}

/** A card of this customer's; null: there is none of that id. */
export function cardOf({ store, customer }: Visit, id: string): Stripe.PaymentMethod | null {
  const method = store.find('payment_method', id);
  return method && idOf(method.customer) === customer.id ? method : null;
}

export function removeCard(visit: Visit, method: Stripe.PaymentMethod): void {
  const { store, session } = visit;
  store.change(byThePayer(store, session.id), (change) =>
    detach({}, { store, change, path: { id: method.id }, url: '' }),
  );
}

interface Refusal {
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  readonly message: string;
}

function refused(visit: Visit, refusal: Refusal, status: 400 | 402): Response {
  const { values, errors, message } = refusal;
  return wantsJson(visit.c) ? visit.c.json({ errors, message }, status) : cardPage(visit, { values, errors }, status);
}
