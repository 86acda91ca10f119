/**
 * The outbox: what the customer's backend will be told, written in the transaction that changed the plan, so that there is no
 * change without its event and no event without its change. `deliver-outgoing.ts` sends it.
 */

import { toIso } from '../clock.ts';
import type { Project } from '../config/project.ts';
import type { Writing } from '../store/schema.ts';
import { announce } from '../store/writer.ts';
import type { PlanState } from './plan-state.ts';
import type { SubscriptionEventType } from './subscription-transition.ts';

export type OutgoingEventType = 'plan.changed' | 'subscription.duplicate_refunded' | SubscriptionEventType;

export interface OutgoingEvent {
  readonly type: OutgoingEventType;
  /** The plan state after it. */
  readonly state: PlanState;
  /** The one before; null when there was none. */
  readonly previous: PlanState | null;
}

/** The body of a webhook. `version` in the plan states tells the order, whatever the order of arrival. */
export interface OutgoingBody {
  readonly type: OutgoingEventType;
  /** ISO 8601; when it happened, however late it is sent. */
  readonly timestamp: string;
  readonly data: PlanState;
  readonly previous: PlanState | null;
}

/** An address and the secrets that sign for it: an address listed twice is one, with its secret being rolled. */
export interface OutgoingEndpoint {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Where a project's events go. */
export function endpointsOf(project: Project): OutgoingEndpoint[] {
  const secrets = new Map<string, string[]>();
  for (const { url, secret } of project.webhooks) secrets.set(url, [...(secrets.get(url) ?? []), secret]);
  return [...secrets].map(([url, of]) => ({ url, secrets: of }));
}

/** What a delivery to an address that wants no more says. */
export const disabledReason = 'The endpoint is disabled: it answered 410';

/** Writes an event and its deliveries; nothing for a project that lists no webhooks. `now` in milliseconds. */
export async function writeOutgoing(tx: Writing, project: Project, event: OutgoingEvent, now: number): Promise<void> {
  const endpoints = endpointsOf(project);
  if (endpoints.length === 0) return;
  const { state, previous, type } = event;
  const body: OutgoingBody = { type, timestamp: toIso(now), data: state, previous };
  const row = {
    event_id: newId('msg'),
    project_id: project.id,
    user_id: state.user_id,
    sequence: await nextSequence(tx, project.id, state.user_id),
  };
  await tx
    .insertInto('outgoing_event')
    .values({ ...row, type, version: state.version, body: JSON.stringify(body), created_at: now })
    .execute();
  const disabled = await disabledUrls(tx, project.id);
  await tx
    .insertInto('outgoing_delivery')
    .values(
      endpoints.map(({ url }) => ({
        ...row,
        delivery_id: newId('dlv'),
        url,
        attempts: 0,
        ...(disabled.has(url)
          ? { state: 'failed' as const, due_at: null, last_error: disabledReason }
          : { state: 'pending' as const, due_at: now }),
      })),
    )
    .execute();
  announce(tx, 'outgoing_event');
}

/** `msg_…`, in hexadecimal: an id in a signature holds no dot. */
export const newId = (prefix: 'msg' | 'dlv'): string => `${prefix}_${crypto.randomUUID().replaceAll('-', '')}`;

async function nextSequence(tx: Writing, projectId: string, userId: string): Promise<number> {
  const last = await tx
    .selectFrom('outgoing_event')
    .select('sequence')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (last?.sequence ?? 0) + 1;
}

async function disabledUrls(tx: Writing, projectId: string): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('outgoing_endpoint')
    .select('url')
    .where('project_id', '=', projectId)
    .where('disabled_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.url));
}
