/** `<plan-picker>`: the plans, what they cost, and for each a button that says what it will do. */

import { html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { type Offer, suggestedPlan, switchableCycles } from '../client/offer.ts';
import { type BillingCycle, billingCycles, type Catalogue, type Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { Announcer } from '../ui/announcer.ts';
import { attributeSentence } from '../ui/attributes.ts';
import { base } from '../ui/base.styles.ts';
import { BillingElement } from '../ui/billing-element.ts';
import { CatalogueController } from '../ui/catalogue-controller.ts';
import { ChooseController } from '../ui/choose-controller.ts';
import { controls } from '../ui/controls.styles.ts';
import { knownState } from '../ui/known-state.ts';
import { attributePanel, errorPanel, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import { segments } from '../ui/segments.styles.ts';
import { tokens } from '../ui/tokens.styles.ts';
import { moveFocus } from './arrow-keys.ts';
import { attributeProblem, chosenPlans, listed } from './attributes.ts';
import { comparison } from './comparison.ts';
import { comparisonStyles } from './comparison.styles.ts';
import { cycleSwitch } from '../ui/cycle-switch.ts';
import { FormValue } from './form-value.ts';
import { blockingAttention, pickerNotice } from './notice.ts';
import { planCard } from './plan-card.ts';
import { pickerStyles } from './plan-picker.styles.ts';
import { hasLongPrices, type PickerView } from './plan-view.ts';
import { RoomController } from './room-controller.ts';
import { skeleton } from './skeleton.ts';

/** From here on plans are compared in a table, where there is room for one (px). */
const compare = { plans: 5, room: 864 };
/** Milliseconds for which plans that are here wait for the user's own plan, so that prices need not change under the eye. */
const patience = 700;

/**
 * @summary The plans of a project as cards or, from five on, as a comparison.
 *
 * @slot - Shown until the element is defined, and beneath an error: a link to a pricing page, say.
 *
 * @event plan-select - A plan was chosen and nothing has happened yet; cancelable.
 * @event plan-change - The user's plan or cycle is another one now: `{ plan, billingCycle, token }`.
 * @event sign-in-required - Somebody who is not signed in chose a plan.
 * @event billing-error - Something failed: `{ code, status, message }`.
 * @event change - As a form control: another plan is chosen.
 *
 * @csspart base cycle cycle-option save plans plan plan-suggested name pill description price amount terms button
 *   button-filled features feature icon comparison notice error skeleton
 * @cssproperty --planclaim-accent --planclaim-surface --planclaim-text --planclaim-radius --planclaim-font and what is
 *   derived from them, in `ui/tokens.styles.ts`
 */
export class PlanPicker extends BillingElement {
  static readonly formAssociated = true;
  static override styles = [tokens, base, controls, segments, pickerStyles, comparisonStyles];

  static override properties: PropertyDeclarations = {
    ...BillingElement.properties,
    billingCycle: { attribute: 'billing-cycle' },
    plans: {},
    columns: {},
    successUrl: { attribute: 'success-url' },
    cancelUrl: { attribute: 'cancel-url' },
    ui: {},
    name: { reflect: true },
    required: { type: Boolean, reflect: true },
    switched: { state: true },
    isPatient: { state: true },
  };

  /** The cycle to begin with; default: the user's own, else the first that is sold. */
  declare billingCycle: BillingCycle | null;
  /** Which plans, in what order: ids with spaces between; default: all, by rank. */
  declare plans: string | null;
  /** At most this many beside each other, 1 to 4. */
  declare columns: string | null;
  /** Where to go after paying; default: this page. */
  declare successUrl: string | null;
  /** Where to go when checkout is left; default: this page. */
  declare cancelUrl: string | null;
  /** `hosted` or `embedded`; until `<plan-checkout>` is on the page, both open the hosted one. */
  declare ui: 'hosted' | 'embedded' | null;
  /** With it, inside a `<form>`, the element is a form control: choosing sets its value and does nothing else. */
  declare name: string | null;
  declare required: boolean;
  /** The cycle that the user switched to. */
  declare protected switched: BillingCycle | null;
  declare protected isPatient: boolean;

  readonly #catalogue = new CatalogueController(this);
  readonly #announcer = new Announcer(this);
  readonly #chooser = new ChooseController(this, this.#announcer);
  readonly #form = new FormValue(this);
  readonly #room = new RoomController(this, compare.room);
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super({ details: true });
    this.billingCycle = null;
    this.plans = null;
    this.columns = null;
    this.successUrl = null;
    this.cancelUrl = null;
    this.ui = null;
    this.name = null;
    this.required = false;
    this.switched = null;
    this.isPatient = true;
    this.addEventListener('plan-change', (event) => {
      const plan = this.#catalogue.value?.plans.find(({ id }) => id === event.detail.plan);
      if (event.target === this && plan) this.#announcer.say(this.text.messages?.nowOn(plan.name) ?? '');
    });
  }

  /** The chosen plan's id as a form control; empty where none is. */
  get value(): string {
    return this.#form.value;
  }

  set value(plan: string) {
    this.#form.choose(plan, this.#cycleOf(this.#catalogue.value));
  }

  get form(): HTMLFormElement | null {
    return this.#form.form;
  }

  get validity(): ValidityState {
    return this.#form.internals.validity;
  }

  get validationMessage(): string {
    return this.#form.internals.validationMessage;
  }

  checkValidity(): boolean {
    return this.#form.internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#form.internals.reportValidity();
  }

  protected override get catalogue(): Catalogue | null {
    return this.#catalogue.value;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#patience = setTimeout(() => (this.isPatient = false), patience);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
  }

  formResetCallback(): void {
    this.#form.reset();
  }

  formDisabledCallback(isDisabled: boolean): void {
    this.#form.isDisabled = isDisabled;
    this.requestUpdate();
  }

  formStateRestoreCallback(state: unknown): void {
    if (typeof state === 'string') this.value = state;
  }

  /** To the plan that is put forward, else to the first thing that can be pressed. */
  override focus(options?: FocusOptions): void {
    const found = this.renderRoot.querySelector<HTMLElement>('.choice .button.filled, .choice .button:not([disabled])');
    found?.focus(options);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#form.check(this.text.messages?.required ?? '');
  }

  protected override render(): TemplateResult {
    const { messages } = this.text;
    return html`<div
      class="root"
      part="base"
      lang=${this.text.language}
      dir=${this.text.direction}
      aria-busy=${this.#isLoading ? 'true' : 'false'}
    >
      ${this.#announcer.render()}${messages ? this.#renderState(messages) : skeleton(this.#expectedCount)}
    </div>`;
  }

  #renderState(text: Messages): TemplateResult {
    const catalogue = this.#catalogue.value;
    const problem = attributeProblem(this, catalogue);
    if (problem) return attributePanel(attributeSentence(problem, this.localName, text));
    const { error } = this.#catalogue;
    if (error && !catalogue) {
      return html`${errorPanel(problemText(error, 'load', text), retryButton(text, this.#retry))}<slot></slot>`;
    }
    if (!catalogue || this.#isLoading)
      return html`${skeleton(this.#expectedCount)}<span class="sr">${text.loading}</span>`;
    const plans = chosenPlans(this, catalogue);
    if (plans.length === 0) {
      return html`<div class="panel empty" part="empty">
        <p class="title">${text.emptyTitle}</p>
        <p>${text.empty}</p>
      </div>`;
    }
    return this.#renderPlans(this.#view(catalogue, plans, text));
  }

  #renderPlans(view: PickerView): TemplateResult {
    const { plans, text, locale, cycle } = view;
    const most = this.columns === null ? 4 : Number(this.columns);
    const columns = Math.min(plans.length === 5 || plans.length === 6 ? 3 : plans.length, most);
    const isCompared = plans.length >= compare.plans && this.#room.hasRoom && this.columns === null;
    const onSwitch = (to: BillingCycle): void => {
      this.switched = to;
      this.#form.choose(this.#form.value, to);
      this.#announcer.say(text.cycleShown[to]);
    };
    const { catalogue } = view;
    return html`${pickerNotice({ errands: this.#chooser.errands, billing: this.billing, catalogue, text, locale })}
      ${cycleSwitch({ plans, cycle, text, locale, onSwitch })}
      <div
        class=${isCompared ? 'compared' : `plans columns-${columns} ${hasLongPrices(view) ? 'long-prices' : ''}`}
        part="plans"
        role="group"
        aria-label=${this.getAttribute('aria-label') ?? text.plans}
        @keydown=${moveFocus}
      >
        ${isCompared ? comparison(view) : plans.map((plan) => planCard(plan, view))}
      </div>
      ${this.#chooser.render(text)}`;
  }

  readonly #retry = (): void => {
    this.#catalogue.retry();
    void this.billing.session?.refresh();
  };

  #view(catalogue: Catalogue, plans: readonly Plan[], text: Messages): PickerView {
    const isInForm = this.#form.isUsed;
    const known = knownState(this.billing.snapshot);
    const cycle = this.#cycleOf(catalogue);
    const isDisabled = this.#form.isDisabled || (!isInForm && known.subscription?.can_manage_billing === false);
    // The notice above has the one filled button while something is owed.
    const isAskedToPay = !isInForm && blockingAttention(known.subscription)?.severity === 'danger';
    return {
      catalogue,
      plans,
      cycle,
      cycles: switchableCycles(plans),
      known,
      // Put forward only once it is known to whom, and to whom it can be sold.
      suggested: known.isPending || isDisabled || isAskedToPay ? null : suggestedPlan(plans, known.state),
      busy: this.#chooser.busy,
      value: isInForm ? this.#form.value : null,
      isDisabled,
      text,
      locale: this.text.locale,
      onChoose: (offer) =>
        isInForm ? this.#form.select(offer) : void this.#chooser.choose(offer, { quantity: null, catalogue }),
      onContact: this.#contact,
    };
  }

  readonly #contact = (offer: Offer, click: Event): void => {
    if (!this.#chooser.announce(offer)) click.preventDefault();
  };

  #cycleOf(catalogue: Catalogue | null): BillingCycle {
    const cycles = catalogue ? switchableCycles(chosenPlans(this, catalogue)) : billingCycles;
    const own = knownState(this.billing.snapshot).state?.billing_cycle;
    const wanted = [this.switched, this.billingCycle, own];
    return wanted.find((cycle) => cycle && cycles.includes(cycle)) ?? cycles[0] ?? 'monthly';
  }

  get #isLoading(): boolean {
    if (this.#catalogue.error && !this.#catalogue.value) return false;
    if (!this.#catalogue.value || !this.text.messages) return !this.billing.problem;
    const known = knownState(this.billing.snapshot);
    const bound = known.subscription?.locked_currency;
    // Prices in another currency are on their way (R13.1).
    const isOther = Boolean(bound) && bound !== this.#catalogue.value.currency && this.#catalogue.isPending;
    return this.isPatient && (known.isPending || isOther);
  }

  get #expectedCount(): number {
    return listed(this.plans).length || Math.min(Number(this.columns) || 3, 4);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'plan-picker': PlanPicker;
  }
}
