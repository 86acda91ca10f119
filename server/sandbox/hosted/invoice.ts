/** The page at an invoice's `hosted_invoice_url`. */

import type { Hono } from 'hono';
import type Stripe from 'stripe';
import { accountName } from '../billing/invoice-drafts.ts';
import { paymentOf } from '../billing/invoices.ts';
import { payInvoice } from '../billing/pay-invoice.ts';
import { renderCheckoutClosedPage } from '../pages/checkout-closed.ts';
import { renderInvoicePage } from '../pages/invoice.ts';
import type { InvoiceView } from '../pages/invoice.ts';
import type { Store } from '../store/store.ts';
import { idOf } from '../store/wire.ts';
import { byThePayer } from './by-the-payer.ts';
import { assetsUrl } from './checkout-view.ts';
import { html, seeOther } from './respond.ts';

export function addInvoicePages(app: Hono, store: Store): void {
  app.get('/i/:id', (c) => {
    const invoice = store.find('invoice', c.req.param('id'));
    if (!invoice || invoice.status === 'draft') {
      const page = renderCheckoutClosedPage({
        state: 'not_found',
        business: null,
        locale: 'auto',
        assetsUrl,
        returnUrl: null,
      });
      return html(c, page, { status: 404 });
    }
    return html(c, renderInvoicePage(invoiceView(store, invoice)));
  });

  // With the card on file, its owner at the page: a bank that wants to see them is shown at once.
  app.post('/i/:id/pay', (c) => {
    const invoice = store.find('invoice', c.req.param('id'));
    if (!invoice) return c.text('There is no such invoice.', 404);
    if (invoice.status !== 'open') return seeOther(c, `/i/${invoice.id}`);
    if (intentOf(store, invoice)?.status !== 'requires_action') {
      store.change(byThePayer(store, invoice.id), (change) =>
        payInvoice(change, invoice, { method: null, presence: 'on_session' }),
      );
    }
    const intent = intentOf(store, invoice);
    return seeOther(c, intent?.status === 'requires_action' ? `/c/challenge/${intent.id}` : `/i/${invoice.id}`);
  });
}

function invoiceView(store: Store, invoice: Stripe.Invoice): InvoiceView {
  const intent = intentOf(store, invoice);
  const card = store.find('payment_method', idOf(intent?.payment_method) ?? '')?.card;
  return {
    business: { name: accountName },
    number: invoice.number,
    status: (invoice.status ?? 'draft') as InvoiceView['status'],
    currency: invoice.currency,
    issuedAt: iso(invoice.effective_at ?? invoice.created),
    dueAt: invoice.due_date === null ? null : iso(invoice.due_date),
    paidAt: invoice.status_transitions.paid_at === null ? null : iso(invoice.status_transitions.paid_at),
    customer: { name: invoice.customer_name, email: invoice.customer_email },
    paidWith: invoice.status === 'paid' && card ? { brand: card.brand, last4: card.last4 } : null,
    lines: invoice.lines.data.map((line) => ({
      description: line.description ?? '',
      quantity: line.quantity ?? 1,
      amount: line.amount,
      period: { start: iso(line.period.start), end: iso(line.period.end) },
    })),
    subtotal: invoice.subtotal,
    discount: 0,
    tax: null,
    total: invoice.total,
    amountPaid: invoice.amount_paid,
    amountDue: invoice.amount_remaining,
    pdfUrl: null,
    payUrl: invoice.status === 'open' ? `/i/${invoice.id}/pay` : null,
    locale: 'auto',
    assetsUrl,
  };
}

function intentOf(store: Store, invoice: Stripe.Invoice): Stripe.PaymentIntent | null {
  return store.find('payment_intent', idOf(paymentOf({ store }, invoice.id)?.payment.payment_intent) ?? '');
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
