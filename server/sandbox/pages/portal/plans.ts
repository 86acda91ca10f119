/** Changing a plan in the portal: choosing another one, and confirming what that costs. */

import { html } from 'hono/html';
import { renderField } from '../form-fields.ts';
import { cardMark, icon } from '../icons.ts';
import { messagesFor } from '../messages.ts';
import type { Interval } from '../messages.ts';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';
import type { PortalFrame } from './frame.ts';
import { renderPortal, renderStepActions } from './frame.ts';
import { portalWords } from './words/words.ts';
import type { PortalWords } from './words/words.ts';

export interface PlanChoice {
  readonly price: string;
  readonly name: string;
  readonly description: string | null;
  /** "$19.00 per month". */
  readonly amount: string;
  readonly interval: Interval;
  readonly isCurrent: boolean;
  /** How many it may be; null where that is not the customer's to choose. */
  readonly seats: { readonly least: number; readonly most: number | null } | null;
}

export interface PlansView extends PortalFrame {
  readonly choices: readonly PlanChoice[];
  /** As it is or was typed; null where no plan lets it be chosen. */
  readonly quantity: string | null;
  readonly chosen: string;
  /** GET, with `price` and `quantity`. */
  readonly submitUrl: string;
  readonly keepUrl: string | null;
}

const intervals: readonly Interval[] = ['day', 'week', 'month', 'year'];

export function renderPlansPage(view: PlansView): Page {
  const words = portalWords(view.locale);
  const groups = intervals
    .map((interval) => ({ interval, choices: view.choices.filter((choice) => choice.interval === interval) }))
    .filter(({ choices }) => choices.length > 0);
  const canChange = view.quantity !== null || view.choices.some(({ isCurrent }) => !isCurrent);
  return renderPortal(view, {
    title: words.updateTitle,
    body: html`<h1>${words.updateTitle}</h1>
      <form class="panel step" method="get" action="${safeUrl(view.submitUrl)}">
        ${groups.map(
          ({ interval, choices }) =>
            html`<section>
              <fieldset class="field">
                <legend>${words.every[interval]}</legend>
                ${choices.map((choice) => renderChoice(choice, view, words))}
              </fieldset>
            </section>`,
        )}
        ${view.quantity === null ? '' : renderQuantity(view.quantity, view.choices, words)}
        ${canChange ? '' : html`<section><p class="muted">${words.nothingToChange}</p></section>`}
        ${renderStepActions(view, canChange ? html`<button class="button">${words.continue}</button>` : '')}
      </form>`,
  });
}

function renderChoice(choice: PlanChoice, view: PlansView, words: PortalWords): Page {
  return html`<label class="choice plan-choice">
    <input type="radio" name="price" value="${choice.price}" ${choice.price === view.chosen ? 'checked' : ''} />
    <span class="choice-words">
      <span class="plan-name"
        ><bdi>${choice.name}</bdi
        >${choice.isCurrent ? html`<span class="pill active">${words.current}</span>` : ''}</span
      >
      ${choice.description === null ? '' : html`<span class="muted">${choice.description}</span>`}
    </span>
    <span class="choice-amount">${choice.amount}</span>
  </label>`;
}

/** One field for all plans, and beneath it how many each may be. */
function renderQuantity(quantity: string, choices: readonly PlanChoice[], words: PortalWords): Page {
  const ranges = new Map(
    choices.flatMap(({ name, seats }) => (seats && seats.most !== seats.least ? [[name, seats] as const] : [])),
  );
  const hint = html`${[...ranges].map(
    ([name, { least, most }]) =>
      html`<span class="range"
        ><bdi>${name}</bdi>:
        ${most === null ? words.seatsFrom(String(least)) : words.seatsBetween(String(least), String(most))}</span
      >`,
  )}`;
  return html`<section class="narrow">
    ${renderField(
      { values: { quantity }, errors: {} },
      {
        name: 'quantity',
        label: words.seats,
        hint,
        attributes: { type: 'number', inputmode: 'numeric', required: true, min: '1' },
      },
    )}
  </section>`;
}

