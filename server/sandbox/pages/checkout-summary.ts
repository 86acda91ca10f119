/** The left side of checkout: who is paid, for what, how much today and how much later. */

import { html } from 'hono/html';
import { renderBusiness } from './business.ts';
import type { CheckoutLine, CheckoutView } from './checkout.ts';
import { renderOffer, renderPromotion } from './checkout-promotion.ts';
import { languageOf, messagesFor } from './messages.ts';
import { formatMoney } from './money.ts';
import type { Page } from './shell.ts';

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
  const isLess = view.recurring !== null && view.recurring.amount !== view.dueToday;
  return html`<div class="headline">
    <h1>${view.recurring ? text.subscribeTo(product) : text.pay(view.business.name)}</h1>
    <p>
      <bdi class="amount">${money(view, view.dueToday)}</bdi>
      ${per && !isLess ? html`<span class="per">${per}</span>` : ''}
    </p>
    ${isLess ? html`<p class="then">${text.thenAmount(money(view, view.recurring.amount), per ?? '')}</p>` : ''}
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
    ${renderDiscount(view)} ${renderTax(view)}
    <div class="total">
      <dt>${text.dueToday}</dt>
      <dd>${money(view, view.dueToday)}</dd>
    </div>
  </dl>`;
}

/** A trial that is discounted later shows so, though it takes nothing off today. */
function renderDiscount(view: CheckoutView): Page {
  if (view.offer) return renderOffer(view, view.offer);
  if (!view.discount) return html``;
  return html`<div>
    <dt>${messagesFor(view.locale).discount}</dt>
    <dd>${money(view, -view.discount)}</dd>
  </div>`;
}

function renderTax(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  if (view.taxed === 'pending') {
    return html`<div>
      <dt>${text.tax}</dt>
      <dd class="later">${text.taxPending}</dd>
    </div>`;
  }
  if (view.tax === null) return html``;
  return html`<div>
    <dt>${view.taxed === 'included' ? text.taxIncluded : text.tax}</dt>
    <dd>${money(view, view.tax)}</dd>
  </div>`;
}

function money(view: CheckoutView, amount: number): string {
  return formatMoney(amount, view.currency, languageOf(view.locale).lang);
}
