/** Which events there are: one for each transition, in the transaction that made it, and none besides. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { assignPlan, choosePlan, clearAssignment } from '../../../server/billing/assignment.ts';
import type { OutgoingBody } from '../../../server/billing/outbox.ts';
import { currentPlanState, momentOf, storePlanState } from '../../../server/billing/plan.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const written = async (userId: string): Promise<OutgoingBody[]> =>
  (
    await world.store.read
      .selectFrom('outgoing_event')
      .select('body')
      .where('user_id', '=', userId)
      .orderBy('sequence')
      .execute()
  ).map(({ body }) => JSON.parse(body) as OutgoingBody);

describe('plan.changed', () => {
  it('is not for the default plan of somebody who was never seen before', async () => {
    world = await openWorld();
    const { deps, project } = world;
    assert.equal((await currentPlanState(deps, project, 'u_1')).plan, 'free');
    assert.deepEqual(await written('u_1'), []);
  });

  it('is for the first plan that somebody chooses, with nothing before it', async () => {
    world = await openWorld();
    const state = await choosePlan(world.deps, world.project, 'u_1', { plan: 'pro', billingCycle: 'yearly' });
    assert.deepEqual(
      (await written('u_1')).map(({ type, data, previous }) => ({ type, data, previous })),
      [{ type: 'plan.changed', data: state, previous: null }],
    );
  });

  it('is not for a write that changes nothing', async () => {
    world = await openWorld();
    await world.change('u_1', 'pro');
    await world.change('u_1', 'pro');
    assert.equal((await written('u_1')).length, 1);
  });

  it('is not written when the change is rolled back', async () => {
    world = await openWorld();
    const { deps, project, store } = world;
    await assert.rejects(assignPlan(deps, project, 'u_1', { plan: 'gold', expiresAt: null }), { code: 'plan_unknown' });
    await assert.rejects(
      store.write(async (tx) => {
        await tx
          .insertInto('assignment')
          .values({
            project_id: project.id,
            user_id: 'u_1',
            plan: 'pro',
            billing_cycle: null,
            source: 'api',
            free_selection: 0,
            expires_at: null,
            created_at: deps.clock(),
          })
          .execute();
        assert.equal((await storePlanState(tx, project, 'u_1', momentOf(deps, project))).changed, true);
        throw new Error('the transaction fails after the event was written');
      }),
      /after the event was written/,
    );
    assert.deepEqual(await written('u_1'), []);
    assert.equal((await currentPlanState(deps, project, 'u_1')).version, 1);
  });

  it('is not written for a project that lists no webhooks', async () => {
    world = await openWorld({ webhooks: () => [] });
    await world.change('u_1', 'pro');
    assert.deepEqual(await written('u_1'), []);
  });

  it('tells exactly the sequence of versions, each once and each joined to the one before, whatever happens and however it is delivered', async () => {
    const steps = fc.array(
      fc.tuple(
        fc.constantFrom('u_1', 'u_2', 'u_3'),
        fc.oneof(
          fc.record({
            kind: fc.constant('assign' as const),
            plan: fc.constantFrom('free', 'pro', 'team', 'enterprise'),
          }),
          fc.record({ kind: fc.constant('until' as const), plan: fc.constantFrom('pro', 'team') }),
          fc.record({ kind: fc.constant('clear' as const) }),
          fc.record({ kind: fc.constant('read' as const) }),
          fc.record({ kind: fc.constant('wait' as const) }),
          fc.record({ kind: fc.constant('deliver' as const), status: fc.constantFrom(200, 500, 301) }),
        ),
      ),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc
        .asyncProperty(steps, async (life) => {
          world = await openWorld();
          const { deps, project, clock, receiver } = world;
          const seen = new Map<string, number[]>();
          for (const [userId, step] of life) {
            if (step.kind === 'wait') clock.advance(40_000);
            else if (step.kind === 'deliver') {
              receiver.answer = () => step.status;
              await world.delivery().deliverDue();
            } else {
              const change = {
                assign: () =>
                  assignPlan(deps, project, userId, { plan: 'plan' in step ? step.plan : '', expiresAt: null }),
                until: () =>
                  assignPlan(deps, project, userId, {
                    plan: 'plan' in step ? step.plan : '',
                    expiresAt: clock() + 60_000,
                  }),
                clear: () => clearAssignment(deps, project, userId),
                read: () => currentPlanState(deps, project, userId),
              }[step.kind];
              const { version, source } = await change();
              const versions = seen.get(userId) ?? (source === 'default' ? [1] : []);
              if (version !== versions.at(-1)) versions.push(version);
              seen.set(userId, versions);
            }
          }
          receiver.answer = () => 200;
          for (let round = 0; round < 3; round++) {
            clock.advance(3_600_000);
            await world.delivery().deliverDue();
          }
          for (const [userId, versions] of seen) {
            const events = await written(userId);
            const told = events.map(({ data }) => data.version);
            const firstTold = told[0] ?? 2;
            assert.deepEqual(
              told,
              Array.from({ length: told.length }, (_, index) => firstTold + index),
              'no gap, no repetition',
            );
            assert.deepEqual(
              told,
              versions.filter((version) => version >= firstTold),
              'all that happened',
            );
            assert.ok(firstTold <= 2, 'only a first default state is not told');
            events.forEach(({ previous }, index) => {
              if (index > 0) assert.deepEqual(previous, events[index - 1]?.data);
            });
            const arrived = new Set(
              receiver.received.flatMap(({ body }) => (body.data.user_id === userId ? [body.data.version] : [])),
            );
            assert.deepEqual(
              [...arrived].toSorted((a, b) => a - b),
              told,
              'all of it arrived',
            );
          }
        })
        .afterEach(() => world.close()),
      { numRuns: 40 },
    );
    world = await openWorld();
  });
});
