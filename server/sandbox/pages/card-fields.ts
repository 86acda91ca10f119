/** The fields of a card form: number, expiry, code, and whose card it is. They work with and without JavaScript. */

import { html } from 'hono/html';
import { countriesIn } from './countries.ts';
import type { CheckoutErrorKey, CheckoutErrors, CheckoutValues } from './fields.ts';
import { cardBrands, cardMark, icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Page } from './shell.ts';
import { groupDigits } from './test-cards.ts';

/** What was typed before, and what was wrong with it. */
export interface CardFormState {
  readonly locale: string;
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
}

/** What no single field can mend. The region is always there, so that a screen reader hears it change. */
export function renderNotice(view: CardFormState): Page {
  const message = view.errors.form ?? '';
  return html`<div class="notice" id="form-error" role="alert" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </div>`;
}

/** The card: number, expiry, code. */
export function renderCard(view: CardFormState): Page {
  const text = messagesFor(view.locale);
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
    ${renderError('card', view)} ${renderError('card_number', view)} ${renderError('card_expiry', view)}
    ${renderError('card_cvc', view)}
  </fieldset>`;
}

/** Whose card it is. */
export function renderPayer(view: CardFormState): Page {
  return html`${renderName(view)} ${renderCountry(view)}`;
}

/** The name on the card. */
export function renderName(view: CardFormState): Page {
  const text = messagesFor(view.locale);
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
    ${renderError('name', view)}
  </div>`;
}

/** Where its owner is. */
export function renderCountry(view: CardFormState): Page {
  const text = messagesFor(view.locale);
  const chosen = view.values.country ?? new Intl.Locale(languageOf(view.locale).lang).maximize().region ?? '';
  return html`<div class="field">
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
    ${renderError('country', view)}
  </div>`;
}

/** `aria-*` of a field: always tied to its message, and marked where that message is there. */
export function described(field: CheckoutErrorKey, view: CardFormState): Page {
  const invalid = view.errors[field] !== undefined;
  return html`aria-describedby="${field}-error" ${invalid ? html`aria-invalid="true"` : ''}`;
}

/** The place of a field's message, there even while it is empty. */
export function renderError(field: CheckoutErrorKey, view: CardFormState): Page {
  const message = view.errors[field] ?? '';
  return html`<p class="error" id="${field}-error" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </p>`;
}
