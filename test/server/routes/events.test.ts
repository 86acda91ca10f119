/** `GET /v1/events`: what changed, as it changes, and taken up where it broke off. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PlanState } from '../../../server/billing/plan-state.ts';
import { startBackend, type Backend } from '../support/backend.ts';
import { testSecretKey } from '../support/project.ts';

interface Received {
  readonly id: string;
  readonly state: PlanState;
}

/** Reads `plan` events of an open stream, one at a time. */
async function* planEvents(response: Response): AsyncGenerator<Received> {
  let text = '';
  for await (const chunk of (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
      if (field('event') === 'plan') yield { id: field('id'), state: JSON.parse(field('data')) as PlanState };
    }
  }
}

describe('live plan events', () => {
  let backend: Backend;
  before(async () => {
    backend = await startBackend({ project: { payments: 'none' } });
  });
  after(() => backend.close());

  const open = async (userId: string, headers: Record<string, string> = {}) => {
    const abort = new AbortController();
    const response = await fetch(`${backend.publicUrl}/v1/events?project_id=acme`, {
      headers: { authorization: `Bearer ${await backend.userToken(userId)}`, ...headers },
      signal: abort.signal,
    });
    const events = planEvents(response);
    return {
      response,
      next: async () => (await events.next()).value as Received,
      close: () => abort.abort(),
    };
  };
  const assign = (userId: string, plan: string) =>
    backend.call(`/v1/users/${userId}/plan`, { method: 'PUT', token: testSecretKey, body: { plan } });

  it('tell the plan at once and every change after it', async () => {
    const stream = await open('u_1');
    assert.equal(stream.response.headers.get('content-type'), 'text/event-stream');
    assert.equal((await stream.next()).state.plan, 'free');
    await assign('u_1', 'pro');
    const { id, state } = await stream.next();
    assert.deepEqual([state.plan, id], ['pro', String(state.version)]);
    stream.close();
  });

  it('begin after Last-Event-ID, so that nothing is told twice and nothing is missed', async () => {
    await assign('u_2', 'pro');
    const { version } = await backend.planOf('u_2');
    const stream = await open('u_2', { 'last-event-id': String(version) });
    await assign('u_2', 'team');
    assert.equal((await stream.next()).state.plan, 'team');
    stream.close();

    await assign('u_2', 'free');
    const again = await open('u_2', { 'last-event-id': String(version + 1) });
    assert.equal((await again.next()).state.plan, 'free');
    again.close();
  });

  it('begin with the plan as it is where Last-Event-ID is of no state that there ever was', async () => {
    await assign('u_4', 'pro');
    for (const id of ['999999', 'garbage', '-1']) {
      const stream = await open('u_4', { 'last-event-id': id });
      assert.equal((await stream.next()).state.plan, 'pro', id);
      await assign('u_4', 'team');
      assert.equal((await stream.next()).state.plan, 'team', id);
      await assign('u_4', 'pro');
      stream.close();
    }
  });

  it("tell nobody of anybody else's", async () => {
    const stream = await open('u_3');
    assert.equal((await stream.next()).state.user_id, 'u_3');
    await assign('u_other', 'team');
    await assign('u_3', 'pro');
    assert.equal((await stream.next()).state.plan, 'pro');
    stream.close();
  });

  it('are not kept ready for who only asks for the head', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const token = await backend.userToken('u_5');
    const head = () => backend.call('/v1/events?project_id=acme', { method: 'HEAD', token });
    const before = timers();
    for (let count = 0; count < 30; count++) {
      const { status, headers } = await head();
      assert.deepEqual([status, headers.get('content-type')], [200, 'text/event-stream']);
    }
    assert.ok(timers() - before < 30, `${timers() - before} timers are left`);
  });

  it('are for signed-in callers', async () => {
    assert.equal((await backend.call('/v1/events?project_id=acme')).status, 401);
  });
});
