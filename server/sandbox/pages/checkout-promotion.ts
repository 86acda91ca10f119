/** The promotion code at checkout: the link and field that take one, and the line of one that was taken. */

import { html } from 'hono/html';
import type { CheckoutView, Offer } from './checkout.ts';
import { icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import { formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** A form of its own: Enter in the card form must never apply a code, nor the other way round. */
export function renderPromotion(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const url = safeUrl(view.promotion?.url);
  if (!url) return html``;
  const error = view.promotion?.error ?? null;
  return html`<details class="promotion" ${error ? 'open' : ''}>
    <summary>${text.addPromotionCode}</summary>
    <form method="post" action="${url}" class="field ${error ? 'bad' : ''}" data-redraws>
      <label for="promotion_code">${text.promotionCode}</label>
      <div class="promotion-row">
        <input
          class="input"
          id="promotion_code"
          name="promotion_code"
          dir="ltr"
          required
          maxlength="500"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          value="${view.promotion?.typed ?? ''}"
          ${error ? html`aria-invalid="true" aria-describedby="promotion_code-error"` : ''}
        />
        <button class="button quiet">${text.apply}</button>
      </div>
      ${error ? html`<p class="error" id="promotion_code-error" role="alert">${icon('alert')}<span>${error}</span></p>` : ''}
    </form>
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
            ? html`<form method="post" action="${url}" data-redraws>
                <button class="remove" aria-label="${text.removeCode(label)}" title="${text.remove}">
                  ${icon('close')}
                </button>
              </form>`
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
