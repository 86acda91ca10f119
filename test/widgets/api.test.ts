/** The client of `/v1`: what it makes of answers that are no good. */

import { expect } from '@open-wc/testing';
import { BillingApi } from '../../widgets/client/api.ts';
import type { BillingError } from '../../widgets/client/errors.ts';
import { safeUrl } from '../../widgets/client/navigate.ts';
import type { Fault } from './peer/peer.ts';
import { issuerToken, newProject, peerUrl } from './support/peer.ts';

async function failureOf(fault: Omit<Fault, 'path'>): Promise<BillingError> {
  const project = await newProject({ faults: [{ path: '/v1/subscription', ...fault }] });
  const api = new BillingApi({ apiUrl: peerUrl, projectId: project.id });
  return api.subscription(issuerToken()).then(
    () => expect.fail('it should have failed'),
    (error: BillingError) => error,
  );
}

describe('api', () => {
  it('reads a problem document (RFC 9457)', async () => {
    const error = await failureOf({ status: 409, body: { code: 'manage', detail: 'There is one.', title: 'No' } });
    expect(error).to.include({ name: 'BillingError', code: 'manage', status: 409, message: 'There is one.' });
    expect(error.isTemporary).to.equal(false);
  });

  it('reads an OAuth error (RFC 6749)', async () => {
    const body = { error: 'invalid_grant', error_description: 'Too old.' };
    expect(await failureOf({ status: 400, body })).to.include({ code: 'invalid_grant', message: 'Too old.' });
  });

  it('reads how long to wait', async () => {
    const error = await failureOf({ status: 503, headers: { 'retry-after': '7' } });
    expect(error).to.include({ retryAfter: 7, isTemporary: true });
    const date = new Date(Date.now() + 30_000).toUTCString();
    const later = await failureOf({ status: 503, headers: { 'retry-after': date } });
    expect(later.retryAfter).to.be.within(27, 31);
  });

  it('makes do with an answer that says nothing', async () => {
    expect(await failureOf({ status: 502, body: 'bad gateway' })).to.include({ code: 'http_502', status: 502 });
    expect(await failureOf({ status: 200, body: 'fine' })).to.include({ code: 'invalid_answer' });
  });

  it('says that nobody answered', async () => {
    expect(await failureOf({ status: 0, drop: true })).to.include({ code: 'network', status: 0, isTemporary: true });
  });

  it('works under any prefix (R42.2)', async () => {
    const project = await newProject();
    const api = new BillingApi({ apiUrl: `${peerUrl}/prefix`, projectId: project.id });
    expect((await api.catalogue()).plans.length).to.equal(3);
  });
});

describe('where the elements may send a browser (R11.4)', () => {
  for (const address of [
    'https://checkout.stripe.com/c/pay/x',
    'http://localhost:8788/x',
    'http://127.0.0.1/x',
    'http://[::1]:1/x',
    'http://app.localhost/',
  ]) {
    it(`to ${address}`, () => {
      expect(safeUrl(address).href).to.equal(new URL(address).href);
    });
  }
  for (const address of [
    'http://example.com/',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://x/y',
    'ftp://x/',
    '/checkout',
    '',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://notlocalhost/',
  ]) {
    it(`not to ${address || 'nowhere'}`, () => {
      expect(() => safeUrl(address))
        .to.throw()
        .with.property('code', 'unsafe_url');
    });
  }
});
