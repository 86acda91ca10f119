/** The portal's forms: a new card, and who is billed. */

import { html } from 'hono/html';
import { renderCard, renderNotice, renderPayer } from '../card-fields.ts';
import { renderTestCards } from '../checkout-test-cards.ts';
import { countriesIn } from '../countries.ts';
import type { CheckoutErrors, CheckoutValues } from '../fields.ts';
import { icon } from '../icons.ts';
import { languageOf, messagesFor } from '../messages.ts';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';
import type { PortalFrame } from './frame.ts';
import { renderPortal } from './frame.ts';
import { portalWords } from './words/words.ts';
import type { PortalWords } from './words/words.ts';

export interface CardView extends PortalFrame {
  /** Whether a card is replaced, or one more is added, of which the reader says what it is for. */
  readonly purpose: 'replace' | 'add';
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  /** Takes the card's fields and `default`; answers as the checkout page does. */
  readonly submitUrl: string;
  readonly keepUrl: string | null;
}

export function renderCardPage(view: CardView): Page {
  const words = portalWords(view.locale);
  const text = messagesFor(view.locale);
  const keep = safeUrl(view.keepUrl);
  const title = view.purpose === 'replace' ? words.replaceTitle : words.addTitle;
  return renderPortal(view, {
    title,
    script: 'checkout.js',
    body: html`<h1>${title}</h1>
      <div class="panel step">
        <section>
          <form class="form" method="post" action="${safeUrl(view.submitUrl)}" data-no-answer="${text.errors.noAnswer}">
            ${view.purpose === 'replace' ? html`<p class="muted">${words.addDetail}</p>` : ''} ${renderNotice(view)}
            ${renderCard(view)} ${renderPayer(view)}
            ${
              view.purpose === 'add'
                ? html`<label class="choice"
                    ><input type="checkbox" name="default" value="true" checked /><span
                      >${words.useAsDefault}</span
                    ></label
                  >`
                : html`<input type="hidden" name="default" value="true" />`
            }
            <div class="step-actions">
              ${keep ? html`<a class="button quiet" href="${keep}">${words.never}</a>` : ''}
              <button class="button submit" type="submit">
                <span class="label">${words.save}</span>
                <span class="busy" hidden><span class="spinner" aria-hidden="true"></span>${text.processing}</span>
              </button>
            </div>
            <p class="sr" role="status"></p>
          </form>
        </section>
      </div>
      ${renderTestCards(view.locale)}`,
  });
}

/** Fields of the form of billing details, in its order. */
export const detailFields = {
  name: ['name'],
  email: ['email'],
  phone: ['phone'],
  address: ['line1', 'line2', 'postal_code', 'city', 'state', 'country'],
} as const;

export type DetailGroup = keyof typeof detailFields;
export type DetailField = (typeof detailFields)[DetailGroup][number];

export interface DetailsView extends PortalFrame {
  /** Which may be changed. */
  readonly groups: readonly DetailGroup[];
  readonly values: Readonly<Partial<Record<DetailField, string>>>;
  readonly errors: Readonly<Partial<Record<DetailField, string>>>;
  readonly submitUrl: string;
  readonly keepUrl: string | null;
}

export function renderDetailsPage(view: DetailsView): Page {
  const words = portalWords(view.locale);
  const keep = safeUrl(view.keepUrl);
  const fields = (Object.keys(detailFields) as DetailGroup[])
    .filter((group) => view.groups.includes(group))
    .flatMap((group): readonly DetailField[] => detailFields[group]);
  return renderPortal(view, {
    title: words.detailsTitle,
    body: html`<h1>${words.detailsTitle}</h1>
      <form class="panel step" method="post" action="${safeUrl(view.submitUrl)}">
        <section class="detail-fields">${fields.map((field) => renderField(field, view, words))}</section>
        <div class="step-actions">
          ${keep ? html`<a class="button quiet" href="${keep}">${words.never}</a>` : ''}
          <button class="button">${words.saveDetails}</button>
        </div>
      </form>`,
  });
}

const autocomplete: Readonly<Record<DetailField, string>> = {
  name: 'name',
  email: 'email',
  phone: 'tel',
  line1: 'address-line1',
  line2: 'address-line2',
  postal_code: 'postal-code',
  city: 'address-level2',
  state: 'address-level1',
  country: 'country',
};

function renderField(field: DetailField, view: DetailsView, words: PortalWords): Page {
  const error = view.errors[field];
  const label = field === 'postal_code' ? words.postalCode : words[field];
  const value = view.values[field] ?? '';
  const described = error ? html`aria-invalid="true" aria-describedby="${field}-error"` : '';
  const isLatin = field === 'email' || field === 'phone';
  return html`<div class="field ${field}">
    <label for="${field}">${label}</label>
    ${
      field === 'country'
        ? html`<div class="select">
            <select class="input" id="country" name="country" autocomplete="country">
              <option value="">${messagesFor(view.locale).chooseCountry}</option>
              ${countriesIn(languageOf(view.locale).lang).map(
                ({ code, name }) => html`<option value="${code}" ${code === value ? 'selected' : ''}>${name}</option>`,
              )}
            </select>
            ${icon('chevron')}
          </div>`
        : html`<input
            class="input"
            id="${field}"
            name="${field}"
            type="${field === 'email' ? 'email' : field === 'phone' ? 'tel' : 'text'}"
            ${isLatin ? html`dir="ltr"` : ''}
            autocomplete="${autocomplete[field]}"
            maxlength="255"
            value="${value}"
            ${described}
          />`
    }
    ${error ? html`<p class="error" id="${field}-error">${icon('alert')}<span>${error}</span></p>` : ''}
  </div>`;
}
