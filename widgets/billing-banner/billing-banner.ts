/** `<billing-banner>`: one sentence and one button while something about the subscription needs the user; else nothing. */

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { type Attention, attentionOf } from '../client/attention.ts';
import { accountOf } from '../client/jwt.ts';
import type { Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { Announcer } from '../ui/announcer.ts';
import { attend } from '../ui/attend.ts';
import { attentionLine, planName } from '../ui/attention-view.ts';
import { attributeSentence, ofSettings } from '../ui/attributes.ts';
import { base } from '../ui/base.styles.ts';
import { BillingElement } from '../ui/billing-element.ts';
import { CatalogueController } from '../ui/catalogue-controller.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import { controls } from '../ui/controls.styles.ts';
import { Errands } from '../ui/errands.ts';
import { BillingActionEvent } from '../ui/events.ts';
import { icon } from '../ui/icons.ts';
import { portalReturn } from '../ui/portal-return.ts';
import { attributePanel } from '../ui/problems.ts';
import { tokens } from '../ui/tokens.styles.ts';
import { dismiss, isDismissed } from './dismissals.ts';

/**
 * @summary What needs the user, and the one thing to do about it: a payment that failed or waits to be confirmed, a trial
 * that ends without a card, a subscription that ends or is paused. Takes no space while there is nothing.
 *
 * @event billing-action - Its button was pressed and nothing has happened yet: `{ action, reason, url }`; cancelable.
 * @event billing-error - Something failed: `{ code, status, message }`.
 *
 * @csspart base notice button button-filled button-dismiss icon error
 */
export class BillingBanner extends BillingElement {
  static override styles = [
    tokens,
    base,
    controls,
    css`
      :host(:not(:state(shown))) {
        display: none;
      }
      .root {
        display: grid;
        gap: var(--_s2);
      }
      .notice {
        border: 1px solid color-mix(in oklab, currentColor 12%, transparent);
      }
      .notice .dismiss {
        min-inline-size: 32px;
        margin-inline-end: -8px;
        padding: 4px 7px;
        color: var(--_text);
      }
      .notice .dismiss:hover {
        background: color-mix(in oklab, var(--_text) 8%, transparent);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    ...BillingElement.properties,
    dismissible: { type: Boolean, reflect: true },
  };

  /** Whether it can be put aside, until it gets worse or the tab is closed. */
  declare dismissible: boolean;

  readonly #catalogue = new CatalogueController(this);
  readonly #announcer = new Announcer(this);
  readonly #errands = new Errands(this);
  readonly #internals = this.attachInternals();

  constructor() {
    super({ details: true });
    this.dismissible = false;
  }

  protected override get catalogue(): Catalogue | null {
    return this.#catalogue.value;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<HTMLElement>('.button')?.focus(options);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const isShown = this.renderRoot.querySelector('.notice, .panel') !== null;
    if (isShown) this.#internals.states.add('shown');
    else this.#internals.states.delete('shown');
  }

  protected override render(): TemplateResult {
    const { messages } = this.text;
    return html`<div class="root" part="base" lang=${this.text.language} dir=${this.text.direction}>
      ${this.#announcer.render()}${messages ? this.#renderState(messages) : nothing}
    </div>`;
  }

  #renderState(text: Messages): TemplateResult | typeof nothing {
    const problem = ofSettings(this.billing.problem);
    if (problem) return attributePanel(attributeSentence(problem, this.localName, text));
    const catalogue = this.#catalogue.value;
    const subscription = this.billing.snapshot?.subscription ?? null;
    const attention = this.#attention(subscription);
    if (!catalogue || !subscription || !attention) return nothing;
    const view = { attention, catalogue, subscription, text, locale: this.text.locale };
    return html`${attentionLine(view, {
      role: attention.severity === 'danger' ? 'alert' : 'status',
      errands: this.#errands,
      onAction: (click) => void this.#attend(attention, click),
      corner: this.dismissible ? this.#renderDismiss(attention, text) : nothing,
    })}
    ${choiceNotice(this.#errands, null, text)}`;
  }

  #renderDismiss(attention: Attention, text: Messages): TemplateResult {
    return html`<button
      type="button"
      class="button bare small dismiss"
      part="button button-dismiss"
      aria-label=${text.attention.dismiss}
      @click=${() => {
        dismiss(this.#keyOf(attention));
        this.requestUpdate();
      }}
    >
      ${icon('close')}
    </button>`;
  }

  /** What is only planned, and was asked for, needs nobody; and who may not act is not asked to. */
  #attention(subscription: Subscription | null): Attention | null {
    if (!subscription?.can_manage_billing) return null;
    const attention = attentionOf(subscription, portalReturn());
    if (!attention || attention.severity === 'calm') return null;
    return this.dismissible && isDismissed(this.#keyOf(attention)) ? null : attention;
  }

  #keyOf({ kind, stage }: Attention): string {
    const { api, snapshot } = this.billing;
    return `${api?.projectId} ${accountOf(snapshot?.claims ?? null)} ${kind} ${stage}`;
  }

  /** @param click on a link; null on a button */
  async #attend(attention: Attention, click: Event | null): Promise<void> {
    const { action, kind } = attention;
    const url = 'url' in action ? action.url : null;
    if (!this.dispatchEvent(new BillingActionEvent({ action: action.kind, reason: kind, url }))) {
      click?.preventDefault();
      return;
    }
    if (url !== null) return;
    const isDone = await attend(this.#errands, attention, { returnUrl: null });
    const { messages } = this.text;
    const catalogue = this.#catalogue.value;
    if (!isDone || !messages || !catalogue) return;
    const plan = this.billing.snapshot?.subscription?.plan ?? null;
    this.#announcer.say(messages.manager.goesOn(planName(plan, catalogue, messages)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'billing-banner': BillingBanner;
  }
}
