/** Forgets what nobody will ask for again, so that the tables that only grow do not. */

import type { Store } from './store.ts';

const day = 86_400_000;
/** How long each is kept, in milliseconds. Stripe can send an event again for thirty days. */
const kept = { events: 45 * day, idempotencyKeys: 2 * day, codes: day, leases: day };

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
  });
}
