/** The right side of checkout: contact, card, the button that repeats the amount, and the test cards. */

import { html } from 'hono/html';
import { renderAccount, renderMethodChoice } from './bank-fields.ts';
import { renderCard, renderCountry, renderName } from './card-fields.ts';
import { renderPromotionForms } from './checkout-promotion.ts';
import type { CheckoutView } from './checkout.ts';
import { renderField, renderNotice, renderSubmit } from './form-fields.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Messages } from './messages.ts';
import { formatDate, formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** The form column. */
export function renderForm(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
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
      ${isTaxed(view) ? renderPostalCode(view, text) : ''} ${renderSubmit(buttonLabel(view, text), text.processing)}
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
  return renderField(view, {
    name: 'email',
    label: text.email,
    value: view.lockedEmail ?? undefined,
    attributes: {
      type: 'email',
      dir: 'ltr',
      required: true,
      readonly: view.lockedEmail === null ? undefined : true,
      autocomplete: 'email',
      spellcheck: 'false',
      'data-missing': text.errors.emailMissing,
      'data-invalid': text.errors.emailInvalid,
    },
  });
}

function isTaxed(view: CheckoutView): boolean {
  return (view.taxed ?? 'no') !== 'no';
}

/** Only the United States need it. Whoever has no script sees it always, and leaves it empty elsewhere. */
function renderPostalCode(view: CheckoutView, text: Messages): Page {
  return renderField(view, {
    name: 'postal_code',
    label: text.postalCode,
    attributes: {
      dir: 'ltr',
      inputmode: 'numeric',
      maxlength: '10',
      autocomplete: 'postal-code',
      'data-missing': text.errors.postalMissing,
      'data-invalid': text.errors.postalInvalid,
    },
  });
}
