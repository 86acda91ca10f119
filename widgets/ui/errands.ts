/** What an element does for somebody, one thing at a time: busy while it lasts, a failure that stays readable, and the way to another page. */

import type { ReactiveController } from 'lit';
import { BillingError, toBillingError } from '../client/errors.ts';
import { navigate } from '../client/navigate.ts';
import type { Offer } from '../client/offer.ts';
import type { Session } from '../client/session.ts';
import { BillingErrorEvent } from './events.ts';
import type { Attempt } from './problems.ts';
import type { SessionController, SessionHost } from './session-controller.ts';

export interface ErrandHost extends SessionHost {
  readonly billing: SessionController;
}

/** An offer, or the name of a button. */
export type About = Offer | string;

export interface Errand {
  /** Which button is busy with it. */
  readonly about: About;
  readonly attempt: Attempt;
  /** @returns `leaving` where the page is being left, and stays busy until it is */
  readonly work: (session: Session, token: string) => Promise<'done' | 'leaving'>;
  /** Nobody is signed in, or no longer. */
  readonly onSignedOut?: () => void;
}

/** Milliseconds after which a page that should have been left, and was not, is usable again; from a frame, after which a link is offered. */
const longestLeaving = { page: 12_000, frame: 2500 };

export class Errands implements ReactiveController {
  readonly #host: ErrandHost;
  #busy: About | null = null;
  #error: BillingError | null = null;
  #attempt: Attempt = 'change';
  #pageUrl: string | null = null;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ErrandHost) {
    this.#host = host;
    host.addController(this);
  }

  /** What is being done; null where nothing is. */
  get busy(): About | null {
    return this.#busy;
  }

  /** Why the last one came to nothing. */
  get error(): BillingError | null {
    return this.#error;
  }

  /** What the last one was. */
  get attempt(): Attempt {
    return this.#attempt;
  }

  /** Where the page is to which the browser would not go by itself. */
  get pageUrl(): string | null {
    return this.#pageUrl;
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this.#shown);
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this.#shown);
    clearTimeout(this.#leaving);
    this.#busy = null;
  }

  /** A second one while one is under way does nothing (R41.2). @returns whether it was done */
  async run({ about, attempt, work, onSignedOut }: Errand): Promise<boolean> {
    const { session } = this.#host.billing;
    if (this.#busy !== null || !session) return false;
    this.forget();
    this.#attempt = attempt;
    this.#setBusy(about);
    try {
      const token = await session.token();
      const isDone = token !== null && (await work(session, token));
      if (isDone !== 'leaving') this.#setBusy(null);
      if (token === null) onSignedOut?.();
      return token !== null;
    } catch (thrown) {
      this.#fail(toBillingError(thrown), session, onSignedOut);
      return false;
    }
  }

  /**
   * Goes to a page, which is to lead back here.
   * @throws BillingError `unsafe_url`, `navigation_blocked`
   */
  leave(session: Session, url: string): 'done' | 'leaving' {
    this.#pageUrl = url;
    session.markCheckout();
    const way = navigate(url);
    if (way === 'new-tab') return 'done';
    clearTimeout(this.#leaving);
    // Stop, Escape, or an answer that is a download: the page is still there and must not stay busy.
    if (way === 'leaving') this.#leaving = setTimeout(() => this.#setBusy(null), longestLeaving.page);
    else this.#leaving = setTimeout(() => this.#offerLink(), longestLeaving.frame);
    return 'leaving';
  }

  /** What went wrong the last time is no longer of interest. */
  forget(): void {
    this.#pageUrl = null;
    this.#show(null);
  }

  /** A frame that may not move its window is told nothing about it: a link that the reader presses always works. */
  #offerLink(): void {
    this.#setBusy(null);
    this.#show(new BillingError('The browser did not let this frame open the page.', 'navigation_blocked'));
  }

  #fail(error: BillingError, session: Session, onSignedOut?: () => void): void {
    if (error.code !== 'navigation_blocked') this.#pageUrl = null;
    this.#setBusy(null);
    if (error.status === 401) {
      // The token was good until now: whoever it was has been signed out elsewhere.
      void session.refresh({ fresh: true });
      onSignedOut?.();
      return;
    }
    this.#show(error);
    this.#host.dispatchEvent(new BillingErrorEvent(error));
    // The request may have been carried out all the same, or what is shown is no longer so.
    if (error.status !== 429) void session.refresh({ fresh: true });
  }

  #setBusy(about: About | null): void {
    clearTimeout(this.#leaving);
    this.#busy = about;
    this.#host.requestUpdate();
  }

  #show(error: BillingError | null): void {
    this.#error = error;
    this.#host.requestUpdate();
  }

  /** R41.1: back out of the back-forward cache, nothing is busy any more. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.forget();
    this.#setBusy(null);
  };
}
