/** A refreshed token, held against the store. */

import assert from 'node:assert/strict';
import type { Hands } from './hands.ts';

/** A token states what the store states (R29.1). */
export async function mint(hands: Hands, userId: string): Promise<void> {
  const answer = await hands.asUser(userId, 'POST', '/v1/token/refresh');
  hands.expect(answer, { 200: 'any' });
  if (answer.status !== 200 || !hands.isAlone) return;
  const [, payload = ''] = String(answer.json['access_token']).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const row = await hands.world.store.read
    .selectFrom('plan_state')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const state = JSON.parse(row.state) as Record<string, unknown>;
  assert.deepEqual(
    {
      plan: claims['plan'],
      billing_cycle: claims['billing_cycle'],
      plan_status: claims['plan_status'],
      features: claims['features'],
      limits: claims['limits'],
      plan_version: claims['plan_version'],
      grace_until: claims['grace_until'] ?? null,
    },
    {
      plan: state['plan'],
      billing_cycle: state['billing_cycle'],
      plan_status: state['status'],
      features: state['features'],
      limits: state['limits'],
      plan_version: row.version,
      grace_until: state['grace_until'],
    },
    'a token states what the store states (R29.1)',
  );
  const now = hands.world.time.now() / 1000;
  const ends = [state['grace_until'], state['status'] === 'trialing' ? state['trial_end'] : null, state['cancel_at']];
  for (const end of ends) {
    if (typeof end !== 'string') continue;
    const latest = Math.max(Date.parse(end) / 1000, now) + 60;
    assert.ok(
      Number(claims['exp']) <= latest,
      `a token outlives what it states: ${String(claims['exp'])} > ${end} (R29.2)`,
    );
  }
}
