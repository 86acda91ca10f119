/**
 * Sends what the outbox holds. What is guaranteed: every event arrives at least once, or is given up after three days and listed as
 * failed; a repetition has the same `webhook-id`. An event waits for the earlier ones of its user until these have arrived or
 * have failed twice, so that order survives a hiccup; past that, `version` in the plan state tells the order.
 */

import { isLoopback } from '../config/addresses.ts';
import type { Project } from '../config/project.ts';
import { waitAfter } from '../outgoing/retries.ts';
import { sendAttempt, type Outcome } from '../outgoing/send.ts';
import type { BillingDeps } from './deps.ts';
import { claimDue, nextDueAt, type Claimed } from './outgoing-claims.ts';
import { recordOutcome } from './outgoing-outcomes.ts';
import { endpointsOf, type OutgoingEndpoint } from './outbox.ts';

export interface DeliveryOptions {
  /** Milliseconds until an answer that does not come is a failure. Default: 15 seconds. */
  readonly timeout?: number;
  /** From 0 to 1: where in the jitter a retry lies. Default: by chance. */
  readonly chance?: () => number;
  /** How long a stop waits for what is on its way, in milliseconds, before it gives it back. Default: 5 seconds. */
  readonly patience?: number;
}

/** How often other processes' events are looked for, in milliseconds. */
const lookEvery = 1000;
/** How many events are on their way to one address at once: a slow one keeps nobody else waiting. */
const atOncePerEndpoint = 8;

interface Target extends OutgoingEndpoint {
  readonly project: Project;
  /** How many are on their way to it. */
  inHand: number;
}

export class OutgoingDelivery {
  readonly #deps: Omit<BillingDeps, 'stripe'>;
  readonly #timeout: number;
  readonly #chance: () => number;
  readonly #patience: number;
  readonly #targets: readonly Target[];
  readonly #onLoopback: boolean;
  readonly #process = crypto.randomUUID();
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #claims = 0;
  #started = false;
  #stopped = false;
  #looking: Promise<void> | null = null;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #forget: (() => void) | null = null;

  constructor(
    deps: Omit<BillingDeps, 'stripe'>,
    { timeout = 15_000, chance = Math.random, patience = 5000 }: DeliveryOptions = {},
  ) {
    this.#deps = deps;
    this.#timeout = timeout;
    this.#chance = chance;
    this.#patience = patience;
    this.#onLoopback = isLoopback(new URL(deps.config.publicUrl));
    this.#targets = [...deps.config.projects.values()].flatMap((project) =>
      endpointsOf(project).map((endpoint) => ({ ...endpoint, project, inHand: 0 })),
    );
  }

  /** Sends what is due, what was left by a process that died too, and whatever comes. Costs nothing where no project lists webhooks. */
  start(): void {
    if (this.#targets.length === 0) return;
    this.#started = true;
    this.#forget = this.#deps.store.writer.listen('outgoing_event', () => this.#look());
    this.#look();
  }

  /** Sends all that is due now, and what becomes due by it; resolves when it is done. */
  async deliverDue(): Promise<void> {
    do {
      await this.#takeUp();
      await Promise.all(this.#inHand);
    } while ((await this.#takeUp()) > 0);
  }

  /** Takes up no more, waits a little for what is on its way, and gives the rest back: the next process sends it again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget?.();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
    const patience = setTimeout(() => this.#stopping.abort(), this.#patience);
    await Promise.all(this.#inHand);
    clearTimeout(patience);
  }

  /** Looks now; once more when something came while it was looking. */
  #look(): void {
    if (this.#stopped || !this.#started) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = null;
    });
  }

  async #lookOnce(): Promise<void> {
    let wait = lookEvery;
    try {
      do {
        this.#again = false;
        await this.#takeUp();
      } while (this.#again && !this.#stopped);
      const next = await this.#nextDue();
      if (next !== null) wait = Math.min(lookEvery, Math.max(0, next - this.#deps.clock()));
    } catch (error) {
      this.#deps.log.error({ event: 'outbox_unreadable', err: error }, 'Outgoing events could not be read');
    }
    // What came during the last of these reads is not kept waiting.
    if (!this.#stopped) this.#timer = setTimeout(() => this.#look(), this.#again ? 0 : wait);
  }

  /** Takes up what is due and starts sending it; returns how many. */
  async #takeUp(): Promise<number> {
    let taken = 0;
    for (const target of this.#targets) {
      while (!this.#stopped) {
        const free = atOncePerEndpoint - target.inHand;
        if (free === 0) break;
        const owner = `${this.#process}:${this.#claims++}`;
        const claimed = await claimDue(this.#deps, {
          projectId: target.project.id,
          url: target.url,
          owner,
          most: free,
        });
        if (claimed.length === 0) break;
        taken += claimed.length;
        for (const delivery of claimed) this.#begin(target, delivery);
      }
    }
    return taken;
  }

  async #nextDue(): Promise<number | null> {
    const now = this.#deps.clock();
    const times = await Promise.all(
      this.#targets.map(({ project, url }) => nextDueAt(this.#deps.store.read, { projectId: project.id, url, now })),
    );
    const known = times.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  #begin(target: Target, delivery: Claimed): void {
    target.inHand += 1;
    const sending = this.#send(target, delivery).finally(() => {
      target.inHand -= 1;
      this.#inHand.delete(sending);
      // The next one of this user may have waited for it.
      this.#look();
    });
    this.#inHand.add(sending);
  }

  async #send({ project, url, secrets }: Target, delivery: Claimed): Promise<void> {
    const outcome = await sendAttempt(
      { id: delivery.eventId, body: delivery.body, url, secrets },
      {
        onLoopback: this.#onLoopback,
        now: this.#deps.clock(),
        timeout: this.#timeout,
        stopping: this.#stopping.signal,
      },
    );
    this.#report(project, url, delivery, outcome);
    const now = this.#deps.clock();
    const wait = waitAfter(delivery.attempts + 1, this.#chance());
    await this.#deps.store
      .write((tx) => recordOutcome(tx, delivery, outcome, { now, retryAt: wait === null ? null : now + wait }))
      .catch((error: unknown) =>
        this.#deps.log.error(
          { event: 'outcome_unwritten', err: error },
          'The database did not take what became of an event; it will be sent again',
        ),
      );
  }

  #report(project: Project, url: string, { eventId, type, attempts }: Claimed, outcome: Outcome): void {
    const fields = { project: project.id, id: eventId, type, host: new URL(url).host, attempt: attempts + 1 };
    if (outcome.kind === 'taken') this.#deps.log.info({ event: 'webhook_sent', ...fields }, 'An event was taken');
    else if (outcome.kind !== 'interrupted')
      this.#deps.log.warn(
        {
          event: 'webhook_failed',
          ...fields,
          status: outcome.status,
          ...('reason' in outcome && { reason: outcome.reason }),
        },
        'An event was not taken',
      );
  }
}
