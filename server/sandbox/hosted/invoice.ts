/** The page at an invoice's `hosted_invoice_url`, where it is paid, and its PDF. */

import type { Context, Hono } from 'hono';
import type Stripe from 'stripe';
import { isPayable } from '../billing/invoices.ts';
import { payInvoice } from '../billing/pay-invoice.ts';
import { createCard } from '../billing/payment-methods.ts';
import { StripeApiError } from '../errors.ts';
import { renderCheckoutClosedPage } from '../pages/checkout-closed.ts';
import { declined, readCardForm } from '../pages/fields.ts';
import type { CheckoutErrors, CheckoutValues } from '../pages/fields.ts';
import { renderInvoicePage } from '../pages/invoice.ts';
import { renderInvoicePdf } from '../pdf/invoice-pdf.ts';
import type { Store } from '../store/store.ts';
import { addressOf, idOf } from '../store/wire.ts';
import { byThePayer } from './by-the-payer.ts';
import { answerChallenge, challengePage, waitingIntent } from './challenge-step.ts';
import { assetsUrl } from './checkout-view.ts';
import { cardFieldsOf, readForm } from './form.ts';
import { cardOnFile, intentOfInvoice, isAsked } from './invoice-payment.ts';
import { invoiceView } from './invoice-view.ts';
import { localeOf } from './locale.ts';
import { goTo, html, wantsJson } from './respond.ts';

interface Refusal {
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  readonly message: string;
}

const nothing: Refusal = { values: {}, errors: {}, message: '' };

export function addInvoicePages(app: Hono, store: Store): void {
  app.get('/i/:id', (c) => {
    const invoice = shownInvoice(store, c);
    return invoice ? invoicePage(c, store, invoice, nothing, 200) : notThere(c);
  });

  app.get('/i/:id/pdf', async (c) => {
    const invoice = shownInvoice(store, c);
    if (!invoice) return notThere(c);
    const file = await renderInvoicePdf(invoiceView(store, invoice, localeFor(c, store, invoice)));
    return c.body(new Uint8Array(file), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="Invoice-${invoice.number ?? invoice.id}.pdf"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  // Its owner is at the page: a bank that wants to see them is shown at once.
  app.post('/i/:id/pay', async (c) => {
    const form = await readForm(c);
    const invoice = shownInvoice(store, c);
    if (!invoice) return notThere(c);
    if (!isPayable(invoice)) return goTo(c, `/i/${invoice.id}`);
    return pay(c, store, invoice, form);
  });

  app.get('/i/:id/challenge', (c) => {
    const invoice = shownInvoice(store, c);
    if (!invoice) return notThere(c);
    const intent = waitingIntent(store, intentOfInvoice(store, invoice.id)?.id ?? '');
    const options = { submitUrl: `/i/${invoice.id}/challenge`, locale: localeFor(c, store, invoice) };
    const page = intent && challengePage(store, intent, options);
    return page ? html(c, page) : goTo(c, `/i/${invoice.id}`);
  });

  app.post('/i/:id/challenge', async (c) => {
    const form = await readForm(c);
    const invoice = shownInvoice(store, c);
    if (!invoice) return notThere(c);
    const intent = waitingIntent(store, intentOfInvoice(store, invoice.id)?.id ?? '');
    if (!intent) return goTo(c, `/i/${invoice.id}`);
    const taken = store.change(byThePayer(store, invoice.id), (change) =>
      answerChallenge(change, intent, form['challenge']),
    );
    return goTo(c, `/i/${invoice.id}${taken ? '' : '?failed=authentication_required'}`);
  });
}

function pay(c: Context, store: Store, invoice: Stripe.Invoice, form: Record<string, string>): Response {
  const locale = localeFor(c, store, invoice);
  const isNew = form['card_number'] !== undefined || form['number'] !== undefined || !cardOnFile(store, invoice);
  const now = new Date(store.timeOf(store.clockOf(invoice.id)) * 1000);
  if (!isNew && isAsked(store, invoice)) return goTo(c, `/i/${invoice.id}/challenge`);
  const reading = isNew ? readCardForm(cardFieldsOf(form), { now, locale }) : null;
  if (reading && !reading.ok) return refused(c, store, invoice, reading, 400);
  const values = reading?.values ?? {};
  try {
    const { error } = store.change(byThePayer(store, invoice.id), (change) => {
      const method = reading
        ? createCard(change, {
            ...reading.card,
            billing_details: {
              email: invoice.customer_email,
              name: reading.name,
              phone: null,
              address: addressOf({ country: reading.country }),
            },
          })
        : null;
      return payInvoice(change, invoice, { method, presence: 'on_session' });
    });
    if (!error) return goTo(c, `/i/${invoice.id}`);
    if (intentOfInvoice(store, invoice.id)?.status === 'requires_action') return goTo(c, `/i/${invoice.id}/challenge`);
    const code = error.code === 'card_declined' ? (error.declineCode ?? null) : (error.code ?? null);
    return refused(c, store, invoice, { values, ...declined(code, locale) }, 402);
  } catch (error) {
    // A number that is no test card's: nothing was written.
    if (!(error instanceof StripeApiError) || error.type !== 'card_error') throw error;
    const errors = { card_number: error.message };
    return refused(c, store, invoice, { values, errors, message: error.message }, 402);
  }
}

function refused(c: Context, store: Store, invoice: Stripe.Invoice, refusal: Refusal, status: 400 | 402): Response {
  if (wantsJson(c)) return c.json({ errors: refusal.errors, message: refusal.message }, status);
  return invoicePage(c, store, invoice, refusal, status);
}

function invoicePage(
  c: Context,
  store: Store,
  invoice: Stripe.Invoice,
  refusal: Refusal,
  status: 200 | 400 | 402,
): Response {
  const locale = localeFor(c, store, invoice);
  const failed = c.req.query('failed');
  const { errors, message } = failed === undefined ? refusal : declined(failed, locale);
  const { card_number: _n, card_expiry: _e, card_cvc: _c, ...values } = refusal.values;
  const isNew = c.req.query('card') === 'new' || cardOnFile(store, invoice) === null;
  // Once a card was refused another one is asked for; where only its owner was not known, it can be tried again.
  const isTriedAgain = !isNew && failed === 'authentication_required';
  const asksForCard = !isTriedAgain && (isNew || Object.keys(errors).length > 0);
  const page = renderInvoicePage({
    ...invoiceView(store, invoice, locale),
    form: asksForCard ? { values, errors } : null,
    problem: isTriedAgain ? message : null,
  });
  return html(c, page, { status });
}

function shownInvoice(store: Store, c: Context): Stripe.Invoice | null {
  const invoice = store.find('invoice', c.req.param('id') ?? '');
  return invoice && !('deleted' in invoice) && invoice.status !== 'draft' ? invoice : null;
}

function localeFor(c: Context, store: Store, invoice: Stripe.Invoice): string {
  const customer = store.find('customer', idOf(invoice.customer) ?? '');
  return localeOf(c, null, customer?.preferred_locales ?? []);
}

function notThere(c: Context): Response {
  const page = renderCheckoutClosedPage({
    state: 'not_found',
    business: null,
    locale: localeOf(c, null, []),
    assetsUrl,
    returnUrl: null,
  });
  return html(c, page, { status: 404 });
}
