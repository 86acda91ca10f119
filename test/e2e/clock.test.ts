/** The demo's clock panel: time passes for a subscriber, and the page says what that did. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { happened, openClock, passTime } from './support/clock.ts';
import { subscribeByHttp } from './support/person.ts';
import { cards, choose, newEmail, payWith, signIn, tokenSays } from './support/shopper.ts';
import { expectText } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

describe('the clock panel of the demo', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  it('moves to the renewal, and tells that it was paid', async () => {
    const email = newEmail();
    await subscribeByHttp(world, email);
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email, to: '/app' });
    await tokenSays(page, { plan: 'pro', plan_status: 'active' });
    await passTime(page, /^To the renewal/);
    await expectText(happened(page).first(), /Renewed and paid \$19\.00\./);
    await passTime(page, '1 month');
    assert.equal(await happened(page).count(), 2);
    // It is kept for the next page, where the clock goes on.
    await page.goto(`${world.demo.url}/account`);
    await expectText(happened(page).nth(1), /Renewed and paid \$19\.00\./);
    await passTime(page, '1 day');
    await page.getByText(/^Nothing happened until/).waitFor();
    await page.context().close();
  });

  it('takes a trial to its end, where the first payment makes it a paid plan', async () => {
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email: newEmail() });
    await choose(page, 'Team', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await payWith(page, cards.good);
    await page.waitForURL(`${world.demo.url}/app?checkout=done`);
    await tokenSays(page, { plan: 'team', plan_status: 'trialing' });
    await passTime(page, '1 week');
    assert.equal(await happened(page).count(), 0);
    await passTime(page, /^To the end of trial/);
    // Newest first; two seats.
    await expectText(happened(page).nth(0), /Renewed and paid \$58\.00\./);
    await expectText(happened(page).nth(1), /Trial over\./);
    await expectText(happened(page).nth(2), /Notice: the trial ends on/);
    await tokenSays(page, { plan: 'team', plan_status: 'active' });
    await page.context().close();
  });

  it('moves for a visitor who is not signed in too, and tells them nothing of others', async () => {
    await subscribeByHttp(world, newEmail());
    const page = await world.newPage();
    await page.goto(`${world.demo.url}/`);
    const panel = await openClock(page);
    const date = panel.locator('[data-clock-date]');
    await expectText(date, /\d{4}/);
    const before = await date.textContent();
    await passTime(page, '1 month');
    assert.notEqual(await date.textContent(), before);
    assert.equal(await happened(page).count(), 0);
    await page.context().close();
  });

  it('refuses a step that it does not know, and one that another site’s form could send', async () => {
    const post = (body: string, type: string): Promise<Response> =>
      fetch(`${world.demo.url}/api/clock`, { method: 'POST', headers: { 'content-type': type }, body });
    const before = await (await fetch(`${world.sandboxUrl}/_sandbox/clock`)).json();
    const answers = await Promise.all([
      post('{"by":"year"}', 'application/json'),
      post('nonsense', 'application/json'),
      post('{"by":"next"}', 'application/json'),
      post('{"by":"month"}', 'text/plain'),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 403],
    );
    const { offset } = (await (await fetch(`${world.sandboxUrl}/_sandbox/clock`)).json()) as { offset: number };
    assert.equal(offset, (before as { offset: number }).offset);
  });
});
