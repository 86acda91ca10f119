/**
 * Who the user is and what plan they have, for all elements that share a backend, a project and a source of tokens.
 *
 * The user's own JWT is exchanged for an access token that states the plan; it is renewed before its end, by one
 * request at a time. Tokens stay in memory.
 */

import type { BillingApi } from './api.ts';
import { leaveMark, takeMark } from './checkout-mark.ts';
import { type BillingError, toBillingError } from './errors.ts';
import { accountOf, readClaims } from './jwt.ts';
import { LivePlan } from './live.ts';
import { renewalDelay, retryDelay } from './renewal.ts';
import { type SessionListener, type SessionSnapshot, signedOut, unknown } from './session-snapshot.ts';
import type { TokenSource } from './token-source.ts';
import type { Claims, PlanState, TokenAnswer } from './types.ts';

/** Milliseconds after which details are read again when somebody comes back to the page: they may have been to their bank. */
const oldDetails = 10_000;
/** Timers cannot hold more. */
const longestTimer = 2 ** 31 - 1;

export class Session {
  readonly api: BillingApi;
  readonly #source: TokenSource;
  readonly #listeners = new Set<SessionListener>();
  #snapshot: SessionSnapshot;
  /** Goes up when the user may have changed: answers that were asked for before are thrown away (R29.4). */
  #epoch = 0;
  #flight: { readonly fresh: boolean; hasBegun: boolean; readonly done: Promise<void> } | null = null;
  #wantsDetails = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds since the epoch, by this machine's clock from `expires_in`: clocks that are wrong do no harm. */
  #expiresAt = 0;
  #failures = 0;
  #detailsAt = 0;
  /** The highest that was heard of live. */
  #heard = 0;
  readonly #live: LivePlan;

