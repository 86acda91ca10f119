/** The hosted invoice page: what was billed, to whom, and whether it is paid. */

import { html } from 'hono/html';
import { renderBusiness } from './business.ts';
import type { Business } from './business.ts';
import { renderCard, renderPayer } from './card-fields.ts';
import { renderTestCards } from './checkout-test-cards.ts';
import type { CheckoutErrors, CheckoutValues } from './fields.ts';
import { renderNotice, renderSubmit } from './form-fields.ts';
import { cardMark, icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Messages } from './messages.ts';
import { formatDate, formatMoney } from './money.ts';
import { renderShell } from './shell.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** Amounts are minor units; dates ISO 8601. */
export interface InvoiceView {
  readonly business: Business;
  /** Null while it is a draft. */
  readonly number: string | null;
  readonly status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  readonly currency: string;
  readonly issuedAt: string;
  readonly dueAt: string | null;
  readonly paidAt: string | null;
  readonly customer: {
    readonly name: string | null;
    readonly email: string | null;
    readonly address: readonly string[];
  };
  readonly paidWith: { readonly brand: string; readonly last4: string } | null;
  readonly lines: readonly {
    readonly description: string;
    readonly quantity: number;
    /** Null where the line has no price for one. */
    readonly unitAmount: number | null;
    readonly amount: number;
    readonly period: { readonly start: string; readonly end: string } | null;
  }[];
  readonly subtotal: number;
  /** What comes off, positive. */
  readonly discount: number;
  readonly tax: number | null;
  readonly total: number;
  /** What the customer's balance takes off (negative) or adds. */
  readonly balance: number;
  readonly amountPaid: number;
  readonly amountDue: number;
  readonly pdfUrl: string | null;
  /** Where an open invoice is paid by POST; null where it cannot be. */
  readonly payUrl: string | null;
  /** What it is charged to without asking for a card. */
  readonly cardOnFile: { readonly brand: string; readonly last4: string } | null;
  /** Where this page asks for another card. */
  readonly otherCardUrl: string;
  /** A card is asked for; what was typed and what was wrong with it. */
  readonly form?: { readonly values: CheckoutValues; readonly errors: CheckoutErrors } | null;
  /** Why it is not paid yet, though the card on file can be tried again; null where nothing was tried. */
  readonly problem?: string | null;
  readonly locale: string;
  readonly assetsUrl: string;
}

/** The page at `hosted_invoice_url`. */
export function renderInvoicePage(view: InvoiceView): Page {
  const text = messagesFor(view.locale);
  const title = view.number ? text.invoice.title(view.number) : text.invoice.status.draft;
  const pdf = safeUrl(view.pdfUrl);
  const pay = view.amountDue > 0 ? safeUrl(view.payUrl) : null;
  return renderShell({
    title: `${title} · ${view.business.name}`,
    locale: view.locale,
    assetsUrl: view.assetsUrl,
    script: view.form && pay ? 'checkout.js' : null,
    bodyClass: 'alone',
    body: html`<main class="sheet invoice">
      ${renderBusiness({ business: view.business, locale: view.locale, backUrl: null })}
      <div class="invoice-head">
        <h1>${title}</h1>
        <span class="pill ${view.status}">${text.invoice.status[view.status]}</span>
      </div>
      ${renderStanding(view, text)} ${renderFacts(view, text)} ${renderLines(view, text)}
      ${pay && view.form ? renderCardForm(view, view.form, pay) : ''}
      ${pay && view.problem ? renderNotice({ values: {}, errors: { form: view.problem } }) : ''}
      ${
        (pay && !view.form) || pdf
          ? html`<div class="invoice-actions">
              ${pay && !view.form ? renderPay(view, pay, text) : ''}
              ${pdf ? html`<a class="button quiet" href="${pdf}">${icon('download')}${text.invoice.download}</a>` : ''}
            </div>`
          : ''
      }
    </main>`,
  });
}

function renderPay(view: InvoiceView, pay: string, text: Messages): Page {
  const card = view.cardOnFile;
  return html`<form method="post" action="${pay}">
      <button class="button">${text.invoice.pay(money(view, view.amountDue))}</button>
    </form>
    ${
      card
        ? html`<span class="card-line muted">${cardMark(card.brand)}<bdi dir="ltr">•••• ${card.last4}</bdi></span>
            <a class="button quiet" href="${safeUrl(view.otherCardUrl)}">${text.invoice.otherCard}</a>`
        : ''
    }`;
}

