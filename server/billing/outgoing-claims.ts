/** Who sends what: a delivery is taken up by one process at a time, and falls back when that one dies. */

import type { Clock } from '../clock.ts';
import type { Reading } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** How long one who has taken a delivery up keeps it, in milliseconds: several times what an attempt may last. */
export const claimTime = 60_000;
/** So often an event may fail before later ones of its user stop waiting for it. */
const failuresWaitedFor = 2;

/** A delivery in hand. */
export interface Claimed {
  readonly deliveryId: string;
  readonly owner: string;
  readonly projectId: string;
  readonly url: string;
  readonly eventId: string;
  readonly type: string;
  readonly body: string;
  /** Made before this one. */
  readonly attempts: number;
}

/** An address and who asks for its deliveries. */
export interface ClaimRequest {
  readonly projectId: string;
  readonly url: string;
  /** Unique to this call. */
  readonly owner: string;
  readonly most: number;
}

/** Takes up what is due at one address, the longest due first. Looking costs a read; only taking writes. */
export async function claimDue(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { projectId, url, owner, most }: ClaimRequest,
): Promise<Claimed[]> {
  const now = clock();
  if ((await pausedUntil(store.read, { projectId, url, now })) !== null) return [];
  const due = await store.read
    .selectFrom('outgoing_delivery as delivery')
    .innerJoin('outgoing_event as event', 'event.event_id', 'delivery.event_id')
    .select(['delivery.delivery_id', 'delivery.attempts', 'event.event_id', 'event.type', 'event.body'])
    .where('delivery.project_id', '=', projectId)
    .where('delivery.url', '=', url)
    .where('delivery.due_at', 'is not', null)
    .where('delivery.due_at', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outgoing_delivery as earlier')
            .select('earlier.delivery_id')
            .whereRef('earlier.project_id', '=', 'delivery.project_id')
            .whereRef('earlier.url', '=', 'delivery.url')
            .whereRef('earlier.user_id', '=', 'delivery.user_id')
            .whereRef('earlier.sequence', '<', 'delivery.sequence')
            .where('earlier.due_at', 'is not', null)
            .where('earlier.attempts', '<', failuresWaitedFor),
        ),
      ),
    )
    .orderBy('delivery.due_at')
    .orderBy('delivery.sequence')
    .limit(most)
    .execute();
  if (due.length === 0) return [];
  const ours = await store.write((tx) =>
    tx
      .updateTable('outgoing_delivery')
      .set({ claimed_by: owner, due_at: now + claimTime })
      .where(
        'delivery_id',
        'in',
        due.map((row) => row.delivery_id),
      )
      // Another process may have been quicker.
      .where('due_at', '<=', now)
      .returning('delivery_id')
      .execute(),
  );
  const taken = new Set(ours.map((row) => row.delivery_id));
  return due
    .filter((row) => taken.has(row.delivery_id))
    .map((row) => ({
      deliveryId: row.delivery_id,
      owner,
      projectId,
      url,
      eventId: row.event_id,
      type: row.type,
      body: row.body,
      attempts: row.attempts,
    }));
}

/** When something at this address becomes due, in milliseconds; null when nothing is going to. */
export async function nextDueAt(
  db: Reading,
  { projectId, url, now }: { readonly projectId: string; readonly url: string; readonly now: number },
): Promise<number | null> {
  const paused = await pausedUntil(db, { projectId, url, now });
  if (paused !== null) return paused;
  const row = await db
    .selectFrom('outgoing_delivery')
    .select('due_at')
    .where('project_id', '=', projectId)
    .where('url', '=', url)
    .where('due_at', '>', now)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  return row?.due_at ?? null;
}

/** Until when the address asked not to be called; null when it may be. */
async function pausedUntil(
  db: Reading,
  { projectId, url, now }: { readonly projectId: string; readonly url: string; readonly now: number },
): Promise<number | null> {
  const row = await db
    .selectFrom('outgoing_endpoint')
    .select('paused_until')
    .where('project_id', '=', projectId)
    .where('url', '=', url)
    .where('paused_until', '>', now)
    .executeTakeFirst();
  return row?.paused_until ?? null;
}
