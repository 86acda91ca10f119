/** Paying by bank debit: the choice between it and a card, and the account. Links and fields, which work without JavaScript. */

import { html } from 'hono/html';
import { described, renderError } from './card-fields.ts';
import type { BankChoice, CheckoutView } from './checkout.ts';
import { messagesFor } from './messages.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** Two links, of which one is where the reader is. */
export function renderMethodChoice(view: CheckoutView): Page | string {
  const { bank } = view;
  if (!bank || bank.cardUrl === null) return '';
  const text = messagesFor(view.locale);
  const choice = (method: BankChoice['chosen'], url: string, label: string) =>
    html`<a href="${safeUrl(url)}" ${bank.chosen === method ? html`aria-current="true"` : ''}>${label}</a>`;
  return html`<nav class="methods" aria-label="${text.bank.choice}">
    ${choice('card', bank.cardUrl, text.card)} ${choice('bank', bank.bankUrl, text.bank.debit)}
  </nav>`;
}

/** The account and whose it is. */
export function renderAccount(view: CheckoutView, type: BankChoice['type']): Page {
  const text = messagesFor(view.locale);
  return html`<div class="field">
      <label for="account_number">${type === 'sepa_debit' ? 'IBAN' : text.bank.account}</label>
      <input
        class="input"
        id="account_number"
        name="account_number"
        dir="ltr"
        required
        autocomplete="off"
        spellcheck="false"
        maxlength="42"
        value="${view.values.account_number ?? ''}"
        ${described('account_number', view)}
        data-missing="${text.errors.accountMissing}"
      />
      ${renderError('account_number', view)}
    </div>
    <div class="field">
      <label for="name">${text.bank.holder}</label>
      <input
        class="input"
        id="name"
        name="name"
        required
        autocomplete="name"
        spellcheck="false"
        value="${view.values.name ?? ''}"
        ${described('name', view)}
        data-missing="${text.errors.holderMissing}"
      />
      ${renderError('name', view)}
    </div>`;
}
