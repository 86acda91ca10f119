/** The promotion code at checkout: the link and field that take one, and the line of one that was taken. */

import { html } from 'hono/html';
import type { CheckoutView, Offer } from './checkout.ts';
import { icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import { formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/**
 * Forms of their own: Enter in the card form must never apply a code, nor the other way round. They stand behind the card
 * form, whose page this is; their fields are in the summary.
 */
export function renderPromotionForms(view: CheckoutView): Page {
  const apply = safeUrl(view.promotion?.url);
  const remove = safeUrl(view.offer?.removeUrl);
  return html`<div class="promotion-forms" hidden>
    ${apply ? html`<form id="promotion" method="post" action="${apply}" data-redraws></form>` : ''}
    ${remove ? html`<form id="promotion-remove" method="post" action="${remove}" data-redraws></form>` : ''}
  </div>`;
}

/** The link, and the field behind it. */
export function renderPromotion(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const url = safeUrl(view.promotion?.url);
  if (!url) return html``;
  const error = view.promotion?.error ?? null;
  return html`<details class="promotion" ${error ? 'open' : ''}>
    <summary>${text.addPromotionCode}</summary>
    <div class="field ${error ? 'bad' : ''}">
      <label for="promotion_code">${text.promotionCode}</label>
      <div class="promotion-row">
        <input
          class="input"
          id="promotion_code"
          name="promotion_code"
          form="promotion"
          dir="ltr"
          required
          maxlength="500"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          value="${view.promotion?.typed ?? ''}"
          ${error ? html`aria-invalid="true" aria-describedby="promotion_code-error"` : ''}
        />
        <button class="button quiet" form="promotion">${text.apply}</button>
      </div>
      ${error ? html`<p class="error" id="promotion_code-error" role="alert">${icon('alert')}<span>${error}</span></p>` : ''}
    </div>
  </details>`;
}

/** The line of a discount: what it is called, what it gives and for how long, and the way to take it off. */
export function renderOffer(view: CheckoutView, offer: Offer): Page {
  const text = messagesFor(view.locale);
  const { lang } = languageOf(view.locale);
  const label = offer.label ?? text.discount;
  const url = safeUrl(offer.removeUrl);
  return html`<div class="offer">
    <dt>
      <span class="code"
        ><bdi>${label}</bdi>${
          url
            ? html`<button
                class="remove"
                form="promotion-remove"
                aria-label="${text.removeCode(label)}"
                title="${text.remove}"
              >
                ${icon('close')}
              </button>`
            : ''
        }</span
      >
      <span class="offer-note">${text.off(offerAmount(view, offer, lang), offer.months)}</span>
    </dt>
    <dd>${view.discount ? formatMoney(-view.discount, view.currency, lang) : ''}</dd>
  </div>`;
}

function offerAmount(view: CheckoutView, offer: Offer, lang: string): string {
  if (offer.percentOff === null) return formatMoney(offer.amountOff ?? 0, view.currency, lang);
  const percent = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 2 });
  return percent.format(offer.percentOff / 100);
}
