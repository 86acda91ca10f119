/** The portal's forms: a new card, and who is billed. */

import { html } from 'hono/html';
import { renderCard, renderPayer } from '../card-fields.ts';
import { renderTestCards } from '../checkout-test-cards.ts';
import type { CheckoutErrors, CheckoutValues } from '../fields.ts';
import { renderCountryField, renderField, renderNotice, renderSubmit } from '../form-fields.ts';
import { messagesFor } from '../messages.ts';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';
import type { PortalFrame } from './frame.ts';
import { renderPortal, renderStepActions } from './frame.ts';
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
            ${renderStepActions(view, renderSubmit(words.save, text.processing))}
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
  const fields = (Object.keys(detailFields) as DetailGroup[])
    .filter((group) => view.groups.includes(group))
    .flatMap((group): readonly DetailField[] => detailFields[group]);
  return renderPortal(view, {
    title: words.detailsTitle,
    body: html`<h1>${words.detailsTitle}</h1>
      <form class="panel step" method="post" action="${safeUrl(view.submitUrl)}">
        <section class="detail-fields">${fields.map((field) => renderDetail(field, view, words))}</section>
        ${renderStepActions(view, html`<button class="button">${words.saveDetails}</button>`)}
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

const types: Readonly<Partial<Record<DetailField, string>>> = { email: 'email', phone: 'tel' };

function renderDetail(field: DetailField, view: DetailsView, words: PortalWords): Page {
  const label = field === 'postal_code' ? words.postalCode : words[field];
  const usual = { autocomplete: autocomplete[field] };
  if (field === 'country')
    return renderCountryField(view, { locale: view.locale, label, isGuessed: false, attributes: usual });
  const type = types[field];
  // What is written in Latin letters in every language has a type of its own.
  const attributes = { ...usual, type: type ?? 'text', dir: type && 'ltr', maxlength: '255' };
  return renderField(view, { name: field, label, attributes });
}
