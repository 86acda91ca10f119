/** The invoices: when, which, how much, how they stand, and where they are to be seen and had. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Invoice } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { button } from '../ui/button.ts';
import { icon } from '../ui/icons.ts';
import { safeHref } from '../ui/link-button.ts';
import { formatAmount, formatTableDate } from '../ui/money.ts';
import { notice, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import type { InvoicesController } from './invoices-controller.ts';

export interface InvoicesSectionView {
  readonly invoices: InvoicesController;
  readonly text: Messages;
  readonly locale: string;
  readonly onMore: () => void;
}

export function invoicesSection(view: InvoicesSectionView): TemplateResult {
  const { text } = view;
  return html`<section part="section section-invoices" aria-labelledby="invoices-title">
    <h3 id="invoices-title" tabindex="-1">${text.manager.invoices}</h3>
    ${content(view)}
  </section>`;
}

function content(view: InvoicesSectionView): TemplateResult {
  const { invoices, text } = view;
  const { list, error, hasMore, isBusy } = invoices;
  const problem = error ? notice(problemText(error, 'invoices', text), retryButton(text, invoices.retry)) : nothing;
  if (!list) return error ? html`${problem}` : invoicesSkeleton(text);
  if (list.length === 0)
    return html`${problem}
      <p class="muted">${text.invoice.empty}</p>`;
  return html`${problem}${table(list, view)}
  ${
    hasMore
      ? button({
          label: text.invoice.more,
          look: 'bare',
          size: 'small',
          part: 'button-more',
          isBusy,
          busyLabel: text.invoice.loading,
          onClick: view.onMore,
        })
      : nothing
  }`;
}

const table = (list: readonly Invoice[], view: InvoicesSectionView): TemplateResult =>
  html`<table part="invoices">
    <thead>
      <tr>
        <th scope="col">${view.text.invoice.date}</th>
        <th scope="col" class="number">${view.text.invoice.number}</th>
        <th scope="col">${view.text.invoice.amount}</th>
        <th scope="col" class="status">${view.text.invoice.status}</th>
        <th scope="col" class="end"><span class="sr">${view.text.invoice.actions}</span></th>
      </tr>
    </thead>
    <tbody>
      ${list.map((invoice) => row(invoice, view))}
    </tbody>
  </table>`;

const looks: Readonly<Record<string, string | undefined>> = { open: 'warn', uncollectible: 'danger' };

function row(invoice: Invoice, { text, locale }: InvoicesSectionView): TemplateResult {
  const date = formatTableDate(invoice.date, locale);
  const statuses: Readonly<Record<string, string | undefined>> = text.invoice.statuses;
  const number = invoice.number ?? text.invoice.statuses.draft;
  const name = invoice.number ?? date;
  const hosted = safeHref(invoice.hosted_url);
  const numberView = hosted
    ? html`<a href=${hosted} target="_blank" rel="noopener" aria-label=${`${text.invoice.open(name)} (${text.newTab})`}
        ><bdi>${number}</bdi></a
      >`
    : html`<bdi>${number}</bdi>`;
  const status = html`<span class="pill ${looks[invoice.status] ?? ''}" part="pill"
    >${statuses[invoice.status] ?? invoice.status}</span
  >`;
  return html`<tr part="invoice">
    <td>
      ${date}
      <div class="beneath num">${numberView}</div>
    </td>
    <td class="number num">${numberView}</td>
    <td class="num">
      ${formatAmount(invoice.amount, invoice.currency, locale)}
      <div class="beneath standing">${status}</div>
    </td>
    <td class="status">${status}</td>
    <td class="end">${download(invoice, name, text)}</td>
  </tr>`;
}

function download(invoice: Invoice, name: string, text: Messages): TemplateResult | typeof nothing {
  const href = safeHref(invoice.pdf_url);
  if (href === null) return nothing;
  return html`<a
    class="button bare small square"
    part="button"
    href=${href}
    target="_blank"
    rel="noopener"
    aria-label=${`${text.invoice.download(name)} (${text.newTab})`}
    >${icon('download')}</a
  >`;
}

/** As tall as three invoices. */
export const invoicesSkeleton = (text: Messages | undefined): TemplateResult =>
  html`<div class="rows" aria-hidden="true">
      ${[0, 1, 2, 3].map(
        (index) =>
          html`<div class=${index === 0 ? 'row-space head' : 'row-space'}>
            <div class="skeleton line"></div>
            <div class="skeleton line"></div>
          </div>`,
      )}
    </div>
    <span class="sr">${text?.invoice.loading}</span>`;
