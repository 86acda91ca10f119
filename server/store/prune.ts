/** Forgets what nobody will ask for again, so that the tables that only grow do not. */

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

const day = 86_400_000;
/** How long each is kept, in milliseconds. Stripe can send an event again for thirty days. */
const kept = { events: 45 * day, idempotencyKeys: 2 * day, codes: day, leases: day, outgoingEvents: 30 * day };

/** Deletes what is older than it is kept for. `now` in milliseconds. */
export async function prune(store: Store, now: number): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .deleteFrom('stripe_event')
      .where('received_at', '<', now - kept.events)
      .execute();
    await tx
      .deleteFrom('idempotency_key')
      .where('created_at', '<', now - kept.idempotencyKeys)
      .execute();
    await tx
      .deleteFrom('authorization_code')
      .where('expires_at', '<', now - kept.codes)
      .execute();
    await tx
      .deleteFrom('lease')
      .where('until', '<', now - kept.leases)
      .execute();
    const told = tx
      .selectFrom('outgoing_event')
      .select('event_id')
      .where('created_at', '<', now - kept.outgoingEvents);
    await tx.deleteFrom('outgoing_delivery').where('event_id', 'in', told).execute();
    await tx
      .deleteFrom('outgoing_event')
      .where('created_at', '<', now - kept.outgoingEvents)
      .execute();
  });
}

/** How often, in milliseconds. */
const every = 3_600_000;

export interface PruneDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Prunes at the start and every hour. */
export class Pruning {
  readonly #deps: PruneDeps;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(deps: PruneDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#prune();
    this.#timer = setInterval(() => this.#prune(), every);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #prune(): void {
    const { store, clock, log } = this.#deps;
    prune(store, clock()).catch((error: unknown) =>
      log.warn({ event: 'prune_failed', err: error }, 'Old rows could not be deleted yet'),
    );
  }
}
