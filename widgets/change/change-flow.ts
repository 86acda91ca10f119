/**
 * Changing a subscription, from the choice to the answer: what it would cost, the agreement to exactly that, and what came
 * of it. It holds the steps; `change-dialog.ts` and its neighbours draw them.
 */

import { nothing, type ReactiveController, type TemplateResult } from 'lit';
import { BillingError, toBillingError } from '../client/errors.ts';
import { type Offer, priceAt } from '../client/offer.ts';
import type { Session } from '../client/session.ts';
import type { BillingCycle, Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import type { Announcer } from '../ui/announcer.ts';
import { Errands } from '../ui/errands.ts';
import { BillingErrorEvent } from '../ui/events.ts';
import { openPortal } from '../ui/subscription-errands.ts';
import { cancelDialog } from './cancel-dialog.ts';
import { changeDialog } from './change-dialog.ts';
import { cancelledSentence, doneSentence, isReached } from './change-outcome.ts';
import { choiceDialog } from './choice-dialog.ts';
import { DialogController } from './dialog-controller.ts';
import { dialogStyles } from './dialog.styles.ts';
import { type FlowHost, type FlowView, orderOf, type Step, type Target } from './flow-step.ts';
import { outcomeDialog } from './outcome-dialog.ts';

/** Milliseconds after the last press for which the price of another number of seats is waited with. */
const seatsPause = 350;

export class ChangeFlow implements ReactiveController {
  readonly errands: Errands;
  readonly #host: FlowHost;
  readonly #announcer: Announcer;
  readonly #dialog: DialogController;
  #step: Step | null = null;
  #catalogue: Catalogue | null = null;
  #onChosen: ((target: Target) => void) | null = null;
  /** Goes up with every question: an answer to an older one is thrown away. */
  #asked = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(host: FlowHost, announcer: Announcer) {
    this.#host = host;
    this.#announcer = announcer;
    this.errands = new Errands(host);
    this.#dialog = new DialogController(host, { onClose: () => this.close(), isHeld: () => this.#isHeld });
    host.addController(this);
    const { styleSheet } = dialogStyles;
    if (styleSheet) (host.renderRoot as ShadowRoot).adoptedStyleSheets.push(styleSheet);
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this.#shown);
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this.#shown);
    this.#leave();
  }

  /** What waits for a bank, or for another card, is over when the plan is there. */
  hostUpdate(): void {
    const step = this.#step;
    if ((step?.name !== 'bank' && step?.name !== 'declined') || !isReached(step.target, this.#now.subscription)) return;
    this.#leave();
    this.#dialog.close();
  }

  get step(): Step | null {
    return this.#step;
  }

  /** First which plan, in which cycle; then what is done with it is the caller's. */
  choose(start: {
    readonly catalogue: Catalogue;
    readonly cycle: BillingCycle;
    readonly onChosen: (target: Target) => void;
  }): void {
    this.#catalogue = start.catalogue;
    this.#onChosen = start.onChosen;
    this.#go({ name: 'choice', target: null, cycle: start.cycle });
  }

  /** What a change would cost. */
  async open(
    offer: Pick<Offer, 'plan' | 'billingCycle'>,
    order: { readonly quantity: number | null; readonly catalogue: Catalogue },
  ): Promise<void> {
    const hasChoice = this.#step?.name === 'choice';
    this.#catalogue = order.catalogue;
    const target = { plan: offer.plan, billingCycle: offer.billingCycle, quantity: order.quantity };
    this.#go({ name: 'change', target, preview: null, state: 'working', error: null, isOutdated: false, hasChoice });
    void this.#host.billing.session?.needDetails();
    await this.preview();
  }

  cancel(catalogue: Catalogue): void {
    this.#catalogue = catalogue;
    this.#go({ name: 'cancel', state: 'ready', error: null });
  }

  /** Nothing is changed. */
  readonly close = (): void => {
    this.#leave();
    this.#dialog.close();
  };

  readonly pick = (target: Target | null): void => {
    if (this.#step?.name === 'choice') this.#go({ ...this.#step, target });
  };

  readonly pickCycle = (cycle: BillingCycle): void => {
    if (this.#step?.name !== 'choice') return;
    const { target } = this.#step;
    const moved = target && { ...target, billingCycle: priceAt(target.plan, cycle)?.cycle ?? null };
    this.#go({ ...this.#step, cycle, target: moved });
  };

  readonly takeChoice = (): void => {
    if (this.#step?.name === 'choice' && this.#step.target) this.#onChosen?.(this.#step.target);
  };

  readonly back = (): void => {
    if (this.#step?.name !== 'change' || !this.#catalogue) return;
    this.#asked += 1;
    const { target } = this.#step;
    this.#go({ name: 'choice', target, cycle: target.billingCycle ?? 'monthly' });
  };

  /** Another number of seats, and what that costs. */
  readonly setSeats = (quantity: number): void => {
    const step = this.#step;
    if (step?.name === 'choice' && step.target) this.#go({ ...step, target: { ...step.target, quantity } });
    if (step?.name !== 'change') return;
    this.#asked += 1;
    this.#go({ ...step, target: { ...step.target, quantity }, state: 'working', isOutdated: false });
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.preview(), seatsPause);
  };

  readonly preview = async (): Promise<void> => {
    const step = this.#step;
    if (step?.name !== 'change') return;
    clearTimeout(this.#pause);
    this.#asked += 1;
    const asked = this.#asked;
    this.#go({ ...step, state: 'working', error: null });
    const outcome = await this.#ask((session, token) => session.api.preview(token, orderOf(step.target)));
    if (this.#asked !== asked || this.#step?.name !== 'change') return;
    // A preview that fails is an error, never an amount (R17.2).
    if (outcome instanceof BillingError) this.#go({ ...this.#step, preview: null, state: 'ready', error: outcome });
    else this.#go({ ...this.#step, preview: outcome, state: 'ready' });
  };

  /** Agrees to what is shown, to the minor unit (R17.3). */
  readonly confirm = async (): Promise<void> => {
    const step = this.#step;
    if (step?.name !== 'change' || step.state !== 'ready' || !step.preview) return;
    const { target, preview } = step;
    this.#go({ ...step, state: 'paying', error: null, isOutdated: false });
    const outcome = await this.#ask(async (session, token) => {
      await session.api.change(token, orderOf(target), preview);
      await session.refresh({ fresh: true });
    });
    if (!(outcome instanceof BillingError)) return this.#finish(doneSentence(target, preview, this.#now));
    await this.#refuse(step, outcome);
  };

  readonly confirmCancel = async (): Promise<void> => {
    const step = this.#step;
    if (step?.name !== 'cancel' || step.state !== 'ready') return;
    this.#go({ ...step, state: 'working', error: null });
    const outcome = await this.#ask(async (session, token) => {
      await session.api.cancel(token);
      await session.refresh({ fresh: true });
    });
    if (outcome instanceof BillingError) return this.#go({ ...step, state: 'ready', error: outcome });
    this.#finish(cancelledSentence(this.planName(this.#now.subscription?.plan ?? null), this.#now));
  };

  /** To the card that is kept, and back to this page. */
  readonly updateCard = (): void => {
    void this.errands.run(
      openPortal(this.errands, {
        about: 'card',
        flow: 'payment_method_update',
        returnUrl: this.#host.returnUrl ?? null,
      }),
    );
  };

  /** @param id null for no plan */
  planName(id: string | null): string {
    return this.#catalogue?.plans.find((plan) => plan.id === id)?.name ?? id ?? this.#now.text.manager.noPlan;
  }

  render(text: Messages): TemplateResult | typeof nothing {
    const step = this.#step;
    const catalogue = this.#catalogue;
    if (!step || !catalogue) return nothing;
    const { subscription, locale } = this.#now;
    const shared = { catalogue, subscription, text, locale, flow: this };
    const drawn = drawStep(step, shared);
    return this.#dialog.render(drawn, text);
  }

  async #refuse(step: Extract<Step, { name: 'change' }>, error: BillingError): Promise<void> {
    const { target } = step;
    switch (error.code) {
      case 'preview_outdated':
        this.#go({ ...step, isOutdated: true });
        await this.preview();
        return;
      case 'payment_failed':
        this.#go({ name: 'declined', target, hostedUrl: error.hostedUrl });
        break;
      case 'requires_action':
        this.#go({ name: 'bank', target, hostedUrl: error.hostedUrl });
        break;
      default:
        this.#go({ ...step, state: 'ready', error });
    }
    // What is shown beneath may no longer be so, or the answer was lost and the change made.
    if (error.status !== 429) void this.#host.billing.session?.refresh({ fresh: true });
  }

  /** Failures are answers here, and told to the page. */
  async #ask<Answer>(work: (session: Session, token: string) => Promise<Answer>): Promise<Answer | BillingError> {
    const { session } = this.#host.billing;
    try {
      const token = session && (await session.token());
      if (!session || !token) throw new BillingError('Nobody is signed in any more.', 'unauthorized', { status: 401 });
      return await work(session, token);
    } catch (thrown) {
      const error = toBillingError(thrown);
      if (error.code !== 'preview_outdated') this.#host.dispatchEvent(new BillingErrorEvent(error));
      return error;
    }
  }

  #finish(sentence: string): void {
    this.#leave();
    this.#dialog.close();
    this.#announcer.say(sentence);
    void this.#keepFocus();
  }

  /** What opened the dialog may have gone with what it changed. */
  async #keepFocus(): Promise<void> {
    await this.#host.updateComplete;
    if (!(this.#host.renderRoot as ShadowRoot).activeElement) this.#host.focus();
  }

  get #now(): { readonly subscription: Subscription | null; readonly text: Messages; readonly locale: string } {
    const { messages, locale } = this.#host.text;
    return {
      subscription: this.#host.billing.snapshot?.subscription ?? null,
      text: messages as Messages,
      locale,
    };
  }

  get #isHeld(): boolean {
    const step = this.#step;
    return (
      (step?.name === 'change' && step.state === 'paying') || (step?.name === 'cancel' && step.state === 'working')
    );
  }

  #go(step: Step): void {
    if (this.#step?.name !== step.name) this.errands.forget();
    this.#step = step;
    this.#host.requestUpdate();
  }

  #leave(): void {
    clearTimeout(this.#pause);
    this.#asked += 1;
    this.#step = null;
    this.#host.requestUpdate();
  }

  /** R41.1: what was open when the page was left is over. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (event.persisted && this.#step) this.close();
  };
}

function drawStep(step: Step, shared: Omit<FlowView, 'step'>) {
  switch (step.name) {
    case 'choice':
      return choiceDialog({ ...shared, step });
    case 'change':
      return changeDialog({ ...shared, step });
    case 'cancel':
      return cancelDialog({ ...shared, step });
    default:
      return outcomeDialog({ ...shared, step });
  }
}
