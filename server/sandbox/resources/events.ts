/** Events, as they were when they happened. */

import type Stripe from 'stripe';
import { invalid, noSuch } from '../errors.ts';
import type { Read } from '../http/api.ts';
import { windowOf, within } from '../http/page.ts';
import type { Condition, Store } from '../store/store.ts';

/** Endpoints that an event has still to reach. */
const pendingSql =
  "(select count(distinct endpoint) from delivery where delivery.event = event.id and delivery.state in ('pending', 'sending'))";

export const retrieveEvent: Read<unknown> = (_params, { store, path }) => findEvent(store, path['id'] ?? '');

/** @throws StripeApiError 404 `resource_missing`. */
export function findEvent(store: Store, id: string): Stripe.Event {
  const row = store.database.first(`select body, ${pendingSql} as pending from event where id = ?`, id);
  if (!row) throw noSuch('event', id, 'path');
  return { ...(JSON.parse(String(row['body'])) as Stripe.Event), pending_webhooks: Number(row['pending']) };
}

export const listEvents: Read<Stripe.EventListParams> = (params, { store, url }) => {
  if (params.type !== undefined && params.types !== undefined) {
    throw invalid('You may only specify one of these parameters: type, types.', 'types');
  }
  if (params.types && params.types.length > 20) throw invalid('You may pass up to 20 event types.', 'types');
  const delivered = params.delivery_success;
  const where = [
    ofType(params.type),
    params.types && { sql: `type in (${params.types.map(() => '?').join(', ')})`, values: params.types },
    delivered === undefined ? null : { sql: `${pendingSql} ${delivered ? '=' : '>'} 0`, values: [] },
    within('created', params.created),
  ].filter((condition) => condition !== null && condition !== undefined);
  const { rows, hasMore } = store.rows('event', where, windowOf(params));
  const events = rows as Stripe.Event[];
  const pending = pendingOf(store, events);
  const data = events.map((event) => ({ ...event, pending_webhooks: pending.get(event.id) ?? 0 }));
  return { object: 'list', data, has_more: hasMore, url };
};

/** By event, where there is any. */
function pendingOf(store: Store, events: readonly Stripe.Event[]): ReadonlyMap<string, number> {
  const rows = store.database.all(
    `select event, count(distinct endpoint) as pending from delivery
     where state in ('pending', 'sending') and event in (select value from json_each(?)) group by event`,
    JSON.stringify(events.map(({ id }) => id)),
  );
  return new Map(rows.map((row) => [String(row['event']), Number(row['pending'])]));
}

/** `charge.*` is every type that begins so. */
function ofType(type: string | undefined): Condition | null {
  if (type === undefined) return null;
  if (!type.endsWith('*')) return { sql: 'type = ?', values: [type] };
  return { sql: 'substr(type, 1, ?) = ?', values: [type.length - 1, type.slice(0, -1)] };
}
