/** `<plan-gate>`: shows what is inside to those whose plan has it, and to the others what would get them in. */

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { type Offer, offerFor, priceAt, switchableCycles } from '../client/offer.ts';
import type { Catalogue, Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { Announcer } from '../ui/announcer.ts';
import {
  type AttributeProblem,
  attributeSentence,
  missing,
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
import { formatPrice } from '../ui/money.ts';
import { busyLabel, offerLabelAlone } from '../ui/offer-label.ts';
import { attributePanel, errorPanel, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import { tokens } from '../ui/tokens.styles.ts';
import { type Access, accessOf, featureName, wayIn } from './access.ts';
import { gateStyles } from './plan-gate.styles.ts';

/**
 * @summary Content for a plan (or a higher one) or a feature. Closed while it is not known, and when it cannot be found out.
 *
 * It hides, it does not protect: what is inside is in the page. What is worth protecting comes from a backend that
 * checks the token.
 *
 * @slot - What is inside; shown when the user's plan has it.
 * @slot fallback - Shown when it does not; default: what plan has it, and a button to get it.
 * @slot loading - Shown while it is found out; default: nothing.
 *
 * @event plan-change - The user's plan or cycle is another one now: `{ plan, billingCycle, token }`.
 * @event plan-select - The default fallback's button was pressed; cancelable.
 * @event sign-in-required - The same, by somebody who is not signed in.
 * @event billing-error - Something failed: `{ code, status, message }`.
 *
 * @csspart base fallback title description button button-filled terms notice error
 */
export class PlanGate extends BillingElement {
  static override styles = [tokens, base, controls, gateStyles];

  static override properties: PropertyDeclarations = {
    ...BillingElement.properties,
    plan: {},
    feature: {},
    successUrl: { attribute: 'success-url' },
    cancelUrl: { attribute: 'cancel-url' },
  };

  /** Id of the lowest plan that gets in. */
  declare plan: string | null;
  /** Name of an entitlement. */
  declare feature: string | null;
  /** For the default fallback's button; default: this page. */
  declare successUrl: string | null;
  declare cancelUrl: string | null;

  readonly #catalogue = new CatalogueController(this);
  readonly #announcer = new Announcer(this);
  readonly #chooser = new ChooseController(this, this.#announcer);

  constructor() {
    super({ details: false });
    this.plan = null;
    this.feature = null;
    this.successUrl = null;
    this.cancelUrl = null;
  }

  /** `open`, `closed`, or `unknown` while it is found out and when it cannot be. */
  get access(): Access {
    return accessOf(this, this.billing.snapshot, this.#catalogue.value);
  }

  protected override get catalogue(): Catalogue | null {
    return this.#catalogue.value;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // Only who is shown a button needs to know what it will do.
    if (this.shadowRoot?.querySelector('[part="fallback"]')) void this.billing.session?.needDetails();
  }

  protected override render(): TemplateResult {
    const { messages } = this.text;
    const isOpen = this.access === 'open' && !this.#problem;
    const drawn = isOpen || !messages ? nothing : this.#renderClosed(messages);
    const slot = isOpen ? html`<slot></slot>` : this.#slotFor(drawn);
    return html`${slot}
      <div class="root" part="base" lang=${this.text.language} dir=${this.text.direction}>
        ${this.#announcer.render()}${drawn}
      </div>`;
  }

  /** Where nothing of ours is drawn, the page's own words for it. */
  #slotFor(drawn: TemplateResult | typeof nothing): TemplateResult | typeof nothing {
    if (drawn !== nothing) return nothing;
    return this.access === 'closed' && this.#hasFallback
      ? html`<slot name="fallback"></slot>`
      : html`<slot name="loading"></slot>`;
  }

  #renderClosed(text: Messages): TemplateResult | typeof nothing {
    const problem = this.#problem;
    if (problem) return attributePanel(attributeSentence(problem, this.localName, text));
    const error = this.billing.snapshot?.status === 'error' ? this.billing.snapshot.error : this.#catalogue.error;
    const catalogue = this.#catalogue.value;
    if (this.access === 'closed' && this.#hasFallback) return nothing;
    if (this.access === 'closed' && catalogue) return this.#renderFallback(catalogue, text);
    return error ? errorPanel(problemText(error, 'look', text), retryButton(text, this.#retry)) : nothing;
  }

  get #hasFallback(): boolean {
    return this.querySelector(':scope > [slot="fallback"]') !== null;
  }

  #renderFallback(catalogue: Catalogue, text: Messages): TemplateResult {
    const { state, subscription, isPending } = knownState(this.billing.snapshot);
    const plan = wayIn(this, state, catalogue);
    const cycle = state?.billing_cycle ?? (plan && switchableCycles([plan])[0]) ?? 'monthly';
    const offer = plan && offerFor(plan, cycle, state, catalogue);
    return html`<div class="card" part="fallback">
        <span class="badge">${icon('lock')}</span>
        <h3 class="title" part="title">${this.#title(plan, text)}</h3>
        ${plan?.description ? html`<p part="description"><bdi>${plan.description}</bdi></p>` : nothing}
        ${
          isPending
            ? html`<div class="skeleton alone" part="skeleton" aria-hidden="true"></div>`
            : offer && offer.way !== 'none'
              ? this.#renderButton(offer, catalogue, text)
              : nothing
        }
        ${offer?.way === 'checkout' && !isPending ? html`<p part="terms">${this.#terms(offer, text)}</p>` : nothing}
        ${choiceNotice(this.#chooser.errands, subscription, text)}
      </div>
      ${this.#chooser.render(text)}`;
  }

  #title(plan: Plan | null, text: Messages): string {
    if (!plan) return text.gate.unavailable;
    return this.feature === null ? text.gate.plan(plan.name) : text.gate.feature(featureName(this.feature), plan.name);
  }

  #renderButton(offer: Offer, catalogue: Catalogue, text: Messages): TemplateResult | typeof nothing {
    if (offer.way === 'contact') {
      const address = offer.plan.contact_url ?? '';
      if (!/^(https?:|mailto:)/i.test(address)) return nothing;
      return html`<a class="button" part="button" href=${address} target="_blank" rel="noopener"
        >${text.contact}${icon('external')}</a
      >`;
    }
    const subscription = this.billing.snapshot?.subscription;
    if (offer.way === 'pay') {
      return linkButton({
        label: text.pay,
        href: subscription?.pending_change?.hosted_url ?? null,
        look: 'filled',
        text,
      });
    }
    return button({
      label: offerLabelAlone(offer, text),
      look: 'filled',
      isDisabled: subscription?.can_manage_billing === false,
      isBusy: this.#chooser.busy !== null,
      busyLabel: busyLabel(offer, text),
      onClick: () => void this.#chooser.choose(offer, { quantity: null, catalogue }),
    });
  }

  #terms({ plan, billingCycle, trialDays }: Offer, text: Messages): string {
    const found = billingCycle && priceAt(plan, billingCycle);
    if (!found) return '';
    const { gate } = text;
    const amount = formatPrice(found.price.unit_amount, found.price.currency, this.text.locale);
    if (found.cycle === 'one_time') return `${amount} · ${text.once}`;
    const [usual, bySeat] =
      found.cycle === 'monthly' ? [gate.monthly, gate.monthlySeat] : [gate.yearly, gate.yearlySeat];
    const terms = (plan.per_seat ? bySeat : usual)(amount);
    return trialDays === null ? terms : gate.trial(trialDays, terms);
  }

  readonly #retry = (): void => {
    if (!this.#catalogue.value) this.#catalogue.retry();
    void this.billing.session?.refresh({ fresh: true });
  };

  get #problem(): AttributeProblem | null {
    const catalogue = this.#catalogue.value;
    return (
      ofSettings(this.billing.problem) ??
      (this.plan === null && this.feature === null ? missing('plan') : null) ??
      urlCheck('success-url', this.successUrl) ??
      urlCheck('cancel-url', this.cancelUrl) ??
      (catalogue && this.plan !== null && this.access !== 'open'
        ? plansCheck('plan', [this.plan], catalogue.plans)
        : null)
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'plan-gate': PlanGate;
  }
}
