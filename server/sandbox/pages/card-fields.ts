/** The fields of a card form: number, expiry, code, and whose card it is. They work with and without JavaScript. */

import { html } from 'hono/html';
import type { CheckoutErrors, CheckoutValues } from './fields.ts';
import { renderCountryField, renderError, renderField, renderInput } from './form-fields.ts';
import type { TextField } from './form-fields.ts';
import { cardBrands, cardMark } from './icons.ts';
import { messagesFor } from './messages.ts';
import type { Page } from './shell.ts';
import { groupDigits } from './test-cards.ts';

/** What was typed before, and what was wrong with it. */
export interface CardFormState {
  readonly locale: string;
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
}

/** The card: number, expiry, code. */
export function renderCard(view: CardFormState): Page {
  const text = messagesFor(view.locale);
  const { errors } = text;
  const usual = { inputmode: 'numeric', required: true } as const;
  return html`<fieldset class="field card ${view.errors.card ? 'bad' : ''}" aria-describedby="card-error">
    <legend>${text.card}</legend>
    <div class="joined" dir="ltr">
      ${renderCell(
        view,
        {
          name: 'card_number',
          label: text.cardNumber,
          value: groupDigits((view.values.card_number ?? '').replace(/\s/g, '')),
          attributes: {
            ...usual,
            autocomplete: 'cc-number',
            placeholder: '1234 1234 1234 1234',
            maxlength: '23',
            'data-missing': errors.numberMissing,
            'data-incomplete': errors.numberIncomplete,
            'data-invalid': errors.numberInvalid,
          },
        },
        html`<span class="brands">${cardBrands.map(cardMark)}</span>`,
      )}
      ${renderCell(view, {
        name: 'card_expiry',
        label: text.expiry,
        attributes: {
          ...usual,
          autocomplete: 'cc-exp',
          placeholder: text.expiryHint,
          maxlength: '9',
          'data-missing': errors.expiryMissing,
          'data-invalid': errors.expiryInvalid,
          'data-past': errors.expiryPast,
        },
      })}
      ${renderCell(view, {
        name: 'card_cvc',
        label: text.cvc,
        // Never sent back: a code is typed anew.
        value: '',
        attributes: {
          ...usual,
          autocomplete: 'cc-csc',
          placeholder: text.cvcHint,
          maxlength: '4',
          'data-missing': errors.cvcMissing,
          'data-invalid': errors.cvcInvalid,
        },
      })}
    </div>
    ${['card', 'card_number', 'card_expiry', 'card_cvc'].map((name) => renderError(view, name))}
  </fieldset>`;
}

/** One of the inputs that share a frame; its message stands beneath all of them. */
function renderCell(view: CardFormState, field: TextField, beside: Page | string = ''): Page {
  return html`<div class="cell ${field.name}">
    <label class="sr" for="${field.name}">${field.label}</label>
    ${renderInput(view, field)} ${beside}
  </div>`;
}

/** Whose card it is. */
export function renderPayer(view: CardFormState): Page {
  return html`${renderName(view)} ${renderCountry(view)}`;
}

/** The name on the card. */
export function renderName(view: CardFormState): Page {
  const text = messagesFor(view.locale);
  return renderField(view, {
    name: 'name',
    label: text.nameOnCard,
    attributes: {
      required: true,
      autocomplete: 'cc-name',
      spellcheck: 'false',
      'data-missing': text.errors.nameMissing,
    },
  });
}

/** Where its owner is. */
export function renderCountry(view: CardFormState): Page {
  const text = messagesFor(view.locale);
  return renderCountryField(view, {
    locale: view.locale,
    label: text.country,
    isGuessed: true,
    attributes: { required: true, autocomplete: 'country', 'data-missing': text.errors.countryMissing },
  });
}
