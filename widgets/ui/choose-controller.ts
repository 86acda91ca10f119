/** From a click on a plan to a new plan or to checkout, one at a time; the same for every element with such a button. */

import type { ReactiveController } from 'lit';
import { BillingError, toBillingError } from '../client/errors.ts';
import { navigate } from '../client/navigate.ts';
import type { Offer } from '../client/offer.ts';
import type { Session } from '../client/session.ts';
import type { CheckoutOrder } from '../client/types.ts';
import type { CatalogueHost } from './catalogue-controller.ts';
import { BillingErrorEvent, PlanSelectEvent, SignInRequiredEvent, type PlanSelection } from './events.ts';

export interface ChooseHost extends CatalogueHost {
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
}

/** Milliseconds after which a page that should have been left, and was not, is usable again; from a frame, after which a link is offered. */
const longestLeaving = { page: 12_000, frame: 2500 };

export class ChooseController implements ReactiveController {
  readonly #host: ChooseHost;
  #busy: Offer | null = null;
  #error: BillingError | null = null;
  #checkoutUrl: string | null = null;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ChooseHost) {
    this.#host = host;
    host.addController(this);
  }

  /** What is being done; null where nothing is. */
  get busy(): Offer | null {
    return this.#busy;
  }

  /** Why the last choice came to nothing. */
  get error(): BillingError | null {
    return this.#error;
  }

  /** Where checkout is, when the browser would not go there by itself. */
  get checkoutUrl(): string | null {
    return this.#checkoutUrl;
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this.#shown);
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this.#shown);
    clearTimeout(this.#leaving);
    this.#busy = null;
  }

  /**
   * Says so in `plan-select`, and if nobody objects does it. A second call while one is under way does nothing (R41.2).
   * @param quantity seats; null for the plan's least
   */
  async choose(offer: Offer, quantity: number | null = null): Promise<void> {
    const { session } = this.#host.billing;
    if (this.#busy || !session || offer.way === 'none' || offer.way === 'contact') return;
    this.#show(null);
    if (!this.announce(offer, quantity)) return;
    const selection = { plan: offer.plan.id, billingCycle: offer.billingCycle, quantity };
    this.#setBusy(offer);
    try {
      const token = await session.token();
      if (token === null) this.#askToSignIn(selection);
      else if (offer.way === 'choose') await this.#choosePlan(session, token, offer);
      else await this.#checkOut(session, token, selection);
    } catch (thrown) {
      this.#fail(toBillingError(thrown), session, selection);
    }
  }

  /** Says what is about to happen. @returns whether it may */
  announce({ plan, billingCycle }: Offer, quantity: number | null = null): boolean {
    return this.#host.dispatchEvent(new PlanSelectEvent({ plan: plan.id, billingCycle, quantity }));
  }

  async #choosePlan(session: Session, token: string, { plan, billingCycle }: Offer): Promise<void> {
    const state = await session.api.choosePlan(token, {
      plan: plan.id,
      ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
    });
    session.apply(state);
    await session.refresh({ fresh: true });
    this.#setBusy(null);
  }

  async #checkOut(session: Session, token: string, { plan, billingCycle, quantity }: PlanSelection): Promise<void> {
    const { successUrl, cancelUrl, currency } = this.#host;
    const order: CheckoutOrder = {
      plan,
      success_url: new URL(successUrl ?? location.href, document.baseURI).href,
      cancel_url: new URL(cancelUrl ?? location.href, document.baseURI).href,
      ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
      ...(quantity === null ? {} : { quantity }),
      ...(currency ? { currency: currency.toLowerCase() } : {}),
    };
    const { url } = await session.api.checkout(token, order);
    this.#checkoutUrl = url;
    session.markCheckout();
    const way = navigate(url);
    if (way === 'new-tab') this.#setBusy(null);
    // Stop, Escape, or an answer that is a download: the page is still there and must not stay busy.
    else if (way === 'leaving') this.#leaving = setTimeout(() => this.#setBusy(null), longestLeaving.page);
    else this.#leaving = setTimeout(() => this.#offerLink(), longestLeaving.frame);
  }

  /** A frame that may not move its window is told nothing about it: a link that the reader presses always works. */
  #offerLink(): void {
    this.#setBusy(null);
    this.#show(new BillingError('The browser did not let this frame open checkout.', 'navigation_blocked'));
  }

  #askToSignIn(selection: PlanSelection): void {
    this.#setBusy(null);
    this.#host.dispatchEvent(new SignInRequiredEvent(selection));
  }

  #fail(error: BillingError, session: Session, selection: PlanSelection): void {
    if (error.code !== 'navigation_blocked') this.#checkoutUrl = null;
    this.#busy = null;
    if (error.status === 401) {
      // The token was good until now: whoever it was has been signed out elsewhere.
      void session.refresh({ fresh: true });
      this.#askToSignIn(selection);
      return;
    }
    this.#show(error);
    this.#host.dispatchEvent(new BillingErrorEvent(error));
    // The request may have been carried out all the same, or what is shown is no longer so.
    if (error.status !== 429) void session.refresh({ fresh: true });
  }

  #setBusy(offer: Offer | null): void {
    clearTimeout(this.#leaving);
    this.#busy = offer;
    this.#host.requestUpdate();
  }

  #show(error: BillingError | null): void {
    this.#error = error;
    if (error === null) this.#checkoutUrl = null;
    this.#host.requestUpdate();
  }

  /** R41.1: back from checkout out of the back-forward cache, nothing is busy any more. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.#show(null);
    this.#setBusy(null);
  };
}
