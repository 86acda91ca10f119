/** Claims: what we add, what stays of the caller's own, and when it all ends. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PlanState } from '../../../server/billing/plan-state.ts';
import { claimBytes, largestClaimBytes } from '../../../server/config/claim-size.ts';
import { entitlementEnd, keptClaims, planClaims } from '../../../server/tokens/claims.ts';
import { testPlans, testProject } from '../support/project.ts';

const project = testProject();
const state = (overrides: Partial<PlanState> = {}): PlanState => ({
  project_id: 'acme',
  user_id: 'u_1',
  plan: 'pro',
  billing_cycle: 'monthly',
  status: 'active',
  source: 'subscription',
  quantity: 1,
  currency: 'usd',
  current_period_end: '2026-12-23T10:00:00Z',
  trial_end: null,
  cancel_at: null,
  grace_until: null,
  scheduled: null,
  features: ['export'],
  limits: { projects: -1 },
  version: 7,
  updated_at: '2026-11-23T10:00:00Z',
  ...overrides,
});

describe('our claims', () => {
  it('are those of the contract', () => {
    assert.deepEqual(planClaims(project, state()), {
      plan: 'pro',
      billing_cycle: 'monthly',
      plan_status: 'active',
      features: ['export'],
      limits: { projects: -1 },
      plan_version: 7,
    });
  });

  it('say until when a plan that is past due stays, in seconds', () => {
    const claims = planClaims(project, state({ status: 'past_due', grace_until: '2026-11-30T10:00:00Z' }));
    assert.equal(claims['grace_until'], '2026-11-30T10:00:00Z');
  });

  it('stand under the namespace where there is one, all of them', () => {
    const namespaced = testProject({ token: { namespace: 'https://acme.test/' } });
    const names = Object.keys(planClaims(namespaced, state({ grace_until: '2026-11-30T10:00:00Z' })));
    assert.equal(names.length, 7);
    assert.ok(names.every((name) => name.startsWith('https://acme.test/')));
  });

  it('are never larger than what the config was checked for at start (R30.2)', () => {
    for (const plan of testPlans) {
      for (const namespace of [null, 'https://acme.test/claims/']) {
        const largest = state({
          plan: plan.id,
          billing_cycle: 'yearly',
          status: 'past_due',
          grace_until: '2286-11-20T17:46:39Z',
          version: 999_999_999,
          features: Object.keys(plan.entitlements).filter((name) => plan.entitlements[name] === true),
          limits: Object.fromEntries(
            Object.entries(plan.entitlements).filter(
              (entry): entry is [string, number] => typeof entry[1] === 'number',
            ),
          ),
        });
        const claims = planClaims(testProject({ token: { namespace } }), largest);
        assert.ok(claimBytes(claims) <= largestClaimBytes(plan, namespace), plan.id);
      }
    }
  });
});

describe("the caller's own claims", () => {
  it('are kept as they are (R30.1)', () => {
    const own = {
      role: 'admin',
      org: { id: 'o_1', tags: ['a'] },
      scope: 'read write',
      email: 'a@b.test',
      cnf: { jkt: 'x' },
    };
    assert.deepEqual(keptClaims(project, own), own);
  });

  it('are kept whatever they are, but never under a name that is registered or ours', () => {
    const reserved = [
      'iss',
      'sub',
      'aud',
      'exp',
      'nbf',
      'iat',
      'jti',
      'client_id',
      'account_id',
      'can_manage_billing',
      ...Object.keys(planClaims(project, state({ grace_until: '2026-11-30T10:00:00Z' }))),
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...reserved)), fc.jsonValue()), (claims) => {
        const kept = keptClaims(project, claims);
        for (const name of Object.keys(claims)) {
          assert.equal(Object.hasOwn(kept, name), !reserved.includes(name), name);
          if (Object.hasOwn(kept, name)) assert.deepEqual(kept[name], claims[name]);
        }
      }),
    );
  });

  it('cannot state a plan under the namespace, nor outside of it', () => {
    const namespaced = testProject({ token: { namespace: 'https://acme.test/' } });
    const claims = { 'https://acme.test/plan': 'team', plan: 'team', 'https://acme.test/tier': 'x' };
    assert.deepEqual(keptClaims(namespaced, claims), { 'https://acme.test/tier': 'x' });
  });

  it('are only those that token.keep names, where it does', () => {
    const narrow = testProject({ token: { keep: ['role', 'sub', 'plan'] } });
    assert.deepEqual(keptClaims(narrow, { role: 'admin', email: 'a@b.test', sub: 'u_2', plan: 'team' }), {
      role: 'admin',
    });
  });
});

describe('the end of an entitlement', () => {
  it('is the first of those that are set, and none where none is', () => {
    assert.equal(entitlementEnd(state()), null, 'A period end is not an end: it renews.');
    const at = (hour: number) => `2026-11-24T${hour}:00:00Z`;
    assert.equal(
      entitlementEnd(state({ cancel_at: at(15), trial_end: at(14), grace_until: at(16) })),
      Date.UTC(2026, 10, 24, 14),
    );
    assert.equal(
      entitlementEnd(state({ scheduled: { plan: 'free', billing_cycle: null, at: at(13) } })),
      Date.UTC(2026, 10, 24, 13),
    );
  });
});
