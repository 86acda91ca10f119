/** One plan of the selection page: name, price in each cycle, the button that says what it will do, features. */

import { html } from 'hono/html';
import type { Html } from './lib/html.ts';
import { icon } from './lib/icons.ts';
import type { Speech } from './lib/messages.ts';
import { formatPrice } from './lib/money.ts';
import { safeUrl } from './lib/url.ts';
import type { SelectView } from './select.ts';
import { renderChoice } from './select-choice.ts';
import { priceAt } from './select-catalogue.ts';
import type { Cycle, PlanView } from './select-catalogue.ts';

export interface PlanOptions {
  readonly speech: Speech;
  /** What the switch offers; everything that differs between them is drawn for each, and CSS shows one. */
  readonly cycles: readonly Cycle[];
  /** Whether this is the one filled button. */
  readonly suggested: boolean;
}

/** A card. */
export function renderPlan(plan: PlanView, view: SelectView, options: PlanOptions): Html {
  const words = options.speech.text.select;
  const current = view.current?.plan === plan.id;
  const subscriber = ownRank(view) !== null;
  const pill = current
    ? renderStanding(view.current?.status ?? '', options.speech)
    : plan.highlight && !subscriber
      ? html`<span class="pill accent">${plan.highlight}</span>`
      : '';
  return html`<article class="plan ${options.suggested ? 'highlight' : ''}" aria-labelledby="plan-${plan.id}">
    <header>
      <h2 id="plan-${plan.id}">${plan.name}</h2>
      ${pill}
    </header>
    <p class="about"><bdi>${plan.description}</bdi></p>
    ${forEachCycle(options.cycles, (cycle) => renderPrice(plan, view, cycle, options.speech))}
    <div class="choice">${forEachCycle(options.cycles, (cycle) => renderButton(plan, view, cycle, options))}</div>
    ${
      plan.features.length > 0
        ? html`<ul class="features" aria-label="${words.features(plan.name)}">
            ${plan.features.map((feature) => html`<li>${icon('check')}<bdi>${feature}</bdi></li>`)}
          </ul>`
        : html`<div></div>`
    }
  </article>`;
}

/** How the plan that the reader has stands: a trial and an open payment are not plainly "active". */
function renderStanding(status: string, speech: Speech): Html {
  const words = speech.text.select.standing;
  if (status === 'trialing') return html`<span class="pill accent">${words.trialing}</span>`;
  if (status === 'past_due') return html`<span class="pill danger">${words.past_due}</span>`;
  return html`<span class="pill good">${words.active}</span>`;
}

/** Drawn once where all cycles look the same, so that nothing is said twice. */
function forEachCycle(cycles: readonly Cycle[], draw: (cycle: Cycle) => Html): Html {
  const drawn = cycles.map((cycle) => ({ cycle, markup: draw(cycle) }));
  const [first] = drawn;
  if (!first) return draw('monthly');
  if (drawn.every(({ markup }) => String(markup) === String(first.markup))) return first.markup;
  return html`<div class="by-cycle">
    ${drawn.map(({ cycle, markup }) => html`<div class="when-${cycle}">${markup}</div>`)}
  </div>`;
}

/** By the month, with what is billed beneath; the terms keep their line where there is nothing to say. */
function renderPrice(plan: PlanView, view: SelectView, cycle: Cycle, speech: Speech): Html {
  const words = speech.text.select;
  const line = (amount: string | Html, per: string, terms: string): Html =>
    html`<p class="price">
      <bdi class="amount">${amount}</bdi>${per ? html` <span class="per">${per}</span>` : ''}
      <span class="terms">${terms}</span>
    </p>`;
  if (plan.kind === 'contact') return line(html`<span class="words">${words.contactPrice}</span>`, '', '');
  const found = priceAt(plan, cycle);
  if (!found) return line(formatPrice(0, currencyOf(view), speech.lang), '', words.noCard);

  const money = (amount: number) => formatPrice(amount, found.price.currency, speech.lang);
  const amount = found.price.unit_amount;
  const terms = (billed: string) =>
    view.catalogue.payments === 'none'
      ? words.freeForNow
      : plan.seats && plan.seats.min > 1
        ? `${billed} · ${words.seats(new Intl.NumberFormat(speech.lang).format(plan.seats.min))}`
        : billed;
  if (found.cycle === 'one_time') return line(money(amount), plan.per_seat ? words.perSeat : '', terms(words.once));
  const per = plan.per_seat ? words.perSeatMonth : words.perMonth;
  if (found.cycle === 'monthly') return line(money(amount), per, terms(words.billedMonthly));
  const billed = plan.per_seat ? words.billedYearlySeat(money(amount)) : words.billedYearly(money(amount));
  return line(money(amount / 12), per, terms(billed));
}

function renderButton(plan: PlanView, view: SelectView, cycle: Cycle, options: PlanOptions): Html {
  const words = options.speech.text.select;
  const kind = options.suggested ? '' : 'quiet';
  const about = html`aria-describedby="plan-${plan.id}"`;
  if (plan.kind === 'contact') {
    const url = safeUrl(plan.contact_url);
    return url
      ? html`<a class="button wide quiet" href="${url}" ${about}>${words.contact}${icon('external')}</a>`
      : html``;
  }
  if (isCurrent(plan, view, cycle)) {
    return html`<button class="button wide current" disabled ${about}>${icon('check')}${words.current}</button>`;
  }
  const { label, switching } = labelOf(plan, view, cycle, options.speech);
  const offered = priceAt(plan, cycle)?.cycle;
  return renderChoice(
    view,
    { plan: plan.id, ...(offered ? { billing_cycle: offered } : {}) },
    html`<button class="button wide ${switching ? 'quiet' : kind}" ${about}>
      <span class="label">${label}</span>
    </button>`,
  );
}

function isCurrent(plan: PlanView, view: SelectView, cycle: Cycle): boolean {
  if (view.current?.plan !== plan.id) return false;
  const own = view.current.billing_cycle;
  const offered = priceAt(plan, cycle)?.cycle ?? null;
  return own === null || offered === null || own === offered;
}

/** What pressing it will do (contract §5). */
function labelOf(
  plan: PlanView,
  view: SelectView,
  cycle: Cycle,
  speech: Speech,
): { readonly label: string; readonly switching: boolean } {
  const words = speech.text.select;
  const offered = priceAt(plan, cycle)?.cycle ?? null;
  if (view.current?.plan === plan.id && offered) return { label: words.switchTo[offered], switching: true };
  const rank = ownRank(view);
  if (rank !== null) return { label: plan.rank > rank ? words.upgrade : words.downgrade, switching: false };
  if (plan.kind === 'free') return { label: words.choose, switching: false };
  if (view.catalogue.payments === 'none') return { label: words.choosePlan, switching: false };
  if (offered === 'one_time') return { label: words.buy, switching: false };
  const trial = plan.trial_days !== null && view.current?.trial_available !== false ? plan.trial_days : null;
  return { label: trial ? words.startTrial(trial) : words.subscribe, switching: false };
}

/** Rank of the paid plan that the reader has; null for those who have none, or a free one. */
function ownRank(view: SelectView): number | null {
  const own = view.catalogue.plans.find((plan) => plan.id === view.current?.plan);
  return own && own.kind !== 'free' ? own.rank : null;
}

/** Free is free in the currency that the other plans are shown in. */
function currencyOf(view: SelectView): string {
  for (const plan of view.catalogue.plans) {
    for (const price of Object.values(plan.prices)) if (price) return price.currency;
  }
  return 'usd';
}
