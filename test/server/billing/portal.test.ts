/** Stripe's customer portal: one healed configuration, flows with named refusals, and what follows on the way back (T28, R9.3, R10.2, R21). */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { startBackend, type Answer, type Backend } from '../support/backend.ts';
import { testIssuer, testPlans } from '../support/project.ts';

const back = 'https://app.acme.test/account?tab=billing';

let backend: Backend;
let user = 0;
const newUser = (): string => `u_${++user}`;

const portal = async (userId: string, flow?: string, returnUrl = back): Promise<Answer> =>
  backend.call('/v1/portal', {
    method: 'POST',
    token: await backend.userToken(userId),
    body: { return_url: returnUrl, ...(flow && { flow }) },
  });

const subscribe = async (userId: string, order: Record<string, unknown> = {}): Promise<Stripe.Subscription> => {
  const session = await backend.checkout(userId, order);
  await backend.pay(session.id);
  assert.equal((await backend.call(`/checkout/return?session_id=${session.id}`)).status, 303);
  const { subscription } = await backend.stripe.checkout.sessions.retrieve(session.id);
  return backend.stripe.subscriptions.retrieve(String(subscription));
};

const configurations = async (): Promise<Stripe.BillingPortal.Configuration[]> =>
  (await backend.stripe.billingPortal.configurations.list({ limit: 100 })).data;

/** What was sent to Stripe since, by method and path. */
const requests = async (): Promise<string[]> => {
  const log = await fetch(`${backend.sandboxUrl}/_sandbox/requests`);
  const { data } = (await log.json()) as { data: { method: string; path: string }[] };
  return data.map(({ method, path }) => `${method} ${path}`);
};
const forgetRequests = () => fetch(`${backend.sandboxUrl}/_sandbox/requests`, { method: 'DELETE' });

/** The session that an address of the portal opens, as it was asked for. */
const sessionOf = async (): Promise<Record<string, unknown>> => {
  const log = await fetch(`${backend.sandboxUrl}/_sandbox/requests`);
  const { data } = (await log.json()) as { data: { path: string; params: Record<string, unknown> }[] };
  return data.findLast(({ path }) => path === '/v1/billing_portal/sessions')?.params ?? {};
};

const comeBack = async (): Promise<Answer> => backend.call(String((await sessionOf())['return_url']));

