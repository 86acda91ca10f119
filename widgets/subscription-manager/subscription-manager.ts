/** `<subscription-manager>`: the plan, what will happen to it, what is paid with, and the invoices. */

import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type Attention, attentionOf } from '../client/attention.ts';
import { offerFor, switchableCycles } from '../client/offer.ts';
import { type Catalogue, billingCycles, type Subscription } from '../client/types.ts';
import type { Target } from '../change/flow-step.ts';
import type { Messages } from '../locales/index.ts';
import { Announcer } from '../ui/announcer.ts';
import { attend } from '../ui/attend.ts';
import { attentionLine, planName } from '../ui/attention-view.ts';
import { type AttributeProblem, attributeSentence, currencyCheck, ofSettings, urlCheck } from '../ui/attributes.ts';
import { base } from '../ui/base.styles.ts';
import { BillingElement } from '../ui/billing-element.ts';
import { CatalogueController } from '../ui/catalogue-controller.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import { ChooseController } from '../ui/choose-controller.ts';
import { controls } from '../ui/controls.styles.ts';
import { portalReturn } from '../ui/portal-return.ts';
import { formatNumber } from '../ui/money.ts';
import { attributePanel, errorPanel, notice, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import { openPortal } from '../ui/subscription-errands.ts';
import { tokens } from '../ui/tokens.styles.ts';
import { InvoicesController } from './invoices-controller.ts';
import { invoicesSection } from './invoices-section.ts';
import { paymentSection } from './payment-section.ts';
import { planSection } from './plan-section.ts';
import { type SectionName, sectionsCheck, sectionsOf } from './sections.ts';
import { skeleton } from './skeleton.ts';
import { managerStyles } from './subscription-manager.styles.ts';

/**
 * @summary What somebody has, what will happen to it and when, and everything that can be done about it.
 *
 * @slot - Shown until the element is defined, and beneath an error.
 *
 * @event plan-change - The user's plan or cycle is another one now: `{ plan, billingCycle, token }`.
 * @event billing-error - Something failed: `{ code, status, message }`.
 *
 * @csspart base card section section-plan section-payment section-invoices plan pill outlook payment-method invoices
 *   invoice button button-filled button-more notice error skeleton icon dialog dialog-title dialog-body dialog-actions
 *   lines due losses seats choice
 */
export class SubscriptionManager extends BillingElement {
  static override styles = [tokens, base, controls, managerStyles];

  static override properties: PropertyDeclarations = {
    ...BillingElement.properties,
    sections: {},
    returnUrl: { attribute: 'return-url' },
  };

  /** Which of `plan`, `payment` and `invoices`, in what order; default: all. */
  declare sections: string | null;
  /** Where the portal and checkout send people back to; default: this page. */
  declare returnUrl: string | null;

  readonly #catalogue = new CatalogueController(this);
  readonly #announcer = new Announcer(this);
  readonly #chooser = new ChooseController(this, this.#announcer);
  readonly #invoices = new InvoicesController(this);

  constructor() {
    super({ details: true });
    this.sections = null;
    this.returnUrl = null;
  }

  /** Where people come back to from checkout. */
  get successUrl(): string | null {
    return this.returnUrl;
  }

  get cancelUrl(): string | null {
    return this.returnUrl;
  }

  get showsInvoices(): boolean {
    return this.#sections.includes('invoices');
  }

  protected override get catalogue(): Catalogue | null {
    return this.#catalogue.value;
  }

  /** To the plan, where it is shown. */
  override focus(options?: FocusOptions): void {
    const places = ['.card [tabindex="-1"]', '.button'];
    const found = places.map((each) => this.renderRoot.querySelector<HTMLElement>(each)).find((each) => each !== null);
    found?.focus(options);
  }

  protected override render(): TemplateResult {
    const { messages } = this.text;
    return html`<div
      class="root"
      part="base"
      role="group"
      lang=${this.text.language}
      dir=${this.text.direction}
      aria-label=${this.getAttribute('aria-label') ?? messages?.manager.label ?? nothing}
      aria-busy=${this.#isLoading ? 'true' : 'false'}
    >
      ${this.#announcer.render()}${messages ? this.#renderState(messages) : skeleton(this.#sections)}
    </div>`;
  }

  #renderState(text: Messages): TemplateResult {
    const problem = this.#problem;
    if (problem) return attributePanel(attributeSentence(problem, this.localName, text));
    const { snapshot } = this.billing;
    if (snapshot?.status === 'signed-out') return signedOut(text);
    const catalogue = this.#catalogue.value;
    const subscription = snapshot?.subscription ?? null;
    if (catalogue && subscription) return this.#renderCard(subscription, catalogue, text);
    const isFailed = snapshot?.status === 'error' || snapshot?.details === 'error';
    const error = isFailed ? snapshot.error : this.#catalogue.error;
    if (error)
      return html`${errorPanel(problemText(error, 'look', text), retryButton(text, this.#retry))}<slot></slot>`;
    return html`${skeleton(this.#sections)}<span class="sr">${text.manager.loading}</span>`;
  }

  #renderCard(subscription: Subscription, catalogue: Catalogue, text: Messages): TemplateResult {
    const attention = subscription.can_manage_billing ? attentionOf(subscription, portalReturn()) : null;
    return html`<div class="card" part="card">
        ${this.#renderTrouble(subscription, text)}
        ${attention ? this.#renderAttention(attention, subscription, catalogue, text) : nothing}
        ${this.#sections.map((name) => this.#renderSection(name, { subscription, catalogue, text, said: attention?.kind ?? null }))}
      </div>
      ${this.#chooser.render(text)}`;
  }

  #renderTrouble(subscription: Subscription, text: Messages): TemplateResult | typeof nothing {
    const { snapshot } = this.billing;
    const { errands } = this.#chooser;
    if (errands.error || snapshot?.details !== 'error' || !snapshot.error)
      return choiceNotice(errands, subscription, text);
    return notice(problemText(snapshot.error, 'look', text), retryButton(text, this.#retry));
  }

  #renderAttention(
    attention: Attention,
    subscription: Subscription,
    catalogue: Catalogue,
    text: Messages,
  ): TemplateResult {
    const view = { attention, catalogue, subscription, text, locale: this.text.locale };
    return attentionLine(view, {
      role: 'note',
      errands: this.#chooser.errands,
      onAction: (click) => click === null && void this.#attend(attention),
    });
  }

  #renderSection(
    name: SectionName,
    known: { subscription: Subscription; catalogue: Catalogue; text: Messages; said: Attention['kind'] | null },
  ): TemplateResult {
    const { busy } = this.#chooser.errands;
    const shared = { ...known, locale: this.text.locale, isWaiting: busy !== null, busy };
    if (name === 'invoices')
      return invoicesSection({ ...shared, invoices: this.#invoices, onMore: () => void this.#more(known.text) });
    if (name === 'payment')
      return paymentSection({ ...shared, isBusy: busy === 'update', onUpdate: () => this.#openPortal() });
    return planSection({
      ...shared,
      onChange: () => this.#change(known),
      onCancel: () => void this.#chooser.withFlow('cancel', (flow) => flow.cancel(known.catalogue)),
    });
  }

  async #attend(attention: Attention): Promise<void> {
    const isDone = await attend(this.#chooser.errands, attention, { returnUrl: this.returnUrl });
    const { messages } = this.text;
    const catalogue = this.#catalogue.value;
    if (!isDone || !messages || !catalogue) return;
    const plan = this.billing.snapshot?.subscription?.plan ?? null;
    this.#announcer.say(messages.manager.goesOn(planName(plan, catalogue, messages)));
    await this.updateComplete;
    // The button that was pressed has gone with its notice.
    if (!this.shadowRoot?.activeElement) this.focus();
  }

  async #more(text: Messages): Promise<void> {
    await this.#invoices.more();
    const { list, error } = this.#invoices;
    if (error || !list) return;
    this.#announcer.say(text.invoice.loaded(formatNumber(list.length, this.text.locale)));
    await this.updateComplete;
    if (!this.shadowRoot?.activeElement) this.renderRoot.querySelector<HTMLElement>('#invoices-title')?.focus();
  }

  #openPortal(): void {
    const { errands } = this.#chooser;
    void errands.run(
      openPortal(errands, { about: 'update', flow: 'payment_method_update', returnUrl: this.returnUrl }),
    );
  }

  #change({ subscription, catalogue }: { subscription: Subscription; catalogue: Catalogue }): void {
    const cycles = switchableCycles(catalogue.plans);
    const own = subscription.billing_cycle;
    const cycle = own && cycles.includes(own) ? own : (cycles[0] ?? billingCycles[0]);
    const onChosen = (target: Target): void => void this.#take(target, catalogue);
    void this.#chooser.withFlow('change', (flow) => flow.choose({ catalogue, cycle, onChosen }));
  }

  async #take(target: Target, catalogue: Catalogue): Promise<void> {
    const subscription = this.billing.snapshot?.subscription ?? null;
    const { plan, billingCycle, quantity } = target;
    const offer = offerFor(plan, billingCycle ?? billingCycles[0], subscription, catalogue);
    // Their own plan is chosen for another number of seats.
    const taken = offer.kind === 'current' ? { ...offer, way: 'change' as const } : offer;
    if (taken.way !== 'change') await this.#chooser.withFlow('change', (flow) => flow.close());
    await this.#chooser.choose(taken, { quantity, catalogue });
  }

  readonly #retry = (): void => {
    if (!this.#catalogue.value) this.#catalogue.retry();
    void this.billing.session?.refresh({ fresh: true });
  };

  get #sections(): readonly SectionName[] {
    return sectionsOf(this.sections);
  }

  get #problem(): AttributeProblem | null {
    return (
      ofSettings(this.billing.problem) ??
      sectionsCheck(this.sections) ??
      urlCheck('return-url', this.returnUrl) ??
      currencyCheck(this.currency)
    );
  }

  get #isLoading(): boolean {
    const { snapshot } = this.billing;
    return snapshot?.status === 'loading' || (snapshot?.details === 'loading' && snapshot.subscription === null);
  }
}

const signedOut = (text: Messages): TemplateResult =>
  html`<div class="panel" part="empty">
    <p class="title">${text.manager.signedOut}</p>
    <p>${text.manager.signedOutDetail}</p>
  </div>`;

declare global {
  interface HTMLElementTagNameMap {
    'subscription-manager': SubscriptionManager;
  }
}
