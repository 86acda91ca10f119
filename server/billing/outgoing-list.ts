/** What was sent to the customer's backend, for a person to read and to send again. */

import type { Clock } from '../clock.ts';
import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import type { OutgoingDeliveryTable } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { announce } from '../store/writer.ts';
import { endpointsOf, newId } from './outbox.ts';

/** One event at one address. Times in milliseconds. */
export interface ListedDelivery {
  readonly eventId: string;
  readonly type: string;
  readonly userId: string;
  /** Of the plan state that it tells. */
  readonly version: number;
  readonly createdAt: number;
  readonly url: string;
  readonly state: OutgoingDeliveryTable['state'];
  readonly attempts: number;
  /** When it is tried next; null when it is not. */
  readonly dueAt: number | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** A project's deliveries, the newest first. */
export async function listOutgoing(
  store: Store,
  project: Project,
  { state, limit }: { readonly state?: OutgoingDeliveryTable['state']; readonly limit: number },
): Promise<ListedDelivery[]> {
  let query = store.read
    .selectFrom('outgoing_event as event')
    .innerJoin('outgoing_delivery as delivery', 'delivery.event_id', 'event.event_id')
    .select(['event.event_id', 'event.type', 'event.user_id', 'event.version', 'event.created_at'])
    .select(['delivery.url', 'delivery.state', 'delivery.attempts', 'delivery.due_at'])
    .select(['delivery.last_status', 'delivery.last_error'])
    .where('event.project_id', '=', project.id);
  if (state !== undefined) query = query.where('delivery.state', '=', state);
  const rows = await query
    .orderBy('event.created_at', 'desc')
    .orderBy('event.user_id')
    .orderBy('event.sequence', 'desc')
    .orderBy('delivery.url')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    eventId: row.event_id,
    type: row.type,
    userId: row.user_id,
    version: row.version,
    createdAt: row.created_at,
    url: row.url,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
  }));
}

/**
 * Sends an event again to every address that the project lists now, a disabled one too: same id, same body, all attempts anew.
 * The backend that runs does the sending.
 * @returns the addresses
 * @throws PlanclaimError 404 `event_unknown`, 409 `webhooks_missing`
 */
export async function redeliver(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  project: Project,
  eventId: string,
): Promise<string[]> {
  const urls = endpointsOf(project).map(({ url }) => url);
  if (urls.length === 0) {
    throw new PlanclaimError(`${project.id} lists no webhooks. Add one to its config.`, {
      code: 'webhooks_missing',
      status: 409,
    });
  }
  const again = { state: 'pending', attempts: 0, due_at: clock(), claimed_by: null } as const;
  await store.write(async (tx) => {
    const event = await tx
      .selectFrom('outgoing_event')
      .select(['event_id', 'project_id', 'user_id', 'sequence'])
      .where('event_id', '=', eventId)
      .where('project_id', '=', project.id)
      .executeTakeFirst();
    if (!event) {
      throw new PlanclaimError(`There is no event "${eventId}" in ${project.id}. "planclaim events" lists them.`, {
        code: 'event_unknown',
        status: 404,
      });
    }
    await tx
      .insertInto('outgoing_delivery')
      .values(urls.map((url) => ({ ...event, ...again, delivery_id: newId('dlv'), url })))
      .onConflict((conflict) => conflict.columns(['event_id', 'url']).doUpdateSet(again))
      .execute();
    announce(tx, 'outgoing_event');
  });
  return urls;
}