function renderCardForm(view: InvoiceView, form: NonNullable<InvoiceView['form']>, pay: string): Page {
  const text = messagesFor(view.locale);
  const state = { locale: view.locale, ...form };
  return html`<form class="form" method="post" action="${pay}" data-no-answer="${text.errors.noAnswer}">
      ${renderNotice(state)} ${renderCard(state)} ${renderPayer(state)}
      ${renderSubmit(text.invoice.pay(money(view, view.amountDue)), text.processing)}
      <p class="sr" role="status"></p>
    </form>
    ${renderTestCards(view.locale)}`;
}

/** The loudest line: how much, and paid or due when. */
function renderStanding(view: InvoiceView, text: Messages): Page {
  const { lang } = languageOf(view.locale);
  if (view.status === 'paid' && view.paidAt) {
    return html`<p class="standing">
      ${text.invoice.amountPaid(money(view, view.amountPaid), formatDate(view.paidAt, lang))}
    </p>`;
  }
  if (view.status !== 'open') return html``;
  const due = formatDate(view.dueAt ?? view.issuedAt, lang);
  return html`<p class="standing">${text.invoice.amountDue(money(view, view.amountDue), due)}</p>`;
}

function renderFacts(view: InvoiceView, text: Messages): Page {
  const { lang } = languageOf(view.locale);
  const to = [view.customer.name, ...view.customer.address, view.customer.email].filter(
    (part) => part !== null && part !== '',
  );
  const facts: readonly (readonly [string, unknown])[] = [
    ...(view.number ? [[text.invoice.number, html`<bdi dir="ltr">${view.number}</bdi>`] as const] : []),
    [text.invoice.issued, formatDate(view.issuedAt, lang)],
    ...(view.dueAt && view.status === 'open' ? [[text.invoice.due, formatDate(view.dueAt, lang)] as const] : []),
    [text.invoice.from, view.business.name],
    ...(to.length > 0 ? [[text.invoice.to, html`${to.map((part) => html`<bdi>${part}</bdi> `)}`] as const] : []),
    ...(view.paidWith
      ? [
          [
            text.invoice.paidWith,
            html`<span class="card-line"
              >${cardMark(view.paidWith.brand)}<bdi dir="ltr">•••• ${view.paidWith.last4}</bdi></span
            >`,
          ] as const,
        ]
      : []),
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function renderLines(view: InvoiceView, text: Messages): Page {
  const { lang } = languageOf(view.locale);
  const count = new Intl.NumberFormat(lang);
  return html`<table class="lines">
    <thead>
      <tr>
        <th scope="col">${text.invoice.description}</th>
        <th scope="col" class="end">${text.invoice.quantity}</th>
        <th scope="col" class="end">${text.invoice.amount}</th>
      </tr>
    </thead>
    <tbody>
      ${view.lines.map(
        (line) =>
          html`<tr>
            <td>
              ${line.description}${line.period ? html`<span class="period">${period(line.period, lang)}</span>` : ''}
            </td>
            <td class="end">${count.format(line.quantity)}</td>
            <td class="end"><bdi>${money(view, line.amount)}</bdi></td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      ${totalsOf(view, text).map(
        ({ label, amount, rank }) =>
          html`<tr class="${rank}">
            <th scope="row" colspan="2">${label}</th>
            <td class="end"><bdi>${money(view, amount)}</bdi></td>
          </tr>`,
      )}
    </tfoot>
  </table>`;
}

/** The sums below the lines, in their order. Amounts in minor units. */
export function totalsOf(
  view: InvoiceView,
  text: Messages,
): readonly { readonly label: string; readonly amount: number; readonly rank: 'part' | 'total' }[] {
  const part = (label: string, amount: number) => ({ label, amount, rank: 'part' as const });
  const total = (label: string, amount: number) => ({ label, amount, rank: 'total' as const });
  return [
    part(text.invoice.subtotal, view.subtotal),
    ...(view.discount > 0 ? [part(text.invoice.discount, -view.discount)] : []),
    ...(view.tax === null ? [] : [part(text.invoice.tax, view.tax)]),
    total(text.invoice.total, view.total),
    ...(view.balance === 0 ? [] : [part(text.invoice.balance, view.balance)]),
    ...(view.status === 'paid' ? [part(text.invoice.paid, view.amountPaid)] : []),
    ...(view.status === 'open' ? [total(text.invoice.owed, view.amountDue)] : []),
  ];
}

function period(range: { start: string; end: string }, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(
    new Date(range.start),
    new Date(range.end),
  );
}

function money(view: InvoiceView, amount: number): string {
  return formatMoney(amount, view.currency, languageOf(view.locale).lang);
}
