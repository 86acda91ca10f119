/** The left side of checkout: who is paid, for what, how much today and how much later. */

import { html } from 'hono/html';
import { renderBusiness } from './business.ts';
import type { CheckoutLine, CheckoutView } from './checkout.ts';
import { icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import { formatMoney } from './money.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

/** The summary column. */
export function renderSummary(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  return html`<header class="side">
    <div class="summary">
      ${renderBusiness({ business: view.business, locale: view.locale, backUrl: view.cancelUrl })}
      ${renderHeadline(view)}
      <section aria-label="${text.summary}">
        <ul class="items">
          ${view.lines.map((line) => renderLine(line, view))}
        </ul>
        ${renderTotals(view)}
      </section>
      ${renderPromotion(view)}
    </div>
  </header>`;
}

function renderHeadline(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const product = view.lines[0]?.name ?? view.business.name;
  const per = view.recurring ? text.per(view.recurring.interval, view.recurring.intervalCount) : null;
  if (view.mode === 'setup') return html`<h1 class="headline">${text.saveCardFor(view.business.name)}</h1>`;
  if (view.trial && view.recurring) {
    return html`<div class="headline">
      <h1>${text.tryProduct(product)}</h1>
      <p class="amount words">${text.daysFree(view.trial.days)}</p>
      <p class="then">${text.thenAmount(money(view, view.recurring.amount), per ?? '')}</p>
    </div>`;
  }
  return html`<div class="headline">
    <h1>${view.recurring ? text.subscribeTo(product) : text.pay(view.business.name)}</h1>
    <p>
      <bdi class="amount">${money(view, view.dueToday)}</bdi>
      ${per ? html`<span class="per">${per}</span>` : ''}
    </p>
  </div>`;
}

function renderLine(line: CheckoutLine, view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const per = line.recurring ? text.per(line.recurring.interval, line.recurring.intervalCount) : null;
  const full = line.unitAmount * line.quantity;
  const count = new Intl.NumberFormat(languageOf(view.locale).lang).format(line.quantity);
  const notes = [
    line.description,
    line.quantity > 1 ? `${text.quantity(count)} · ${text.each(money(view, line.unitAmount))}` : null,
  ].filter((note) => note !== null);
  return html`<li>
    <span class="item-name">${line.name}</span>
    <bdi class="item-amount">${money(view, full)}</bdi>
    ${notes.length > 0 ? html`<span class="item-note">${notes.map((note, place) => html`${place > 0 ? ' · ' : ''}<bdi>${note}</bdi>`)}</span>` : ''}
    ${per ? html`<span class="item-per">${per}</span>` : ''}
  </li>`;
}

function renderTotals(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  return html`<dl class="totals">
    ${
      view.trial && view.recurring
        ? html`<div>
            <dt>${text.afterTrial}</dt>
            <dd>${money(view, view.recurring.amount)}</dd>
          </div>`
        : html`<div>
            <dt>${text.subtotal}</dt>
            <dd>${money(view, view.subtotal)}</dd>
          </div>`
    }
    ${
      view.discount
        ? html`<div>
            <dt>${text.discount}</dt>
            <dd>${money(view, -view.discount)}</dd>
          </div>`
        : ''
    }
    ${
      view.tax === null
        ? ''
        : html`<div>
            <dt>${text.tax}</dt>
            <dd>${money(view, view.tax)}</dd>
          </div>`
    }
    <div class="total">
      <dt>${text.dueToday}</dt>
      <dd>${money(view, view.dueToday)}</dd>
    </div>
  </dl>`;
}

/** A form of its own: Enter in the card form must never apply a code, nor the other way round. */
function renderPromotion(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const url = safeUrl(view.promotion?.url);
  if (!url) return html``;
  const error = view.promotion?.error ?? null;
  return html`<details class="promotion" ${error ? 'open' : ''}>
    <summary>${text.addPromotionCode}</summary>
    <form method="post" action="${url}" class="field ${error ? 'bad' : ''}">
      <label for="promotion_code">${text.promotionCode}</label>
      <div class="promotion-row">
        <input
          class="input"
          id="promotion_code"
          name="promotion_code"
          required
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          ${error ? html`aria-invalid="true" aria-describedby="promotion_code-error"` : ''}
        />
        <button class="button quiet">${text.apply}</button>
      </div>
      ${error ? html`<p class="error" id="promotion_code-error">${icon('alert')}<span>${error}</span></p>` : ''}
    </form>
  </details>`;
}

function money(view: CheckoutView, amount: number): string {
  return formatMoney(amount, view.currency, languageOf(view.locale).lang);
}
