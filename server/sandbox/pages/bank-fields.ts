/** Paying by bank debit: the choice between it and a card, and the account. Links and fields, which work without JavaScript. */

import { html } from 'hono/html';
import type { BankChoice, CheckoutView } from './checkout.ts';
import { renderField } from './form-fields.ts';
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
  return html`${renderField(view, {
    name: 'account_number',
    label: type === 'sepa_debit' ? 'IBAN' : text.bank.account,
    attributes: {
      dir: 'ltr',
      required: true,
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: '42',
      'data-missing': text.errors.accountMissing,
    },
  })}
  ${renderField(view, {
    name: 'name',
    label: text.bank.holder,
    attributes: {
      required: true,
      autocomplete: 'name',
      spellcheck: 'false',
      'data-missing': text.errors.holderMissing,
    },
  })}`;
}
