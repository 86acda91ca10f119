/**
 * `Idempotency-Key` on every POST below `/v1`: the same key and request get the same answer; the same key with another
 * request is 409. Keys are kept for a day. Answers of 5xx and 429 are not kept: trying again is what they ask for. Token answers
 * are not either: they change nothing, so a repetition needs no memory, and tokens have no place in a database.
 */

import { createMiddleware } from 'hono/factory';
import { sha256 } from 'hono/utils/crypto';
import { PlanclaimError } from '../../errors.ts';
import type { RouteDeps } from '../deps.ts';
import type { Admitted } from './admit.ts';

/** Milliseconds. */
const kept = 86_400_000;
/** A request that has not answered after this long has died with its process. */
const abandoned = 120_000;

type Claim = 'ours' | { readonly status: number; readonly contentType: string | null; readonly body: string };

/** For calls whose caller is known by now; others go through. */
export function idempotency(deps: Pick<RouteDeps, 'store' | 'clock'>) {
  return createMiddleware<Admitted>(async (c, next) => {
    const key = c.req.header('idempotency-key');
    const caller = c.get('caller');
    if (c.req.method !== 'POST' || key === undefined || caller === undefined) return next();
    if (key.length === 0 || key.length > 255) {
      throw new PlanclaimError('Idempotency-Key must have 1 to 255 characters.', {
        code: 'idempotency_key_invalid',
        status: 400,
      });
    }
    // Nobody is answered with somebody else's answer; a token that was refreshed between two attempts is the same caller's.
    const scope = (await sha256(`${caller}\n${c.req.path}`)) ?? '';
    const fingerprint = (await sha256(`${new URL(c.req.url).search}\n${await c.req.text()}`)) ?? '';
    const claim = await claimKey(deps, { scope, key, fingerprint });
    if (claim !== 'ours') {
      return new Response(claim.body, {
        status: claim.status,
        headers: {
          'Cache-Control': 'no-store',
          'Idempotent-Replayed': 'true',
          ...(claim.contentType && { 'Content-Type': claim.contentType }),
        },
      });
    }
    await next();
    await settleKey(deps, { scope, key }, c.res);
    return undefined;
  });
}

async function claimKey(
  deps: Pick<RouteDeps, 'store' | 'clock'>,
  row: { scope: string; key: string; fingerprint: string },
): Promise<Claim> {
  const now = deps.clock();
  return deps.store.write(async (tx): Promise<Claim> => {
    const mine = tx.selectFrom('idempotency_key').selectAll().where('scope', '=', row.scope).where('key', '=', row.key);
    const known = await mine.executeTakeFirst();
    const stale =
      known && (known.created_at < now - kept || (known.status === null && known.created_at < now - abandoned));
    if (!known || stale) {
      const fresh = { ...row, status: null, content_type: null, body: null, created_at: now };
      await tx
        .insertInto('idempotency_key')
        .values(fresh)
        .onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet(fresh))
        .execute();
      return 'ours';
    }
    if (known.fingerprint !== row.fingerprint) {
      throw new PlanclaimError('This Idempotency-Key was used with another request. Use a new key for a new request.', {
        code: 'idempotency_key_reused',
        status: 409,
      });
    }
    if (known.status === null) {
      throw new PlanclaimError('The first request with this Idempotency-Key is still at work.', {
        code: 'idempotency_in_progress',
        status: 409,
        retryAfter: 1,
      });
    }
    return { status: known.status, contentType: known.content_type, body: known.body ?? '' };
  });
}

async function settleKey(
  deps: Pick<RouteDeps, 'store'>,
  row: { scope: string; key: string },
  response: Response,
): Promise<void> {
  const keep = response.status < 500 && response.status !== 429;
  const body = keep ? await response.clone().text() : null;
  await deps.store.write(async (tx) => {
    if (keep) {
      await tx
        .updateTable('idempotency_key')
        .set({ status: response.status, content_type: response.headers.get('content-type'), body })
        .where('scope', '=', row.scope)
        .where('key', '=', row.key)
        .execute();
    } else {
      await tx.deleteFrom('idempotency_key').where('scope', '=', row.scope).where('key', '=', row.key).execute();
    }
  });
}
