/** The hosted portal page in the browser: a card that failed is replaced in Stripe's portal, and all is well on return. */

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import Stripe from 'stripe';
import { callBackend, planOf, subscribeByHttp } from './support/person.ts';
import { apiKey, startWorld, type World } from './support/world.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

it('shows what is owed, leads to the card, pays with the new one, and comes back to itself (R21.3)', async () => {
  const { id: userId } = await subscribeByHttp(world, 'grace@example.test');
  await nextMonthTheCardIsRefused();
  const deadline = performance.now() + 10_000;
  while ((await planOf(world.backendUrl, userId))['status'] !== 'past_due' && performance.now() < deadline);

  const page = await world.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const { json } = await callBackend(world.backendUrl, '/v1/links', {
    method: 'POST',
    token: apiKey,
    body: { type: 'portal', user_id: userId, return_url: `${world.demo.url}/` },
  });
  await page.goto(String(json['url']));
  const own = page.url();
  assert.ok(!own.includes(userId) && own.startsWith(`${world.backendUrl}/portal?`), own);

  await page.locator('subscription-manager').getByText('Past due').first().waitFor();
  await page.locator('subscription-manager').getByRole('button', { name: 'Update' }).first().click();
  await page.getByLabel('Card number').fill('5555555555554444');
  await page.getByLabel('Expiry').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Grace Hopper');
  await page.getByLabel('Country').selectOption('DE');
  await page.getByRole('button', { name: 'Save card' }).click();

  await page.waitForURL(own);
  await page.locator('subscription-manager').getByText('Active').first().waitFor();
  const { plan, status } = await planOf(world.backendUrl, userId);
  assert.deepEqual([plan, status], ['pro', 'active']);
  await page.getByRole('link', { name: 'Back to Driftboard' }).click();
  await page.waitForURL(`${world.demo.url}/`);
  assert.deepEqual(complaints, []);
});

/** The subscription's card is one that is refused from now on; then the sandbox's time goes on by a month. */
async function nextMonthTheCardIsRefused(): Promise<void> {
  const { hostname, port } = new URL(world.sandboxUrl);
  const stripe = new Stripe('sk_test_e2e', { host: hostname, port, protocol: 'http', telemetry: false });
  const [subscription] = (await stripe.subscriptions.list()).data;
  assert.ok(subscription);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: String(subscription.customer),
  });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  const moved = await fetch(`${world.sandboxUrl}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance_seconds: 31 * 86_400 + 7200 }),
  });
  assert.equal(moved.status, 200);
}
