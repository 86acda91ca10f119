/** Which project a token belongs to, who the person is, and which account pays. */

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { PlanclaimError } from '../../../server/errors.ts';
import { issueFor } from '../../../server/tokens/issue.ts';
import { identifyCaller, type IdentifyOptions } from '../../../server/tokens/project-of.ts';
import { testProject } from '../support/project.ts';
import { openTokenWorld, providerIssuer, type TokenWorld, type TokenWorldOptions } from '../support/tokens.ts';

let world: TokenWorld;
const open = async (options: TokenWorldOptions = {}) => {
  world = await openTokenWorld(options);
};
const identify = (token: string, options?: IdentifyOptions) => identifyCaller(world.deps, token, options);
const refusal = (token: string, options?: IdentifyOptions): Promise<[string, number]> =>
  identify(token, options).then(
    () => assert.fail('The token was accepted.'),
    ({ code, status }: PlanclaimError): [string, number] => [code, status],
  );
const ours = async (claims: Record<string, unknown> = {}, options?: IdentifyOptions) =>
  (await issueFor(world.deps, await identify(await world.provider.sign(claims), options))).token;
afterEach(() => world.close());

describe('the project of a token', () => {
  it('is the one that lists its issuer and audience', async () => {
    await open({
      projects: (provider) => [
        testProject({ issuers: [providerIssuer(provider)] }),
        testProject({ id: 'beta', issuers: [providerIssuer(provider, { audience: ['beta-app'] })] }),
      ],
    });
    assert.equal((await identify(await world.provider.sign())).project.id, 'acme');
    assert.equal((await identify(await world.provider.sign({ aud: 'beta-app' }))).project.id, 'beta');
    assert.deepEqual(await refusal(await world.provider.sign({ aud: 'beta-app' }), { projectId: 'acme' }), [
      'issuer_unknown',
      401,
    ]);
  });

  it('has to be named where several list the issuer', async () => {
    await open({
      projects: (provider) => [
        testProject({ issuers: [providerIssuer(provider)] }),
        testProject({ id: 'beta', issuers: [providerIssuer(provider)] }),
      ],
    });
    const token = await world.provider.sign();
    assert.deepEqual(await refusal(token), ['project_required', 400]);
    assert.equal((await identify(token, { projectId: 'beta' })).project.id, 'beta');
    assert.deepEqual(await refusal(token, { projectId: 'gamma' }), ['project_unknown', 404]);
    // One of ours says it by itself.
    const own = await ours({}, { projectId: 'beta' });
    assert.equal((await identify(own)).project.id, 'beta');
    assert.deepEqual(await refusal(own, { projectId: 'acme' }), ['project_mismatch', 401]);
  });

  it('is nobody’s when its issuer is not listed by the project that is named', async () => {
    await open({
      projects: (provider) => [testProject({ issuers: [providerIssuer(provider)] }), testProject({ id: 'beta' })],
    });
    assert.deepEqual(await refusal(await world.provider.sign(), { projectId: 'beta' }), ['issuer_unknown', 401]);
  });
});

describe('a token of ours', () => {
  it('speaks for the same person and keeps what they brought', async () => {
    await open();
    const caller = await identify(await ours({ role: 'admin', email: 'a@b.test' }));
    assert.deepEqual(
      [caller.kind, caller.userId, caller.subject, caller.claims['role']],
      ['planclaim', 'u_1', 'u_1', 'admin'],
    );
    assert.equal(caller.expiresAt, world.clock() / 1000 + 300);
  });

  it('is refused after its end, changed, or made for an audience that the project no longer has', async () => {
    await open();
    const token = await ours();
    const [header, , signature] = token.split('.');
    const [, other] = (await ours({ sub: 'u_2' })).split('.');
    assert.deepEqual(await refusal([header, other, signature].join('.')), ['token_invalid', 401]);
    world.clock.advance(330_000);
    assert.deepEqual(await refusal(token), ['token_expired', 401]);
  });

  it('is refused at another backend, though its name of the project is the same', async () => {
    await open();
    const token = await ours();
    const mine = world;
    await open();
    assert.deepEqual(await refusal(token), ['issuer_unknown', 401]);
    await mine.close();
  });
});

describe('the account that pays', () => {
  const withOrganisations: TokenWorldOptions = {
    issuer: { payerClaim: 'org_id', billingRole: { claim: 'org_role', values: ['owner', 'billing'] } },
  };

  it('is the organisation of the token, where the issuer names its claim; the person stays the person', async () => {
    await open(withOrganisations);
    const caller = await identify(await world.provider.sign({ org_id: 'org_1', org_role: 'member' }));
    assert.deepEqual([caller.userId, caller.subject, caller.accountId], ['org_1', 'u_1', 'org_1']);
  });

  it('stays the same through tokens of ours', async () => {
    await open(withOrganisations);
    const own = await ours({ org_id: 'org_1', org_role: 'member' });
    const caller = await identify(own);
    assert.deepEqual([caller.userId, caller.subject, caller.accountId], ['org_1', 'u_1', 'org_1']);
  });

  it('is the person without an organisation', async () => {
    await open(withOrganisations);
    for (const org_id of [undefined, null, '']) {
      assert.equal((await identify(await world.provider.sign({ org_id }))).userId, 'u_1');
    }
    assert.equal((await identify(await world.provider.sign({ org_id: 42 }))).userId, '42');
    assert.deepEqual(await refusal(await world.provider.sign({ org_id: { id: 'org_1' } })), ['token_invalid', 401]);
  });

  it('cannot be named by a claim of the caller’s own', async () => {
    await open();
    const forged = { account_id: 'org_9', org_id: 'org_9', client_id: 'beta', can_manage_billing: true };
    assert.equal((await identify(await world.provider.sign(forged))).userId, 'u_1');
    assert.equal((await identify(await ours(forged))).userId, 'u_1');
  });

  it('is managed only by members who hold a role for it, through tokens of ours as well', async () => {
    await open({ ...withOrganisations, project: { token: { keep: [] } } });
    for (const [org_role, allowed] of [
      ['owner', true],
      [['member', 'billing'], true],
      ['member', false],
      [undefined, false],
    ] as const) {
      const claims = { org_id: 'org_1', org_role };
      assert.equal((await identify(await world.provider.sign(claims))).canManageBilling, allowed);
      assert.equal((await identify(await ours(claims))).canManageBilling, allowed);
      assert.equal((await identify(await ours({ ...claims, can_manage_billing: true }))).canManageBilling, allowed);
    }
  });

  it('is managed by the person themself without an organisation', async () => {
    await open(withOrganisations);
    assert.equal((await identify(await ours())).canManageBilling, true);
  });

  it('needs the role from everybody where no organisation pays', async () => {
    await open({ issuer: { billingRole: { claim: 'role', values: ['admin'] } } });
    assert.equal((await identify(await world.provider.sign())).canManageBilling, false);
    assert.equal((await identify(await world.provider.sign({ role: 'admin' }))).canManageBilling, true);
  });
});