const advance = (seconds: number) =>
  fetch(`${backend.sandboxUrl}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance_seconds: seconds }),
  });

/** A card on the customer. */
const attach = (customer: unknown, card: string): Promise<Stripe.PaymentMethod> =>
  backend.stripe.paymentMethods.attach(card, { customer: String(customer) });

describe('the portal configuration', () => {
  before(async () => {
    backend = await startBackend({
      project: {
        plans: testPlans.map((plan) => (plan.id === 'pro' ? { ...plan, legacyPrices: ['price_old'] } : plan)),
      },
    });
    await subscribe('u_first');
  });
  after(() => backend.close());

  it('is one, however many visits there are and however many come at once (R28.1)', async () => {
    await forgetRequests();
    const answers = await Promise.all(Array.from({ length: 6 }, () => portal('u_first')));
    answers.push(await portal('u_first'), await portal('u_first'));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map(({ json }) => json['url'])).size, 8);
    const sent = await requests();
    assert.equal(sent.filter((line) => line === 'POST /v1/billing_portal/sessions').length, 8);
    assert.equal(sent.filter((line) => line === 'POST /v1/billing_portal/configurations').length, 1);
    assert.equal((await configurations()).length, 1);
  });

  it('offers the plans that are sold, downgrades at the end of the period, and nobody a way in by e-mail (R10.2, R23.3)', async () => {
    await portal('u_first');
    const [one] = await configurations();
    const { features, login_page: login } = await backend.stripe.billingPortal.configurations.retrieve(
      String(one?.id),
      {
        expand: ['features.subscription_update.products'],
      },
    );
    const prices = (await backend.stripe.prices.list({ limit: 100, active: true })).data;
    const keyOf = (id: string) => prices.find((price) => price.id === id)?.lookup_key;
    const { subscription_update: update, subscription_cancel: cancel } = features;
    assert.deepEqual(
      update.products?.map((product) => product.prices.map(keyOf)),
      [
        ['acme_pro_monthly', 'acme_pro_yearly'],
        ['acme_team_monthly', 'acme_team_yearly'],
      ],
    );
    assert.deepEqual(
      update.products?.map(({ adjustable_quantity: seats }) => [seats.enabled, seats.minimum, seats.maximum]),
      [
        [true, 1, 1],
        [true, 2, 500],
      ],
    );
    assert.deepEqual(
      update.schedule_at_period_end.conditions.map(({ type }) => type),
      ['decreasing_item_amount', 'shortening_interval'],
    );
    assert.deepEqual(
      [update.proration_behavior, cancel.mode, login.enabled],
      ['always_invoice', 'at_period_end', false],
    );
  });

  it('is mended when somebody changed or deactivated it (R28.2)', async () => {
    const [one] = await configurations();
    const id = String(one?.id);
    await backend.stripe.billingPortal.configurations.update(id, {
      features: { subscription_cancel: { mode: 'immediately' } },
    });
    assert.equal((await portal('u_first')).status, 200);
    const mended = await backend.stripe.billingPortal.configurations.retrieve(id);
    assert.equal(mended.features.subscription_cancel.mode, 'at_period_end');

    await backend.stripe.billingPortal.configurations.update(id, { active: false });
    assert.equal((await portal('u_first')).status, 200);
    assert.equal((await backend.stripe.billingPortal.configurations.retrieve(id)).active, true);
    assert.equal((await configurations()).length, 1);
  });

  it('is found again by a database that has forgotten it, and made again when Stripe has (R28.2)', async () => {
    const [one] = await configurations();
    await backend.store.write((tx) => tx.deleteFrom('portal_configuration').execute());
    assert.equal((await portal('u_first')).status, 200);
    assert.equal((await configurations()).length, 1);

    await backend.stripe.billingPortal.configurations.update(String(one?.id), { active: false });
    await backend.store.write((tx) =>
      tx.updateTable('portal_configuration').set({ configuration_id: 'bpc_gone' }).execute(),
    );
    assert.equal((await portal('u_first')).status, 200);
    const active = (await configurations()).filter((configuration) => configuration.active);
    assert.equal(active.length, 1);
    const stored = await backend.store.read.selectFrom('portal_configuration').selectAll().executeTakeFirstOrThrow();
    assert.equal(stored.configuration_id, active[0]?.id);
  });

  it('is written once and not at every visit', async () => {
    await portal('u_first');
    await forgetRequests();
    await portal('u_first');
    assert.deepEqual(
      (await requests()).filter((line) => line.startsWith('POST') && line.includes('configurations')),
      [],
    );
  });
});

describe('a visit to the portal', () => {
  before(async () => {
    backend = await startBackend({ project: { pastDueGraceDays: 5 } });
  });
  after(() => backend.close());

  it('is not for who never bought anything, nor for whose customer is deleted, and makes nothing (R9.3)', async () => {
    await forgetRequests();
    const nobody = await portal(newUser());
    assert.deepEqual([nobody.status, nobody.json['code']], [409, 'no_billing_account']);
    assert.deepEqual(await requests(), []);

    const userId = newUser();
    const { customer } = await subscribe(userId);
    await backend.stripe.customers.del(String(customer));
    const customers = (await backend.stripe.customers.list({ limit: 100 })).data.length;
    const gone = await portal(userId);
    assert.deepEqual([gone.status, gone.json['code']], [409, 'no_billing_account']);
    assert.equal((await backend.stripe.customers.list({ limit: 100 })).data.length, customers);
  });

  it('comes back only to addresses that the project lists (R11.3)', async () => {
    const userId = newUser();
    await subscribe(userId);
    for (const url of [
      'https://evil.test/',
      'https://app.acme.test.evil.test/',
      '//evil.test',
      `${backend.publicUrl}/select?project_id=acme`,
    ]) {
      const { status, json } = await portal(userId, undefined, url);
      assert.deepEqual([status, json['code']], [400, 'redirect_not_allowed'], url);
    }
  });

  it('is for members with the billing role', async () => {
    const own = await startBackend({
      project: {
        issuers: [
          testIssuer({
            secret: 'a shared secret of the issuer, long enough for HS256',
            billingRole: { claim: 'org_role', values: ['owner'] },
          }),
        ],
      },
    });
    const { status, json } = await own.call('/v1/portal', {
      method: 'POST',
      token: await own.userToken('u_1', { org_role: 'member' }),
      body: { return_url: back },
    });
    assert.deepEqual([status, json['code']], [403, 'billing_role_required']);
    await own.close();
  });

  it('goes straight to what it is for, and back when that is done', async () => {
    const userId = newUser();
    const { id } = await subscribe(userId);
    for (const [flow, subscription] of [
      ['payment_method_update', undefined],
      ['subscription_cancel', id],
      ['subscription_update', id],
    ] as const) {
      assert.equal((await portal(userId, flow)).status, 200);
      const { flow_data: sent, return_url: returnUrl } = (await sessionOf()) as {
        flow_data: Record<string, Record<string, unknown>>;
        return_url: string;
      };
      assert.equal(sent['type'], flow);
      assert.deepEqual(sent['after_completion'], { type: 'redirect', redirect: { return_url: returnUrl } });
      assert.equal(sent[flow]?.['subscription'], subscription);
      assert.ok(returnUrl.startsWith(`${backend.publicUrl}/portal/return?`));
    }
  });

  it('is refused by name where Stripe would refuse the flow', async () => {
    const code = async (userId: string, flow: string) => {
      const { status, json } = await portal(userId, flow);
      return [status, json['code']];
    };
    const ended = newUser();
    await backend.stripe.subscriptions.cancel((await subscribe(ended)).id);
    assert.deepEqual(await code(ended, 'subscription_cancel'), [409, 'no_subscription']);
    assert.deepEqual(await code(ended, 'payment_method_update'), [200, undefined]);

    const ending = newUser();
    const { id: endingId } = await subscribe(ending);
    await backend.stripe.subscriptions.update(endingId, { cancel_at_period_end: true });
    assert.deepEqual(await code(ending, 'subscription_cancel'), [409, 'cancel_scheduled']);

    const changing = newUser();
    await subscribe(changing, { plan: 'team', quantity: 2 });
    const change = { plan: 'pro', billing_cycle: 'monthly' };
    const token = await backend.userToken(changing);
    const scheduled = await backend.call('/v1/subscription/change', {
      method: 'POST',
      token,
      body: { ...change, due_now: 0 },
    });
    assert.equal(scheduled.status, 200, scheduled.text);
    assert.deepEqual(await code(changing, 'subscription_update'), [409, 'change_scheduled']);
    assert.deepEqual(await code(changing, 'subscription_cancel'), [409, 'change_scheduled']);
    assert.deepEqual(await code(changing, 'payment_method_update'), [200, undefined]);

    const foreign = newUser();
    const { id: foreignId } = await subscribe(foreign);
    await backend.stripe.subscriptionSchedules.create({ from_subscription: foreignId });
    assert.deepEqual(await code(foreign, 'subscription_update'), [409, 'schedule_foreign']);
  });

  it('shows at once on the way back what was done there, and is no door for anybody else', async () => {
    const userId = newUser();
    const { id } = await subscribe(userId);
    await portal(userId);
    await backend.stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const returned = await comeBack();
    assert.deepEqual([returned.status, returned.headers.get('location')], [303, back]);
    assert.equal((await backend.planOf(userId)).scheduled?.plan, 'free');

    const forged = await backend.call('/portal/return?project_id=acme&ticket=eyJhbGciOiJkaXIifQ..a.b.c');
    assert.deepEqual([forged.status, forged.json['code']], [403, 'ticket_invalid']);
  });

  it('takes on a downgrade that was scheduled there, so that it can be taken back here (R18.2, R18.3)', async () => {
    const userId = newUser();
    const { id, items } = await subscribe(userId, { plan: 'team', quantity: 2 });
    await portal(userId);
    // What the portal does at `schedule_at_period_end`: a schedule that says nothing of us.
    const [item] = items.data;
    const [pro] = (await backend.stripe.prices.list({ lookup_keys: ['acme_pro_monthly'] })).data;
    const { id: scheduleId } = await backend.stripe.subscriptionSchedules.create({ from_subscription: id });
    await backend.stripe.subscriptionSchedules.update(scheduleId, {
      end_behavior: 'release',
      phases: [
        {
          start_date: Number(item?.current_period_start),
          end_date: Number(item?.current_period_end),
          items: [{ price: String(item?.price.id), quantity: 2 }],
        },
        { items: [{ price: String(pro?.id), quantity: 1 }], proration_behavior: 'none' },
      ],
    });
    assert.equal((await comeBack()).status, 303);
    assert.equal((await backend.planOf(userId)).scheduled?.plan, 'pro');
    const token = await backend.userToken(userId);
    const resumed = await backend.call('/v1/subscription/resume', { method: 'POST', token });
    assert.deepEqual([resumed.status, resumed.json['scheduled']], [200, null], resumed.text);
    assert.equal((await backend.stripe.subscriptionSchedules.retrieve(scheduleId)).status, 'released');
  });

  it('applies a change made there seconds after a change made here (R28.3)', async () => {
    const userId = newUser();
    const { id } = await subscribe(userId);
    await portal(userId);
    const token = await backend.userToken(userId);
    assert.equal((await backend.call('/v1/subscription/cancel', { method: 'POST', token })).status, 200);
    await backend.stripe.subscriptions.update(id, { cancel_at_period_end: false });
    await backend.until(
      async () => (await backend.planOf(userId)).cancel_at === null,
      'the cancellation is taken back',
    );
  });
});

describe('a card that is replaced in the portal', () => {
  before(async () => {
    backend = await startBackend({ project: { pastDueGraceDays: 5 } });
  });
  after(() => backend.close());

  /** A month later the card is refused. */
  const fallBehind = async (userId: string): Promise<Stripe.Subscription> => {
    const subscription = await subscribe(userId);
    const bad = await attach(subscription.customer, 'pm_card_chargeCustomerFail');
    await backend.stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    await advance(31 * 86_400 + 7200);
    await backend.until(async () => (await backend.planOf(userId)).status === 'past_due', 'the payment failed');
    return subscription;
  };
  const payments = async (): Promise<string[]> => (await requests()).filter((line) => /^POST .*\/pay$/.test(line));

  it('pays what is owed on the way back, once, and is the card from then on (R21.1, R21.3)', async () => {
    const userId = newUser();
    const { id, customer } = await fallBehind(userId);
    assert.equal((await portal(userId, 'payment_method_update')).status, 200);
    // What the portal does: the new card becomes the customer's default.
    const good = await attach(customer, 'pm_card_mastercard');
    await backend.stripe.customers.update(String(customer), {
      invoice_settings: { default_payment_method: good.id },
    });
    const returned = await comeBack();
    assert.deepEqual([returned.status, returned.headers.get('location')], [303, back]);
    const { plan, status, grace_until: grace } = await backend.planOf(userId);
    assert.deepEqual([plan, status, grace], ['pro', 'active', null]);
    assert.equal((await backend.stripe.subscriptions.retrieve(id)).default_payment_method, good.id);
    // A second return, a reload: nothing more is paid.
    assert.equal((await comeBack()).status, 303);
    assert.equal((await payments()).length, 1);
  });

  it('pays the draft that Stripe left of the running period, when nothing has been paid for months (R21.3)', async () => {
    const control = (path: string, body: object) =>
      fetch(`${backend.sandboxUrl}/_sandbox/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await control('settings', { retry_days: [1, 2], after_retries: 'unpaid' });
    const userId = newUser();
    const { id, customer } = await fallBehind(userId);
    await advance(5 * 86_400);
    await advance(31 * 86_400);
    await backend.until(async () => (await backend.planOf(userId)).status === 'unpaid', 'Stripe has stopped asking');
    const [latest, first] = (await backend.stripe.invoices.list({ subscription: id })).data;
    assert.deepEqual([latest?.status, first?.status], ['draft', 'open']);
    const view = await backend.call('/v1/subscription', { token: await backend.userToken(userId) });
    const owed = view.json['owed'] as Record<string, unknown>;
    assert.deepEqual(
      [view.json['offer'], owed['amount_due'], owed['hosted_url'], owed['next_attempt_at']],
      ['fix_payment', 1900, null, null],
    );

    await portal(userId, 'payment_method_update');
    const good = await attach(customer, 'pm_card_visa');
    await backend.stripe.customers.update(String(customer), { invoice_settings: { default_payment_method: good.id } });
    assert.equal((await comeBack()).headers.get('location'), back);
    const { plan, status } = await backend.planOf(userId);
    assert.deepEqual([plan, status], ['pro', 'active']);
    const statuses = (await backend.stripe.invoices.list({ subscription: id, limit: 2 })).data.map((one) => one.status);
    assert.deepEqual(statuses, ['paid', 'open']);
    await control('settings', {});
  });

  it('loses nothing when it is refused too: the user comes back to the state as it is', async () => {
    const userId = newUser();
    const { customer } = await fallBehind(userId);
    await portal(userId);
    const bad = await attach(customer, 'pm_card_chargeCustomerFail');
    await backend.stripe.customers.update(String(customer), { invoice_settings: { default_payment_method: bad.id } });
    const returned = await comeBack();
    assert.deepEqual([returned.status, returned.headers.get('location')], [303, `${back}&payment=failed`]);
    const { plan, status } = await backend.planOf(userId);
    assert.deepEqual([plan, status], ['pro', 'past_due']);
  });

  it('is not charged when nothing was replaced', async () => {
    const userId = newUser();
    await fallBehind(userId);
    await portal(userId);
    await forgetRequests();
    const { plan } = await backend.planOf(userId);
    await portal(userId);
    assert.equal((await comeBack()).headers.get('location'), back);
    assert.deepEqual([plan, await payments()], ['pro', []]);
  });
});
