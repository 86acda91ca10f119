/** Minting: what a token says comes from the store of now, and it ends with the first thing that ends. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { momentOf, storePlanState } from '../../../server/billing/plan.ts';
import type { Subscription } from '../../../server/store/records.ts';
import { issueToken } from '../../../server/tokens/issue.ts';
import { createVerifier } from '../../../server/verify.ts';
import { keyringOf } from '../../../server/tokens/keyring.ts';
import { giveSubscription, openTokenWorld, type TokenWorld } from '../support/tokens.ts';

const day = 86_400_000;

describe('an access token', () => {
  let world: TokenWorld;
  const mint = (
    request: { userId?: string; subject?: string; notAfter?: number; keptClaims?: Record<string, unknown> } = {},
  ) =>
    issueToken(world.deps, world.project, {
      userId: 'u_1',
      subject: request.userId ?? 'u_1',
      keptClaims: {},
      notAfter: world.clock() / 1000 + 86_400,
      ...request,
    });
  const claimsOf = async (request?: Parameters<typeof mint>[0]) => decodeJwt((await mint(request)).token);

  beforeEach(async () => {
    world = await openTokenWorld({ project: { token: { audience: 'https://api.acme.test' } } });
  });
  afterEach(() => world.close());

  it('has everything that RFC 9068 asks for, and is one that verifyToken accepts', async () => {
    await giveSubscription(world, 'u_1');
    const { token, expiresIn } = await mint({ keptClaims: { role: 'admin' } });
    const { jti, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, {
      role: 'admin',
      plan: 'pro',
      billing_cycle: 'monthly',
      plan_status: 'active',
      features: ['export'],
      limits: { projects: -1 },
      plan_version: 1,
      iss: 'https://billing.acme.test',
      aud: 'https://api.acme.test',
      sub: 'u_1',
      client_id: 'acme',
      iat: world.clock() / 1000,
      exp: world.clock() / 1000 + 600,
    });
    assert.match(jti ?? '', /^[\da-f-]{36}$/);
    assert.equal(expiresIn, 600);
    const header = decodeProtectedHeader(token);
    assert.deepEqual([header.alg, header.typ, typeof header.kid], ['ES256', 'at+jwt', 'string']);
    const verifyToken = createVerifier({
      issuer: 'https://billing.acme.test',
      audience: 'https://api.acme.test',
      clock: world.clock,
      fetch: async () => Response.json(await keyringOf(world.deps).publicKeys()),
    });
    const user = await verifyToken(token);
    assert.equal(user.claims.plan, 'pro');
  });

  it('floors its iat: never from the future (R33.1)', async () => {
    world.clock.advance(999);
    const { iat } = await claimsOf();
    assert.ok((iat ?? 0) * 1000 <= world.clock());
  });

  it('says the plan of now at every mint (R29.1)', async () => {
    assert.equal((await claimsOf())['plan'], 'free');
    await giveSubscription(world, 'u_1');
    assert.equal((await claimsOf())['plan'], 'pro');
    await giveSubscription(world, 'u_1', { status: 'canceled', endedAt: world.clock() });
    const claims = await claimsOf();
    assert.deepEqual([claims['plan'], claims['plan_version']], ['free', 3]);
  });

  it('cannot be told a plan by the claims that are kept', async () => {
    const claims = await claimsOf({ keptClaims: { plan: 'team', sub: 'u_9', iss: 'x', exp: 9e9, client_id: 'beta' } });
    assert.deepEqual([claims['plan'], claims.sub, claims['client_id']], ['free', 'u_1', 'acme']);
  });

  it('names the paying account where that is not the person', async () => {
    await giveSubscription(world, 'org_1');
    const claims = await claimsOf({ userId: 'org_1', subject: 'u_1' });
    assert.deepEqual([claims.sub, claims['account_id'], claims['plan']], ['u_1', 'org_1', 'pro']);
    assert.equal((await claimsOf())['account_id'], undefined);
  });

  it('is not made from a session that is over', async () => {
    await assert.rejects(mint({ notAfter: world.clock() / 1000 }), { code: 'token_expired', status: 401 });
  });

  it('is not made at all while the store cannot be read: 503, and never a free plan', async () => {
    await giveSubscription(world, 'u_1');
    await keyringOf(world.deps).prepare();
    await world.store.read.destroy();
    await assert.rejects(mint(), (error: { code: string; status: number; retryAfter: number }) => {
      assert.deepEqual([error.code, error.status], ['unavailable', 503]);
      assert.ok(error.retryAfter > 0);
      return true;
    });
  });

  it('says only for half a minute at a time what was to have ended and Stripe does not answer for', async () => {
    await giveSubscription(world, 'u_1', { cancelAt: world.clock() + 60_000 });
    await world.store.write((tx) =>
      tx
        .insertInto('customer')
        .values({
          account: 'test',
          customer_id: 'cus_1',
          project_id: 'acme',
          user_id: 'u_1',
          is_current: 1,
          retry_at: null,
          created_at: world.clock(),
        })
        .execute(),
    );
    world.clock.advance(120_000);
    const { token, expiresIn } = await mint();
    assert.deepEqual([decodeJwt(token)['plan'], expiresIn], ['pro', 30]);
    assert.deepEqual(
      world.log.entries
        .map(({ fields }) => (fields as { event: string }).event)
        .filter((event) => event === 'reread_failed'),
      ['reread_failed'],
    );
  });
});

describe('the end of an access token (R29.2)', () => {
  let world: TokenWorld;
  let users = 0;
  before(async () => {
    world = await openTokenWorld({ project: { token: { ttl: 3600 } } });
  });
  after(() => world.close());

  /** Something that ends by itself, `seconds` from now. */
  const endings: Record<string, (end: number) => Partial<Subscription>> = {
    cancelling: (end) => ({ cancelAt: end }),
    trial: (end) => ({ status: 'trialing', trialEnd: end }),
    grace: (end) => ({ status: 'past_due', pastDueSince: end - 7 * day }),
    'scheduled downgrade': (end) => ({
      scheduled: { plan: 'free', billing_cycle: null, at: new Date(end).toISOString() },
    }),
    'nothing that ends': () => ({}),
  };

  it('is the first of: its time to live, the session it came from, the entitlement and half a minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(endings)),
        fc.integer({ min: 1, max: 7200 }),
        fc.integer({ min: 1, max: 7200 }),
        fc.integer({ min: 0, max: 999 }),
        async (kind, endsIn, sessionEndsIn, milliseconds) => {
          world.clock.set(Math.ceil(world.clock() / 1000) * 1000 + milliseconds);
          const now = Math.floor(world.clock() / 1000);
          const userId = `u_${users++}`;
          await giveSubscription(world, userId, endings[kind]?.((now + endsIn) * 1000) ?? {});
          const notAfter = now + sessionEndsIn;
          const issued = await issueToken(world.deps, world.project, {
            userId,
            subject: userId,
            keptClaims: {},
            notAfter,
          });
          const { exp, iat, plan } = decodeJwt<{ plan: string }>(issued.token);
          const entitled = kind === 'nothing that ends' ? Infinity : now + endsIn + 30;
          assert.equal(plan, 'pro');
          assert.equal(exp, Math.min(now + 3600, notAfter, entitled));
          assert.equal(issued.expiresIn, (exp ?? 0) - (iat ?? 0));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is no later than an assignment’s', async () => {
    const expiresAt = world.clock() + 100_000;
    await world.store.write(async (tx) => {
      await tx
        .insertInto('assignment')
        .values({
          project_id: 'acme',
          user_id: 'u_assigned',
          plan: 'team',
          billing_cycle: null,
          source: 'api',
          free_selection: 0,
          expires_at: expiresAt,
          created_at: world.clock(),
        })
        .execute();
      await storePlanState(tx, world.project, 'u_assigned', momentOf(world.deps, world.project));
    });
    const request = {
      userId: 'u_assigned',
      subject: 'u_assigned',
      keptClaims: {},
      notAfter: world.clock() / 1000 + 7200,
    };
    const claims = decodeJwt((await issueToken(world.deps, world.project, request)).token);
    assert.deepEqual([claims['plan'], claims.exp], ['team', Math.floor(expiresAt / 1000) + 30]);
    world.clock.set(expiresAt);
    const later = decodeJwt((await issueToken(world.deps, world.project, request)).token);
    assert.equal(later['plan'], 'free');
  });
});
