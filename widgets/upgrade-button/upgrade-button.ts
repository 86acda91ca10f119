/** `<upgrade-button>`: one plan, one button that says what it will do. */

import { css, html, type nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type Offer, offerFor, switchableCycles } from '../client/offer.ts';
import type { BillingCycle, Catalogue, Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { Announcer } from '../ui/announcer.ts';
import {
  type AttributeProblem,
  attributeSentence,
  currencyCheck,
  cycleCheck,
  missing,
  numberCheck,
  ofSettings,
  plansCheck,
  urlCheck,
} from '../ui/attributes.ts';
import { base } from '../ui/base.styles.ts';
import { BillingElement } from '../ui/billing-element.ts';
import { button } from '../ui/button.ts';
import { CatalogueController } from '../ui/catalogue-controller.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import { ChooseController } from '../ui/choose-controller.ts';
import { controls } from '../ui/controls.styles.ts';
import { icon } from '../ui/icons.ts';
import { knownState } from '../ui/known-state.ts';
import { linkButton } from '../ui/link-button.ts';
import { busyLabel, offerLabelAlone } from '../ui/offer-label.ts';
import { attributePanel, errorPanel, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import { tokens } from '../ui/tokens.styles.ts';

/** More seats than anybody sells; the plan's own limit is the backend's to say. */
const mostSeats = 100_000;

/**
 * @summary A button for one plan: upgrade, start a trial, switch, or the note that this is the current plan.
 *
 * @slot - Shown until the element is defined, and beneath an error.
 *
 * @event plan-select - It was pressed and nothing has happened yet; cancelable.
 * @event plan-change - The user's plan or cycle is another one now: `{ plan, billingCycle, token }`.
 * @event sign-in-required - Somebody who is not signed in pressed it.
 * @event billing-error - Something failed: `{ code, status, message }`.
 *
 * @csspart base button button-filled notice error skeleton
 */
export class UpgradeButton extends BillingElement {
  static override styles = [
    tokens,
    base,
    controls,
    css`
      :host {
        display: inline-block;
        max-inline-size: 100%;
        vertical-align: middle;
      }
      .root {
        display: grid;
        gap: var(--_s2);
      }
      .root > .button {
        inline-size: 100%;
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    ...BillingElement.properties,
    plan: {},
    billingCycle: { attribute: 'billing-cycle' },
    quantity: {},
    successUrl: { attribute: 'success-url' },
    cancelUrl: { attribute: 'cancel-url' },
    disabled: { type: Boolean, reflect: true },
  };

  /** Id of the plan that it is for. */
  declare plan: string | null;
  /** Default: the user's own cycle, else the first that the plan is sold in. */
  declare billingCycle: BillingCycle | null;
  /** Seats; default: the least that the plan is sold for. */
  declare quantity: string | null;
  /** Where to go after paying; default: this page. */
  declare successUrl: string | null;
  /** Where to go when checkout is left; default: this page. */
  declare cancelUrl: string | null;
  declare disabled: boolean;

  readonly #catalogue = new CatalogueController(this);
  readonly #announcer = new Announcer(this);
  readonly #chooser = new ChooseController(this, this.#announcer);

  constructor() {
    super({ details: true });
    this.plan = null;
    this.billingCycle = null;
    this.quantity = null;
    this.successUrl = null;
    this.cancelUrl = null;
    this.disabled = false;
    this.addEventListener('plan-change', (event) => {
      const plan = this.#catalogue.value?.plans.find(({ id }) => id === event.detail.plan);
      if (plan) this.#announcer.say(this.text.messages?.nowOn(plan.name) ?? '');
    });
  }

  protected override get catalogue(): Catalogue | null {
    return this.#catalogue.value;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.button')?.focus(options);
  }

  override click(): void {
    this.renderRoot.querySelector<HTMLElement>('.button')?.click();
  }

  protected override render(): TemplateResult {
    const { messages } = this.text;
    return html`<div class="root" part="base" lang=${this.text.language} dir=${this.text.direction}>
      ${this.#announcer.render()}${messages ? this.#renderState(messages) : skeleton()}
    </div>`;
  }

  #renderState(text: Messages): TemplateResult {
    const catalogue = this.#catalogue.value;
    const problem = this.#problem(catalogue);
    if (problem) return attributePanel(attributeSentence(problem, this.localName, text));
    const { error } = this.#catalogue;
    if (error && !catalogue) {
      const again = retryButton(text, () => this.#catalogue.retry());
      return html`${errorPanel(problemText(error, 'load', text), again)}<slot></slot>`;
    }
    const plan = catalogue?.plans.find(({ id }) => id === this.plan);
    const known = knownState(this.billing.snapshot);
    if (!catalogue || !plan || known.isPending) return skeleton();
    const offer = offerFor(plan, this.#cycleFor(plan, known.state?.billing_cycle), known.state, catalogue);
    return html`${this.#renderButton(offer, catalogue, text)}
    ${choiceNotice(this.#chooser.errands, known.subscription, text)} ${this.#chooser.render(text)}`;
  }

  #renderButton(offer: Offer, catalogue: Catalogue, text: Messages): TemplateResult | typeof nothing {
    if (offer.way === 'pay') {
      const href = this.billing.snapshot?.subscription?.pending_change?.hosted_url ?? null;
      return linkButton({ label: text.pay, href, look: 'filled', text });
    }
    const isCurrent = offer.kind === 'current';
    const isStill = offer.way === 'none';
    const words = offerLabelAlone(offer, text);
    return button({
      label: isCurrent
        ? html`${icon('check')}${words}`
        : offer.kind === 'contact'
          ? html`${words}${icon('external')}`
          : words,
      look: isStill ? 'current' : offer.kind === 'downgrade' || offer.kind === 'switch' ? 'quiet' : 'filled',
      isDisabled: isStill || this.disabled || this.#isLocked,
      isBusy: this.#chooser.busy !== null,
      busyLabel: busyLabel(offer, text),
      onClick: () => this.#choose(offer, catalogue),
    });
  }

  #choose(offer: Offer, catalogue: Catalogue): void {
    if (offer.way !== 'contact')
      void this.#chooser.choose(offer, { quantity: this.quantity === null ? null : Number(this.quantity), catalogue });
    else if (this.#chooser.announce(offer) && /^(https?:|mailto:)/i.test(offer.plan.contact_url ?? ''))
      window.open(offer.plan.contact_url ?? '', '_blank', 'noopener');
  }

  get #isLocked(): boolean {
    return this.billing.snapshot?.subscription?.can_manage_billing === false;
  }

  #problem(catalogue: Catalogue | null): AttributeProblem | null {
    return (
      ofSettings(this.billing.problem) ??
      (this.plan ? null : missing('plan')) ??
      cycleCheck(this.billingCycle) ??
      numberCheck('quantity', this.quantity, { from: 1, to: mostSeats }) ??
      urlCheck('success-url', this.successUrl) ??
      urlCheck('cancel-url', this.cancelUrl) ??
      currencyCheck(this.currency) ??
      (catalogue && plansCheck('plan', [this.plan ?? ''], catalogue.plans))
    );
  }

  #cycleFor(plan: Plan, own: BillingCycle | null | undefined): BillingCycle {
    return this.billingCycle ?? own ?? switchableCycles([plan])[0] ?? 'monthly';
  }
}

const skeleton = (): TemplateResult => html`<div class="skeleton alone" part="skeleton" aria-hidden="true"></div>`;

declare global {
  interface HTMLElementTagNameMap {
    'upgrade-button': UpgradeButton;
  }
}
