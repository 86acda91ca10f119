/** The durable mark: "customer X may have changed". Marks of one turn of the event loop are one statement. */

import type { AccountName } from '../stripe/account.ts';
import type { Writing } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { batched } from '../store/writer.ts';

export interface Ring {
  readonly account: AccountName;
  readonly eventId: string;
  readonly type: string;
  readonly customerId: string;
  /** Milliseconds. */
  readonly receivedAt: number;
}

/** `marked`: stored now. `repeated`: this event id was stored before. `unknown_customer`: not ours, nothing written (R3.2). */
export type RingOutcome = 'marked' | 'repeated' | 'unknown_customer';

/** Returns the function that resolves when the mark is durable. Repetition, also of parallel deliveries, marks once (R2.1). */
export function createDoorbell(store: Store): (ring: Ring) => Promise<RingOutcome> {
  return batched(store.writer, markAll);
}

async function markAll(tx: Writing, rings: readonly Ring[]): Promise<RingOutcome[]> {
  const outcomes = rings.map((): RingOutcome => 'unknown_customer');
  for (const [account, places] of byAccount(rings)) {
    const ours = await knownCustomers(
      tx,
      account,
      places.map((place) => (rings[place] as Ring).customerId),
    );
    const wanted = places.filter((place) => ours.has((rings[place] as Ring).customerId));
    if (wanted.length === 0) continue;
    const fresh = await storeEvents(
      tx,
      wanted.map((place) => rings[place] as Ring),
    );
    const marks = new Map<string, number>();
    const reversed = new Set<string>();
    for (const place of wanted) {
      const ring = rings[place] as Ring;
      outcomes[place] = fresh.delete(ring.eventId) ? 'marked' : 'repeated';
      if (outcomes[place] !== 'marked') continue;
      marks.set(ring.customerId, ring.receivedAt);
      if (ring.type.startsWith('charge.')) reversed.add(ring.customerId);
    }
    if (marks.size > 0) await markCustomers(tx, account, [...marks.keys()], Math.min(...marks.values()));
    if (reversed.size > 0) await markCharges(tx, account, [...reversed]);
  }
  return outcomes;
}

/** The places of each account's rings. */
function byAccount(rings: readonly Ring[]): Map<AccountName, number[]> {
  const groups = new Map<AccountName, number[]>();
  rings.forEach(({ account }, place) => groups.set(account, [...(groups.get(account) ?? []), place]));
  return groups;
}

async function knownCustomers(tx: Writing, account: AccountName, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('customer')
    .select('customer_id')
    .where('account', '=', account)
    .where('customer_id', 'in', [...new Set(ids)])
    .execute();
  return new Set(rows.map((row) => row.customer_id));
}

/** The ids that were not there before. */
async function storeEvents(tx: Writing, rings: readonly Ring[]): Promise<Set<string>> {
  const rows = await tx
    .insertInto('stripe_event')
    .values(
      rings.map((ring) => ({
        account: ring.account,
        event_id: ring.eventId,
        type: ring.type,
        customer_id: ring.customerId,
        received_at: ring.receivedAt,
      })),
    )
    .onConflict((conflict) => conflict.columns(['account', 'event_id']).doNothing())
    .returning('event_id')
    .execute();
  return new Set(rows.map((row) => row.event_id));
}

async function markCustomers(tx: Writing, account: AccountName, ids: readonly string[], now: number): Promise<void> {
  await tx
    .updateTable('customer')
    .set((eb) => ({ marked: eb('marked', '+', 1), retry_at: eb.fn.coalesce('retry_at', eb.val(now)) }))
    .where('account', '=', account)
    .where('customer_id', 'in', ids)
    .execute();
}

/** A refund or a dispute was heard of: the next reading reads charges too. */
async function markCharges(tx: Writing, account: AccountName, ids: readonly string[]): Promise<void> {
  await tx
    .updateTable('customer')
    .set({ charges_marked: 1 })
    .where('account', '=', account)
    .where('customer_id', 'in', ids)
    .execute();
}
