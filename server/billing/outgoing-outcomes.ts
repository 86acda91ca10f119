/** What became of an attempt, written down: arrived, to be tried again, given up, or the address wants no more. */

import type { Outcome } from '../outgoing/send.ts';
import type { Writing } from '../store/schema.ts';
import { reportIncident } from './incidents.ts';
import type { Claimed } from './outgoing-claims.ts';
import { disabledReason } from './outbox.ts';

export interface OutcomeTimes {
  /** Milliseconds. */
  readonly now: number;
  /** When the next attempt would be, in milliseconds; null when this was the last. */
  readonly retryAt: number | null;
}

/** Records it, unless the claim was lost meanwhile: then the word of the one who has it now counts. */
export async function recordOutcome(
  tx: Writing,
  delivery: Claimed,
  outcome: Outcome,
  { now, retryAt }: OutcomeTimes,
): Promise<void> {
  if (outcome.kind === 'interrupted') {
    await settle(tx, delivery, { due_at: now });
    return;
  }
  const attempt = { attempts: delivery.attempts + 1, last_attempt_at: now, last_status: outcome.status };
  if (outcome.kind === 'taken') {
    if (await settle(tx, delivery, { ...attempt, state: 'delivered', due_at: null, last_error: null })) {
      await enable(tx, delivery);
    }
    return;
  }
  if (outcome.kind === 'gone') {
    if (await settle(tx, delivery, { ...attempt, state: 'failed', due_at: null, last_error: disabledReason })) {
      await disable(tx, delivery, now);
    }
    return;
  }
  const failure = { ...attempt, last_error: outcome.reason };
  const pausedUntil = outcome.pause === null ? null : now + outcome.pause;
  if (retryAt === null || (await isDisabled(tx, delivery))) {
    if (await settle(tx, delivery, { ...failure, state: 'failed', due_at: null }))
      await reportGivenUp(tx, delivery, now);
  } else {
    await settle(tx, delivery, { ...failure, due_at: Math.max(retryAt, pausedUntil ?? 0) });
  }
  if (pausedUntil !== null) await noteEndpoint(tx, delivery, { paused_until: pausedUntil });
}

interface Settled {
  readonly state?: 'delivered' | 'failed';
  readonly attempts?: number;
  readonly due_at: number | null;
  readonly last_attempt_at?: number;
  readonly last_status?: number | null;
  readonly last_error?: string | null;
}

/** Whether it was still ours to settle. */
async function settle(tx: Writing, { deliveryId, owner }: Claimed, settled: Settled): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('outgoing_delivery')
    .set({ ...settled, claimed_by: null })
    .where('delivery_id', '=', deliveryId)
    .where('claimed_by', '=', owner)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

async function noteEndpoint(
  tx: Writing,
  { projectId, url }: Claimed,
  note: { readonly disabled_at: number } | { readonly paused_until: number },
): Promise<void> {
  await tx
    .insertInto('outgoing_endpoint')
    .values({ project_id: projectId, url, ...note })
    .onConflict((conflict) => conflict.columns(['project_id', 'url']).doUpdateSet(note))
    .execute();
}

/** It took one: it wants events again. */
async function enable(tx: Writing, { projectId, url }: Claimed): Promise<void> {
  await tx
    .updateTable('outgoing_endpoint')
    .set({ disabled_at: null })
    .where('project_id', '=', projectId)
    .where('url', '=', url)
    .where('disabled_at', 'is not', null)
    .execute();
}

async function isDisabled(tx: Writing, { projectId, url }: Claimed): Promise<boolean> {
  const row = await tx
    .selectFrom('outgoing_endpoint')
    .select('disabled_at')
    .where('project_id', '=', projectId)
    .where('url', '=', url)
    .executeTakeFirst();
  return row !== undefined && row.disabled_at !== null;
}

/** 410: what waits for this address fails at once, and a person is told. */
async function disable(tx: Writing, delivery: Claimed, now: number): Promise<void> {
  const { projectId, url } = delivery;
  await noteEndpoint(tx, delivery, { disabled_at: now });
  await tx
    .updateTable('outgoing_delivery')
    .set({ state: 'failed', due_at: null, last_error: disabledReason })
    .where('project_id', '=', projectId)
    .where('url', '=', url)
    .where('due_at', 'is not', null)
    .where('claimed_by', 'is', null)
    .execute();
  await reportIncident(
    tx,
    {
      projectId,
      userId: null,
      kind: 'webhook_disabled',
      subject: url,
      detail: `${url} answered 410, so no more events go there. Mend it, then "planclaim events redeliver ID": the first one that is taken enables it again.`,
    },
    now,
  );
}

const reportGivenUp = (tx: Writing, { projectId, url }: Claimed, now: number): Promise<void> =>
  reportIncident(
    tx,
    {
      projectId,
      userId: null,
      kind: 'webhook_undelivered',
      subject: url,
      detail: `${url} did not take an event, and it is not tried again. "planclaim events --failed" lists what it missed, "planclaim events redeliver ID" sends it again.`,
    },
    now,
  );