export interface ConfirmView extends PortalFrame {
  /** The price in words, such as "$19.00 per month". */
  readonly from: { readonly name: string; readonly price: string };
  readonly to: { readonly name: string; readonly price: string };
  /** What is charged now, line by line. */
  readonly lines: readonly { readonly description: string; readonly amount: string }[];
  /** As they are read; null where nothing is charged now. */
  readonly dueNow: string | null;
  /** Null: nothing is given back. */
  readonly credited: string | null;
  /** When, how much next. */
  readonly sentences: readonly string[];
  readonly card: { readonly brand: string; readonly last4: string } | null;
  /** Where a card is added that is missing; null where none is needed, or none can be added. */
  readonly addCardUrl: string | null;
  readonly canConfirm: boolean;
  /** POST. */
  readonly submitUrl: string;
  /** What the form repeats, so that what is done is what was shown. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly backUrl: string | null;
  /** GET, with `promotion_code`; null where no code is taken. */
  readonly promotion: {
    readonly submitUrl: string;
    readonly hidden: Readonly<Record<string, string>>;
    readonly value: string;
  } | null;
}

export function renderConfirmPage(view: ConfirmView): Page {
  const words = portalWords(view.locale);
  const addCard = safeUrl(view.addCardUrl);
  return renderPortal(view, {
    title: words.confirmTitle,
    body: html`<h1>${words.confirmTitle}</h1>
      <form class="panel step" method="post" action="${safeUrl(view.submitUrl)}">
        ${hiddenFields(view.hidden)}
        <section>
          <dl class="change">
            <div>
              <dt>${words.from}</dt>
              <dd><bdi>${view.from.name}</bdi> <span>${view.from.price}</span></dd>
            </div>
            <div>
              <dt>${words.to}</dt>
              <dd><bdi>${view.to.name}</bdi> <span>${view.to.price}</span></dd>
            </div>
          </dl>
        </section>
        <section>
          ${view.lines.length > 0 || view.dueNow !== null ? renderSums(view, words) : ''}
          ${view.sentences.map((sentence) => html`<p class="muted">${sentence}</p>`)}
          ${
            view.card && view.dueNow !== null
              ? html`<p class="muted card-line">
                  ${words.paidWith}
                  <span class="card-line"
                    >${cardMark(view.card.brand)}<bdi dir="ltr">•••• ${view.card.last4}</bdi></span
                  >
                </p>`
              : ''
          }
          ${view.canConfirm ? '' : html`<div class="notice">${icon('alert')}<span>${words.needsCard}</span></div>`}
        </section>
        ${renderStepActions(
          { locale: view.locale, keepUrl: view.backUrl },
          view.canConfirm
            ? html`<button class="button">
                ${view.dueNow === null ? words.confirm : words.confirmPay(view.dueNow)}
              </button>`
            : addCard
              ? html`<a class="button" href="${addCard}">${words.addMethod}</a>`
              : '',
        )}
      </form>
      ${view.promotion ? renderPromotion(view.promotion, view.locale) : ''}`,
  });
}

/** A form of its own: Enter in it applies the code and confirms nothing. */
function renderPromotion(promotion: NonNullable<ConfirmView['promotion']>, locale: string): Page {
  const text = messagesFor(locale);
  return html`<details class="promotion" ${promotion.value ? 'open' : ''}>
    <summary>${text.addPromotionCode}</summary>
    <form method="get" action="${safeUrl(promotion.submitUrl)}" class="field">
      ${hiddenFields(promotion.hidden)}
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
          value="${promotion.value}"
        />
        <button class="button quiet">${text.apply}</button>
      </div>
    </form>
  </details>`;
}

function hiddenFields(fields: Readonly<Record<string, string>>): Page {
  return html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`;
}

function renderSums(view: ConfirmView, words: PortalWords): Page {
  return html`<table class="lines">
    <caption class="sr">
      ${words.dueNow}
    </caption>
    <tbody>
      ${view.lines.map(
        (line) =>
          html`<tr>
            <td>${line.description}</td>
            <td class="end"><bdi>${line.amount}</bdi></td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      ${
        view.credited === null
          ? ''
          : html`<tr class="total">
              <th scope="row">${words.credited}</th>
              <td class="end"><bdi>${view.credited}</bdi></td>
            </tr>`
      }
      ${
        view.dueNow === null
          ? ''
          : html`<tr class="total">
              <th scope="row">${words.dueNow}</th>
              <td class="end"><bdi>${view.dueNow}</bdi></td>
            </tr>`
      }
    </tfoot>
  </table>`;
}
