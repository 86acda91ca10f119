/** The hosted plan selection after login: every plan a form with one button, the billing cycle a switch that needs no script. */

import { html } from 'hono/html';
import { renderBoot, type BootView } from './boot.ts';
import { renderLayout } from './layout.ts';
import type { PageFrame } from './layout.ts';
import type { Html } from './lib/html.ts';
import { icon } from './lib/icons.ts';
import { speechFor } from './lib/messages.ts';
import type { Speech } from './lib/messages.ts';
import { savings } from './lib/savings.ts';
import type { CatalogueView, Cycle } from './select-catalogue.ts';
import { renderChoice } from './select-choice.ts';
import { renderPlan } from './select-plan.ts';

/** What the reader has now: of the plan state, as it is on the wire. */
export interface CurrentPlan {
  readonly plan: string | null;
  readonly billing_cycle: Cycle | null;
  /** `none`, `free`, `assigned` or Stripe's status; decides between "Get started" and "Downgrade". */
  readonly status: string;
  /** Whether a first purchase would still come with the plan's trial. */
  readonly trial_available: boolean;
}

export interface SelectView extends PageFrame {
  readonly catalogue: CatalogueView;
  /** Null while it is not known who the reader is: `boot` then finds out. */
  readonly current: CurrentPlan | null;
  /** The cycle that is switched on at first; the first one where the switch does not offer it. */
  readonly billingCycle: Cycle;
  /** Where a choice is posted: `plan` and `billing_cycle` (absent for a free plan), or `skip=1`, with `hidden` beside them. */
  readonly submitUrl: string;
  /** Further fields of every form, such as the signed ticket that says who the reader is. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Whether the reader may go on without choosing. */
  readonly skippable: boolean;
  /** What went wrong with the last choice; null on a first visit. Say what was not done, too. */
  readonly error: { readonly title: string; readonly detail: string } | null;
  /**
   * Set for the variant that gets a token in the fragment (`#token=…`): the plans stand already, their buttons wait.
   * The script removes the token from the address, posts it to `url` as `Authorization: Bearer`, and expects
   * `{ redirect }` (the same page, with a ticket) or a problem document; it then replaces this page.
   * `returnUrl` is the way back to the app when there is no token or it is refused.
   */
  readonly boot: BootView | null;
}

/**
 * The page of `GET /select`.
 *
 * Works without JavaScript. Answer a POST with a 303, or with this page again and `error`.
 */
export function renderSelectPage(view: SelectView): Html {
  const speech = speechFor(view.locale);
  const words = speech.text.select;
  return renderLayout({
    ...view,
    title: words.title,
    bodyClass: 'select',
    script: view.boot ? 'select-boot.js' : 'select.js',
    body: html`<main class="selection">
      <div class="intro">
        <h1>${words.title}</h1>
        <p class="lead">${view.boot ? words.leadBoot : words.lead(view.catalogue.name)}</p>
        ${
          view.boot
            ? html`<p class="checking" role="status" hidden>
                <span class="spinner" aria-hidden="true"></span>${words.checking}
              </p>`
            : ''
        }
      </div>
      ${view.boot ? renderBoot(view.boot, speech) : ''}
      <div class="picker" data-working="${words.working}" ${view.boot ? html`inert aria-busy="true"` : ''}>
        ${view.error ? renderNotice(view.error) : ''} ${renderCycles(view, speech)} ${renderPlans(view, speech)}
        ${view.skippable ? renderSkip(view, speech) : ''}
      </div>
    </main>`,
  });
}

function renderNotice(error: { title: string; detail: string }): Html {
  return html`<div class="notice" role="alert">
    ${icon('alert')}
    <p><strong>${error.title}</strong> ${error.detail}</p>
  </div>`;
}

/** Radios of no form: CSS shows what belongs to the checked one, and Enter in them can send nothing. */
function renderCycles(view: SelectView, speech: Speech): Html {
  const words = speech.text.select;
  const cycles = shownCycles(view.catalogue);
  if (cycles.length < 2) return html``;
  const checked = cycles.includes(view.billingCycle) ? view.billingCycle : cycles[0];
  const saved = savings(view.catalogue.plans);
  const percent = new Intl.NumberFormat(speech.lang, { style: 'percent' }).format(saved.percent / 100);
  return html`<div class="cycle">
    <fieldset class="segments">
      <legend class="sr">${words.billingCycle}</legend>
      ${cycles.map(
        (cycle) =>
          html`<label
            ><input
              type="radio"
              name="billing_cycle"
              value="${cycle}"
              autocomplete="off"
              ${cycle === checked ? 'checked' : ''}
            />${words.cycles[cycle]}${
              cycle === 'yearly' && saved.percent > 0
                ? html` <span class="save">${saved.same ? words.save(percent) : words.saveUpTo(percent)}</span>`
                : ''
            }</label
          >`,
      )}
    </fieldset>
  </div>`;
}

function renderPlans(view: SelectView, speech: Speech): Html {
  const { plans } = view.catalogue;
  const words = speech.text.select;
  if (plans.length === 0) {
    return html`<div class="empty">
      <h2>${words.emptyTitle}</h2>
      <p>${words.empty}</p>
    </div>`;
  }
  const suggested = suggestedPlan(view);
  const cycles = shownCycles(view.catalogue);
  const columns = Math.min(plans.length === 5 || plans.length === 6 ? 3 : plans.length, 4);
  return html`<div class="plans columns-${columns}">
    ${plans.map((plan) => renderPlan(plan, view, { speech, cycles, suggested: plan.id === suggested }))}
  </div>`;
}

function renderSkip(view: SelectView, speech: Speech): Html {
  const words = speech.text.select;
  const name = view.catalogue.plans.find((plan) => plan.id === view.current?.plan)?.name;
  const button = html`<button class="button bare">
    <span class="label">${name ? words.keep(name) : words.skip}</span>
  </button>`;
  return html`<div class="skip">${renderChoice(view, { skip: '1' }, button)}</div>`;
}

/** What the switch offers: buying once is not a cycle to switch to where there are others. */
function shownCycles(catalogue: CatalogueView): readonly Cycle[] {
  const recurring = catalogue.billing_cycles.filter((cycle) => cycle !== 'one_time');
  return recurring.length > 0 ? recurring : catalogue.billing_cycles;
}

/** The one filled button: for a subscriber the next plan up, else the highlighted one, else the first that costs. */
function suggestedPlan(view: SelectView): string | null {
  const { plans } = view.catalogue;
  const own = plans.find((plan) => plan.id === view.current?.plan);
  if (own && own.kind !== 'free') {
    return plans.find((plan) => plan.rank > own.rank && plan.kind !== 'contact')?.id ?? null;
  }
  return (plans.find((plan) => plan.highlight !== null) ?? plans.find((plan) => plan.kind === 'paid'))?.id ?? null;
}