  /** @param before what an earlier session knew of the same user, to be shown until there is news */
  constructor(api: BillingApi, source: TokenSource, before: SessionSnapshot | null = null) {
    this.api = api;
    this.#source = source;
    this.#snapshot = source.kind === 'none' ? signedOut : (before ?? unknown);
    this.#live = new LivePlan({
      api,
      token: () => (this.#hasGoodToken ? this.#snapshot.token : null),
      about: () => (accountOf(this.#snapshot.claims) === null ? null : this.#about(this.#snapshot.claims)),
      version: () => this.#version,
      onVersion: this.#changedElsewhere,
    });
  }

  get snapshot(): SessionSnapshot {
    return this.#snapshot;
  }

  /** The first one starts the session, the last one to leave stops it. @returns a function that ends it */
  listen(listener: SessionListener, options: { readonly details?: boolean } = {}): () => void {
    const first = this.#listeners.size === 0;
    this.#listeners.add(listener);
    const moreWanted = options.details === true && !this.#wantsDetails;
    this.#wantsDetails ||= options.details === true;
    if (first) {
      window.addEventListener('pageshow', this.#shown);
      document.addEventListener('visibilitychange', this.#seen);
    }
    if (first) this.#start();
    else if (moreWanted && this.#flight === null) void this.#readDetails(this.#staleness());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#live.stop();
      window.removeEventListener('pageshow', this.#shown);
      document.removeEventListener('visibilitychange', this.#seen);
    };
  }

  /** The subscription, for an element that did without it until now. Never rejects: a failure is in the snapshot. */
  async needDetails(): Promise<void> {
    if (this.#wantsDetails) return;
    this.#wantsDetails = true;
    await this.#flight?.done;
    if (this.#snapshot.subscription === null) await this.#readDetails(this.#staleness());
  }

  #start(): void {
    if (!this.#isSignedOutForGood) void this.refresh();
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  /**
   * A token that is good now; null when nobody is signed in.
   * @throws BillingError when there is none to be had
   */
  async token(): Promise<string | null> {
    if (this.#hasGoodToken) return this.#snapshot.token;
    await this.refresh();
    const { status, token, error } = this.#snapshot;
    if (status === 'error' && error) throw error;
    return this.#hasGoodToken ? token : null;
  }

  /**
   * Renews the token and what hangs on it. Never rejects: a failure is in the snapshot.
   * Calls that come while one is under way share it; `fresh` waits for one that began after the call.
   */
  refresh({ fresh = false }: { readonly fresh?: boolean } = {}): Promise<void> {
    const known = this.#flight;
    // What a fresh one has asked already may have been answered before the call.
    if (known && (!fresh || (known.fresh && !known.hasBegun))) return known.done;
    const before = known?.done ?? Promise.resolve();
    const flight = {
      fresh,
      hasBegun: false,
      done: before
        .then(() => {
          flight.hasBegun = true;
          return this.#renew(fresh);
        })
        .finally(() => {
          if (this.#flight === flight) this.#flight = null;
        }),
    };
    this.#flight = flight;
    return flight.done;
  }

  /** The user may have become another one. */
  userChanged(): Promise<void> {
    this.#forgetFlight();
    return this.refresh({ fresh: true });
  }

  signOut(): void {
    this.#forgetFlight();
    clearTimeout(this.#timer);
    this.#set(signedOut);
  }

  /** A plan state that an answer brought, before the token that states it is here. */
  apply(state: PlanState): void {
    const { subscription } = this.#snapshot;
    if (subscription) this.#set({ ...this.#snapshot, subscription: { ...subscription, ...state } });
  }

  /** Call before leaving for checkout: the page that comes back then knows what changed. */
  markCheckout(): void {
    const { claims } = this.#snapshot;
    leaveMark({ about: this.#about(claims), plan: claims?.plan ?? null, billingCycle: claims?.billing_cycle ?? null });
  }

  async #renew(fresh: boolean): Promise<void> {
    const isStale = this.#staleness();
    try {
      const own = await this.#source.read({ fresh });
      if (isStale()) return;
      if (own === null) return this.#set(signedOut);
      const answer = await this.api.exchange(own);
      if (isStale()) return;
      this.#accept(answer);
    } catch (thrown) {
      if (!isStale()) this.#fail(toBillingError(thrown));
      return;
    }
    if (this.#wantsDetails) await this.#readDetails(isStale);
  }

  #accept(answer: TokenAnswer): void {
    const { claims: before, subscription } = this.#snapshot;
    const token = answer.access_token;
    const claims = readClaims(token);
    const sameUser = before !== null && accountOf(before) === accountOf(claims);
    this.#failures = 0;
    this.#expiresAt = Date.now() + answer.expires_in * 1000;
    this.#again(renewalDelay(answer.expires_in * 1000));
    this.#set({
      status: 'ready',
      token,
      claims,
      subscription: sameUser ? subscription : null,
      details: this.#wantsDetails ? 'loading' : 'none',
      error: null,
    });
    // What the token says counts: a backend that was set up anew begins to count anew.
    this.#heard = 0;
    if (!sameUser) this.#live.stop();
    if (!this.isUnused) this.#live.start();
    const mark = takeMark(this.#about(claims));
    const last = sameUser ? { plan: before.plan ?? null, billingCycle: before.billing_cycle ?? null } : mark;
    const now = { plan: claims?.plan ?? null, billingCycle: claims?.billing_cycle ?? null };
    if (last && (last.plan !== now.plan || last.billingCycle !== now.billingCycle)) {
      for (const listener of this.#listeners) listener.planChanged({ ...now, token });
    }
  }

  async #readDetails(isStale: () => boolean): Promise<void> {
    const { token } = this.#snapshot;
    if (token === null) return;
    if (this.#snapshot.details !== 'loading') this.#set({ ...this.#snapshot, details: 'loading' });
    try {
      const subscription = await this.api.subscription(token);
      if (isStale()) return;
      this.#detailsAt = Date.now();
      this.#set({ ...this.#snapshot, subscription, details: 'ready' });
    } catch (thrown) {
      if (isStale()) return;
      const error = toBillingError(thrown);
      this.#set({ ...this.#snapshot, details: 'error', error });
      this.#tellFailure(error);
    }
  }

  /** An unexpired token outlives a failed refresh (R29.4). */
  #fail(error: BillingError): void {
    this.#failures += 1;
    if (this.#hasGoodToken) this.#set({ ...this.#snapshot, error });
    else if (error.status === 401) this.#set({ ...signedOut, error });
    else this.#set({ ...unknown, status: 'error', error });
    if (this.#failures === 1) this.#tellFailure(error);
    const delay = retryDelay(error, this.#failures, this.#hasGoodToken ? this.#expiresAt - Date.now() : null);
    if (delay !== null) this.#again(delay);
  }

  /** Whether what was asked for until now is about a user who may be gone. */
  #staleness(): () => boolean {
    const epoch = this.#epoch;
    return () => epoch !== this.#epoch;
  }

  #tellFailure(error: BillingError): void {
    for (const listener of this.#listeners) listener.failed(error);
  }

  #forgetFlight(): void {
    this.#epoch += 1;
    this.#flight = null;
  }

  #set(snapshot: SessionSnapshot): void {
    this.#snapshot = snapshot;
    if (snapshot.token === null) {
      this.#expiresAt = 0;
      this.#live.stop();
    }
    for (const listener of this.#listeners) listener.update();
  }

  /** @param delay milliseconds */
  #again(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => void this.refresh(), Math.min(delay, longestTimer));
  }

  /** Out of the back-forward cache everything on the page is as it was when it was left (R41.1). */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (event.persisted && !this.#isSignedOutForGood) void this.refresh({ fresh: true });
  };

  /** Timers stand still while a machine sleeps. */
  readonly #seen = (): void => {
    const { status } = this.#snapshot;
    if (document.visibilityState !== 'visible' || status === 'signed-out') return;
    if (!this.#hasGoodToken) void this.refresh();
    else if (this.#wantsDetails && this.#flight === null && Date.now() - this.#detailsAt > oldDetails)
      void this.#readDetails(this.#staleness());
  };

  /** A change that was made in another tab, in the portal, or at Stripe. */
  readonly #changedElsewhere = (version: number): void => {
    if (version <= this.#version) return;
    this.#heard = version;
    void this.refresh({ fresh: true });
  };

  /** Of the token's plan: a subscription that was read later may be ahead of it. */
  get #version(): number {
    return Math.max(this.#heard, this.#snapshot.claims?.plan_version ?? 0);
  }

  get #hasGoodToken(): boolean {
    return this.#snapshot.token !== null && Date.now() < this.#expiresAt;
  }

  /** There is nobody to ask. */
  get #isSignedOutForGood(): boolean {
    return this.#source.kind === 'none';
  }

  #about(claims: Claims | null): string {
    return `${this.api.apiUrl} ${this.api.projectId} ${accountOf(claims) ?? ''}`;
  }
}
