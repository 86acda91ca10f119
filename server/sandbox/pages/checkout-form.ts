/** The right side of checkout: contact, card, the button that repeats the amount, and the test cards. */

import { html } from 'hono/html';
import type { CheckoutView } from './checkout.ts';
import { countriesIn } from './countries.ts';
import type { CheckoutErrorKey } from './fields.ts';
import { cardBrands, cardMark, icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Messages } from './messages.ts';
import { formatDate, formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { groupDigits } from './test-cards.ts';
import { safeUrl } from './url.ts';

/** The form column. */
export function renderForm(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const button = buttonLabel(view, text);
  return html`<main class="main">
    <form class="form" method="post" action="${safeUrl(view.submitUrl)}" data-no-answer="${text.errors.noAnswer}">
      <h2>${heading(view, text)}</h2>
      ${renderNotice(view)}
      <input type="hidden" name="expected_amount" value="${view.dueToday}" />
      ${renderEmail(view, text)} ${view.cardRequired ? renderCard(view, text) : ''}
      ${view.cardRequired ? renderPayer(view, text) : ''}
      <button class="button submit" type="submit">
        <span class="label">${button}</span>
        <span class="busy" hidden><span class="spinner" aria-hidden="true"></span>${text.processing}</span>
      </button>
      <p class="sr" role="status"></p>
      <p class="terms">${terms(view, text)}</p>
    </form>
  </main>`;
}

function heading(view: CheckoutView, text: Messages): string {
  if (!view.cardRequired) return text.yourDetails;
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

/** What no single field can mend. The region is always there, so that a screen reader hears it change. */
function renderNotice(view: CheckoutView): Page {
  const message = view.errors.form ?? '';
  return html`<div class="notice" id="form-error" role="alert" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </div>`;
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
    ${error('email', view)}
  </div>`;
}

function renderCard(view: CheckoutView, text: Messages): Page {
  const bad = view.errors.card ? 'bad' : '';
  return html`<fieldset class="field card ${bad}" aria-describedby="card-error">
    <legend>${text.card}</legend>
    <div class="joined" dir="ltr">
      <div class="cell number">
        <label class="sr" for="card_number">${text.cardNumber}</label>
        <input
          class="input"
          id="card_number"
          name="card_number"
          inputmode="numeric"
          required
          autocomplete="cc-number"
          placeholder="1234 1234 1234 1234"
          maxlength="23"
          value="${groupDigits((view.values.card_number ?? '').replace(/\s/g, ''))}"
          ${described('card_number', view)}
          data-missing="${text.errors.numberMissing}"
          data-incomplete="${text.errors.numberIncomplete}"
          data-invalid="${text.errors.numberInvalid}"
        />
        <span class="brands">${cardBrands.map(cardMark)}</span>
      </div>
      <div class="cell">
        <label class="sr" for="card_expiry">${text.expiry}</label>
        <input
          class="input"
          id="card_expiry"
          name="card_expiry"
          inputmode="numeric"
          required
          autocomplete="cc-exp"
          placeholder="${text.expiryHint}"
          maxlength="9"
          value="${view.values.card_expiry ?? ''}"
          ${described('card_expiry', view)}
          data-missing="${text.errors.expiryMissing}"
          data-invalid="${text.errors.expiryInvalid}"
          data-past="${text.errors.expiryPast}"
        />
      </div>
      <div class="cell">
        <label class="sr" for="card_cvc">${text.cvc}</label>
        <input
          class="input"
          id="card_cvc"
          name="card_cvc"
          inputmode="numeric"
          required
          autocomplete="cc-csc"
          placeholder="${text.cvcHint}"
          maxlength="4"
          ${described('card_cvc', view)}
          data-missing="${text.errors.cvcMissing}"
          data-invalid="${text.errors.cvcInvalid}"
        />
      </div>
    </div>
    ${error('card', view)} ${error('card_number', view)} ${error('card_expiry', view)} ${error('card_cvc', view)}
  </fieldset>`;
}

function renderPayer(view: CheckoutView, text: Messages): Page {
  const chosen = view.values.country ?? new Intl.Locale(languageOf(view.locale).lang).maximize().region ?? '';
  return html`<div class="field">
      <label for="name">${text.nameOnCard}</label>
      <input
        class="input"
        id="name"
        name="name"
        required
        autocomplete="cc-name"
        spellcheck="false"
        value="${view.values.name ?? ''}"
        ${described('name', view)}
        data-missing="${text.errors.nameMissing}"
      />
      ${error('name', view)}
    </div>
    <div class="field">
      <label for="country">${text.country}</label>
      <div class="select">
        <select
          class="input"
          id="country"
          name="country"
          required
          autocomplete="country"
          ${described('country', view)}
          data-missing="${text.errors.countryMissing}"
        >
          <option value="">${text.chooseCountry}</option>
          ${countriesIn(languageOf(view.locale).lang).map(
            ({ code, name }) => html`<option value="${code}" ${code === chosen ? 'selected' : ''}>${name}</option>`,
          )}
        </select>
        ${icon('chevron')}
      </div>
      ${error('country', view)}
    </div>`;
}

/** `aria-*` of a field: always tied to its message, and marked where that message is there. */
function described(field: CheckoutErrorKey, view: CheckoutView): Page {
  const invalid = view.errors[field] !== undefined;
  return html`aria-describedby="${field}-error" ${invalid ? html`aria-invalid="true"` : ''}`;
}

function error(field: CheckoutErrorKey, view: CheckoutView): Page {
  const message = view.errors[field] ?? '';
  return html`<p class="error" id="${field}-error" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </p>`;
}
