/** The right side of checkout: contact, card, the button that repeats the amount, and the test cards. */

import { html } from 'hono/html';
import { renderAccount, renderMethodChoice } from './bank-fields.ts';
import { described, renderCard, renderCountry, renderError, renderName, renderNotice } from './card-fields.ts';
import { renderPromotionForms } from './checkout-promotion.ts';
import type { CheckoutView } from './checkout.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Messages } from './messages.ts';
import { formatDate, formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** The form column. */
export function renderForm(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const button = buttonLabel(view, text);
  return html`<main class="main">
    <form
      class="form"
      method="post"
      action="${safeUrl(view.submitUrl)}"
      data-no-answer="${text.errors.noAnswer}"
      ${isTaxed(view) ? 'data-taxed' : ''}
    >
      <h2>${heading(view, text)}</h2>
      ${renderNotice(view)}
      <input type="hidden" name="expected_amount" value="${view.dueToday}" />
      ${renderMethodChoice(view)} ${renderEmail(view, text)} ${renderMethod(view)}
      ${asksForCard(view) || isTaxed(view) ? renderCountry(view) : ''}
      ${isTaxed(view) ? renderPostalCode(view, text) : ''}
      <button class="button submit" type="submit">
        <span class="label">${button}</span>
        <span class="busy" hidden><span class="spinner" aria-hidden="true"></span>${text.processing}</span>
      </button>
      <p class="sr" role="status"></p>
      <p class="terms">${terms(view, text)}</p>
    </form>
    ${renderPromotionForms(view)}
  </main>`;
}

const asksForCard = (view: CheckoutView): boolean => view.cardRequired && view.bank?.chosen !== 'bank';

function renderMethod(view: CheckoutView): Page | string {
  if (view.bank?.chosen === 'bank') return renderAccount(view, view.bank.type);
  return view.cardRequired ? html`${renderCard(view)} ${renderName(view)}` : '';
}

function heading(view: CheckoutView, text: Messages): string {
  if (!view.cardRequired) return text.yourDetails;
  if (view.bank?.chosen === 'bank' && view.dueToday > 0) return text.bank.pay;
  return view.dueToday > 0 ? text.payWithCard : text.paymentDetails;
}

function buttonLabel(view: CheckoutView, text: Messages): string {
  if (view.mode === 'setup') return text.saveCard;
  if (view.trial) return text.startTrial(view.trial.days);
  return text.payAmount(formatMoney(view.dueToday, view.currency, languageOf(view.locale).lang));
}

function terms(view: CheckoutView, text: Messages): string {
  const { lang } = languageOf(view.locale);
  if (!view.recurring) return text.testModeNote;
  const amount = formatMoney(view.recurring.amount, view.currency, lang);
  const every = text.every(view.recurring.interval, view.recurring.intervalCount);
  if (!view.trial) return text.recurringTerms(amount, every, view.business.name);
  const date = formatDate(view.trial.endsAt, lang);
  return view.cardRequired ? text.trialTerms(amount, every, view.business.name, date) : text.noCardTerms(date);
}

function renderEmail(view: CheckoutView, text: Messages): Page {
  const locked = view.lockedEmail !== null;
  return html`<div class="field">
    <label for="email">${text.email}</label>
    <input
      class="input"
      id="email"
      name="email"
      type="email"
      dir="ltr"
      required
      autocomplete="email"
      spellcheck="false"
      value="${view.lockedEmail ?? view.values.email ?? ''}"
      ${locked ? 'readonly' : ''}
      ${described('email', view)}
      data-missing="${text.errors.emailMissing}"
      data-invalid="${text.errors.emailInvalid}"
    />
    ${renderError('email', view)}
  </div>`;
}

function isTaxed(view: CheckoutView): boolean {
  return (view.taxed ?? 'no') !== 'no';
}

/** Only the United States need it. Whoever has no script sees it always, and leaves it empty elsewhere. */
function renderPostalCode(view: CheckoutView, text: Messages): Page {
  return html`<div class="field postal">
    <label for="postal_code">${text.postalCode}</label>
    <input
      class="input"
      id="postal_code"
      name="postal_code"
      dir="ltr"
      inputmode="numeric"
      maxlength="10"
      autocomplete="postal-code"
      value="${view.values.postal_code ?? ''}"
      ${described('postal_code', view)}
      data-missing="${text.errors.postalMissing}"
      data-invalid="${text.errors.postalInvalid}"
    />
    ${renderError('postal_code', view)}
  </div>`;
}
