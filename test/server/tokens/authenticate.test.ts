/** Who may call: secret keys for backends, users' own tokens for everybody else. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { PlanclaimError } from '../../../server/errors.ts';
import {
  authenticateSecretKey,
  authenticateUser,
  requireBillingRole,
  secretKeyOf,
} from '../../../server/routes/lib/authenticate.ts';
import { constantTimeEqual } from '../../../server/tokens/constant-time.ts';
import { testConfig, testProject, testSecretKey } from '../support/project.ts';
import { openTokenWorld, type TokenWorld } from '../support/tokens.ts';

const request = (headers: Record<string, string> = {}, query = '') =>
  new Request(`https://billing.acme.test/v1/users/u_1/plan${query}`, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a secret key', () => {
  const beta = testProject({ id: 'beta', apiKeys: ['sk_beta_0123456789abcdef', 'sk_beta_next_0123456789ab'] });
  const deps = { config: testConfig([testProject(), beta, testProject({ id: 'gamma', apiKeys: [''] })]) };
  const refusal = (call: Request): [string, number] => {
    try {
      authenticateSecretKey(deps, call);
    } catch (error) {
      const { code, status } = error as PlanclaimError;
      return [code, status];
    }
    return assert.fail('The key was accepted.');
  };

  it('speaks for the project that lists it, whichever of its keys it is', () => {
    assert.equal(authenticateSecretKey(deps, request(bearer(testSecretKey))).id, 'acme');
    for (const key of beta.apiKeys) assert.equal(authenticateSecretKey(deps, request(bearer(key))).id, 'beta');
    assert.equal(secretKeyOf(request({ authorization: `bearer   ${testSecretKey} ` })), testSecretKey);
  });

  it('agrees with the project that the call names', () => {
    assert.equal(authenticateSecretKey(deps, request(bearer(testSecretKey), '?project_id=acme')).id, 'acme');
    assert.deepEqual(refusal(request(bearer(testSecretKey), '?project_id=beta')), ['project_mismatch', 403]);
  });

  it('is refused when nobody lists it, also where a config has an empty one', () => {
    for (const key of [
      'sk_',
      'sk_x',
      `${testSecretKey}0`,
      testSecretKey.slice(0, -1),
      testSecretKey.toUpperCase().replace('SK', 'sk'),
    ]) {
      assert.deepEqual(refusal(request(bearer(key))), ['secret_key_invalid', 401], key);
    }
  });

  it('is refused from a browser, with a hint, whoever lists it', () => {
    const origin = { origin: 'https://app.acme.test' };
    assert.deepEqual(refusal(request({ ...bearer(testSecretKey), ...origin })), ['secret_key_in_browser', 403]);
    assert.deepEqual(refusal(request({ ...bearer('sk_made_up'), ...origin })), ['secret_key_in_browser', 403]);
  });

  it('is asked for where there is none', () => {
    assert.deepEqual(refusal(request()), ['token_missing', 401]);
    assert.deepEqual(refusal(request(bearer('eyJ.a.b'))), ['secret_key_required', 401]);
    assert.deepEqual(refusal(request({ authorization: 'Basic c2tfeDo=' })), ['token_missing', 401]);
    assert.deepEqual(refusal(request({}, `?key=${testSecretKey}`)), ['token_missing', 401]);
  });

  it('is compared whole', () => {
    for (const [a, b, same] of [
      ['a', 'a', true],
      ['a', 'b', false],
      ['', '', true],
      ['', 'a', false],
      ['a', '', false],
      ['ab', 'a', false],
      ['a', 'ab', false],
      ['aa', 'a', false],
      ['é', 'e', false],
    ] as const) {
      assert.equal(constantTimeEqual(a, b), same, `${a} ${b}`);
    }
  });
});

describe("a user's token", () => {
  let world: TokenWorld;
  afterEach(() => world.close());

  it('says who calls, for the project that the query names', async () => {
    world = await openTokenWorld();
    const headers = bearer(await world.provider.sign());
    assert.equal((await authenticateUser(world.deps, request(headers, '?project_id=acme'))).userId, 'u_1');
    await assert.rejects(authenticateUser(world.deps, request(headers, '?project_id=beta')), {
      code: 'project_unknown',
    });
    await assert.rejects(authenticateUser(world.deps, request(headers), { projectId: 'beta' }), {
      code: 'project_unknown',
    });
  });

  it('is not replaced by a secret key, which speaks for no user', async () => {
    world = await openTokenWorld();
    await assert.rejects(authenticateUser(world.deps, request(bearer(testSecretKey))), {
      code: 'user_token_required',
      status: 401,
    });
  });

  it('of a member without the role may read and not manage; the answer says who may', async () => {
    world = await openTokenWorld({ issuer: { billingRole: { claim: 'role', values: ['owner', 'billing'] } } });
    const caller = await authenticateUser(world.deps, request(bearer(await world.provider.sign({ role: 'member' }))));
    assert.throws(() => requireBillingRole(caller), {
      code: 'billing_role_required',
      status: 403,
      details: { billing_roles: ['owner', 'billing'] },
    });
    requireBillingRole({ ...caller, canManageBilling: true });
  });
});
