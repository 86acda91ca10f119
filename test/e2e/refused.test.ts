/** What does not lead to a plan: a declined card, a change of mind, somebody else's payment, and links that ask for too much. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { planOf, signInByHttp, type Person } from './support/person.ts';
import { cards, choose, newEmail, payWith, planCard, signIn, tokenSays } from './support/shopper.ts';
import { customerOf, payUnseen, sandboxSdk } from './support/stripe-events.ts';
import { startWorld, type World } from './support/world.ts';

describe('no plan without a payment of one’s own', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.close());

  it('keeps a declined card on the page, with no subscription and the plan as it was', async () => {
    const page = await world.newPage();
    const email = newEmail();
    await signIn(page, world.demo.url, { email });
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await payWith(page, cards.declined);
    await page
      .getByText(/card was declined/i)
      .first()
      .waitFor();
    assert.ok(page.url().startsWith(world.sandboxUrl), `left the checkout for ${page.url()}`);

    const person = await signInByHttp(world, email);
    const { plan, version } = await planOf(world.backendUrl, person.id);
    assert.equal(plan, 'free');
    const sessionId = /cs_test_\w+/.exec(page.url())?.[0] ?? '';
    const stripe = sandboxSdk(world.sandboxUrl);
    const customer = await customerOf(stripe, sessionId);
    assert.deepEqual((await stripe.subscriptions.list({ customer, status: 'all' })).data, []);

    // The same page takes the next card.
    await payWith(page, cards.good);
    await page.waitForURL(`${world.demo.url}/app?checkout=done`);
    await tokenSays(page, { plan: 'pro' });
    assert.equal((await planOf(world.backendUrl, person.id))['version'], Number(version) + 1);
    await page.context().close();
  });

  it('goes back without a charge when the visitor cancels, and the picker is ready again (R41.1)', async () => {
    const page = await world.newPage();
    const email = newEmail();
    await signIn(page, world.demo.url, { email });
    await choose(page, 'Pro', 'Monthly');
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await page.locator(`a[href^="${world.demo.url}"]`).first().click();
    await page.waitForURL(`${world.demo.url}/?checkout=canceled**`);
    await page.getByText('Nothing was charged and your plan is as it was.').waitFor();
    const button = planCard(page, 'Pro').getByRole('button');
    await button.waitFor();
    assert.equal(await button.isEnabled(), true);
    await tokenSays(page, { plan: 'free', billing_cycle: 'null' });
    const person = await signInByHttp(world, email);
    assert.equal((await planOf(world.backendUrl, person.id))['plan'], 'free');
    await page.context().close();
  });

  it('refuses to return with somebody else’s session (R6.3)', async () => {
    const [payer, thief] = [await signInByHttp(world, newEmail()), await signInByHttp(world, newEmail())];
    const { sessionId } = await payer.checkout();
    await payUnseen(world.sandboxUrl, sessionId);
    const stolen = await thief.call(`/checkout/return?session_id=${sessionId}`);
    assert.deepEqual([stolen.status, stolen.json['code']], [403, 'checkout_session_foreign']);
    assert.equal((await planOf(world.backendUrl, thief.id))['plan'], 'free');
  });

  it('gives the browser of somebody else nothing, whatever session it returns with (R6.3)', async () => {
    const payer = await signInByHttp(world, newEmail());
    const { sessionId } = await payer.checkout();
    await payUnseen(world.sandboxUrl, sessionId);
    const page = await world.newPage();
    await signIn(page, world.demo.url, { email: newEmail() });
    await page.goto(`${world.backendUrl}/checkout/return?session_id=${sessionId}`);
    await page.goto(`${world.demo.url}/account`);
    await tokenSays(page, { plan: 'free' });
    assert.equal((await planOf(world.backendUrl, payer.id))['plan'], 'pro');
    await page.context().close();
  });

  it('grants nothing for a session that is open, or that was never made here (R6.3)', async () => {
    const person = await signInByHttp(world, newEmail());
    const { sessionId } = await person.checkout();
    const open = await person.call(`/checkout/return?session_id=${sessionId}`);
    const unknown = await person.call('/checkout/return?session_id=cs_test_unheard_of');
    assert.deepEqual([open.status, unknown.status], [409, 404]);
    assert.equal((await planOf(world.backendUrl, person.id))['plan'], 'free');
  });

  const bareLink = (person: Pick<Person, 'id'>, changes: Record<string, string> = {}): string =>
    `${world.backendUrl}/checkout?${new URLSearchParams({
      project_id: 'driftboard',
      plan: 'pro',
      billing_cycle: 'monthly',
      user_id: person.id,
      success_url: `${world.demo.url}/app`,
      cancel_url: `${world.demo.url}/`,
      ...changes,
    })}`;

  it('shows an error page for a bare link with a foreign success_url, and redirects nowhere (R11.3)', async () => {
    const page = await world.newPage();
    const visited: string[] = [];
    page.on('request', (request) => visited.push(new URL(request.url()).origin));
    const answer = await page.goto(bareLink({ id: 'usr_new' }, { success_url: 'https://evil.example/app' }));
    assert.equal(answer?.status(), 400);
    assert.match(answer?.headers()['content-type'] ?? '', /^text\/html/);
    assert.deepEqual([...new Set(visited)], [world.backendUrl]);
    assert.match(await page.locator('body').innerText(), /not on the list/);
    await page.context().close();
  });

  it('refuses a bare link in the name of somebody who has a subscription', async () => {
    const person = await signInByHttp(world, newEmail());
    const { sessionId } = await person.checkout();
    await payUnseen(world.sandboxUrl, sessionId);
    await person.call(`/checkout/return?session_id=${sessionId}`);
    const before = await planOf(world.backendUrl, person.id);
    assert.equal(before['plan'], 'pro');

    const page = await world.newPage();
    const answer = await page.goto(bareLink(person, { plan: 'team', quantity: '2' }));
    assert.equal(answer?.status(), 409);
    assert.equal(page.url().startsWith(world.backendUrl), true);
    assert.deepEqual(await planOf(world.backendUrl, person.id), before);
    await page.context().close();
  });

  it('takes a bare link of somebody new to the checkout, through the demo and back', async () => {
    const page = await world.newPage();
    const person = await signInByHttp(world, newEmail());
    await page.goto(bareLink(person));
    await page.waitForURL(`${world.sandboxUrl}/**`);
    await payWith(page, cards.good);
    await page.waitForURL(`${world.demo.url}/**`);
    assert.equal((await planOf(world.backendUrl, person.id))['plan'], 'pro');
    await page.context().close();
  });
});
