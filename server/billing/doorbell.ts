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
  const outcomes = new Map<Ring, RingOutcome>();
  for (const [account, group] of Map.groupBy(rings, (ring) => ring.account)) {
    const ours = await knownCustomers(tx, account, customersOf(group));
    const wanted = group.filter(({ customerId }) => ours.has(customerId));
    if (wanted.length === 0) continue;
    const fresh = await storeEvents(tx, wanted);
    // Of one event that came several times in this turn, the first is the fresh one.
    for (const ring of wanted) outcomes.set(ring, fresh.delete(ring.eventId) ? 'marked' : 'repeated');
    const marked = wanted.filter((ring) => outcomes.get(ring) === 'marked');
    if (marked.length === 0) continue;
    const since = Math.min(...marked.map(({ receivedAt }) => receivedAt));
    await markCustomers(tx, account, customersOf(marked), since);
    const reversed = marked.filter(({ type }) => type.startsWith('charge.'));
    if (reversed.length > 0) await markCharges(tx, account, customersOf(reversed));
  }
  return rings.map((ring) => outcomes.get(ring) ?? 'unknown_customer');
}

/** Each once. */
const customersOf = (rings: readonly Ring[]): string[] => [...new Set(rings.map(({ customerId }) => customerId))];

async function knownCustomers(tx: Writing, account: AccountName, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('customer')
    .select('customer_id')
    .where('account', '=', account)
    .where('customer_id', 'in', ids)
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
