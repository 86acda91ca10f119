/** The billing portal's API: configurations, sessions with their flows, and what Stripe refuses. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stripe } from 'stripe';
import { customerWithCard, makePlan, openSandbox, subscribe } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
});
after(() => sandbox.close());

/** No call can have no feature at all: an empty group is not sent. */
const onlyHistory = { invoice_history: { enabled: true } };

type Features = Stripe.BillingPortal.ConfigurationCreateParams.Features;

/** A product with a monthly and a yearly price, and a subscription to the monthly one. */
async function openPlan() {
  const { product, price: monthly } = await makePlan(stripe);
  const yearly = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 19000,
    recurring: { interval: 'year' },
  });
  const customer = await customerWithCard(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] });
  return { product, monthly, yearly, customer, subscription };
}

function everyFeature(plan: { product: Stripe.Product; monthly: Stripe.Price; yearly: Stripe.Price }): Features {
  return {
    customer_update: { enabled: true, allowed_updates: ['email', 'address'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true },
    subscription_pause: { enabled: true },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price', 'quantity'],
      proration_behavior: 'always_invoice',
      products: [{ product: plan.product.id, prices: [plan.monthly.id, plan.yearly.id] }],
    },
  };
}

describe('configurations', () => {
  it('are made with what Stripe leaves off, changed in parts, and told of in events', async () => {
    const made = await stripe.billingPortal.configurations.create({
      features: { invoice_history: { enabled: true } },
      business_profile: { headline: 'Driftboard' },
      default_return_url: 'https://shop.test/account',
    });
    assert.match(made.id, /^bpc_\w{24,}$/);
    assert.deepEqual(
      [made.is_default, made.active, made.features.subscription_cancel.mode],
      [false, true, 'at_period_end'],
    );
    assert.equal(made.features.subscription_update.enabled, false);
    const changed = await stripe.billingPortal.configurations.update(made.id, {
      active: false,
      name: 'Old',
      features: {
        subscription_cancel: { enabled: true, mode: 'immediately', proration_behavior: 'create_prorations' },
      },
      login_page: { enabled: true },
      metadata: { for: 'tests' },
    });
    assert.deepEqual([changed.active, changed.features.invoice_history.enabled], [false, true]);
    assert.equal(changed.features.subscription_cancel.mode, 'immediately');
    assert.match(String(changed.login_page.url), /^http/);
    assert.deepEqual(
      (await stripe.billingPortal.configurations.list({ active: false })).data.map(({ id }) => id),
      [made.id],
    );
    const types = (await sandbox.eventTypes()).filter((type) => type.startsWith('billing_portal'));
    assert.deepEqual(types, ['billing_portal.configuration.created', 'billing_portal.configuration.updated']);
  });

  it('show their products only to whoever expands them', async () => {
    const plan = await openPlan();
    const { id } = await stripe.billingPortal.configurations.create({ features: everyFeature(plan) });
    const plain = await stripe.billingPortal.configurations.retrieve(id);
    assert.equal(plain.features.subscription_update.products, undefined);
    const expanded = await stripe.billingPortal.configurations.retrieve(id, {
      expand: ['features.subscription_update.products'],
    });
    assert.partialDeepStrictEqual(expanded.features.subscription_update.products, [
      { product: plan.product.id, prices: [plan.monthly.id, plan.yearly.id] },
    ]);
    const { data } = await stripe.billingPortal.configurations.list({
      expand: ['data.features.subscription_update.products'],
      limit: 1,
    });
    assert.equal(data[0]?.features.subscription_update.products?.length, 1);
  });

  it('hold no two prices of one product with the same interval (T28)', async () => {
    const plan = await openPlan();
    const second = await stripe.prices.create({
      product: plan.product.id,
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
    });
    const features = everyFeature({ ...plan, yearly: second });
    await assert.rejects(stripe.billingPortal.configurations.create({ features }), {
      statusCode: 400,
      param: 'features[subscription_update][products][0][prices]',
      message: /multiple prices with the same billing interval/,
    });
  });

  const wrong: readonly (readonly [string, Features, RegExp])[] = [
    [
      'an update feature without products',
      { subscription_update: { enabled: true, default_allowed_updates: ['price'] } },
      /products/,
    ],
    ['a customer update of nothing', { customer_update: { enabled: true } }, /allowed_updates/],
    [
      'prorations at the end of a period',
      { subscription_cancel: { enabled: true, proration_behavior: 'create_prorations' } },
      /must be `none`/,
    ],
    [
      'an invoice for a cancellation',
      { subscription_cancel: { enabled: true, mode: 'immediately', proration_behavior: 'always_invoice' } },
      /always_invoice/,
    ],
    [
      'reasons to cancel of which there are none',
      { subscription_cancel: { enabled: true, cancellation_reason: { enabled: true, options: [] } } },
      /options/,
    ],
  ];
  for (const [what, features, message] of wrong) {
    it(`refuse ${what}`, () =>
      assert.rejects(stripe.billingPortal.configurations.create({ features }), { statusCode: 400, message }));
  }

  it("refuse another product's price, one that is sold once, and one that is off", async () => {
    const plan = await openPlan();
    const other = await makePlan(stripe);
    const once = await stripe.prices.create({ product: plan.product.id, currency: 'usd', unit_amount: 100 });
    const off = await stripe.prices.create({
      product: plan.product.id,
      currency: 'usd',
      unit_amount: 100,
      recurring: { interval: 'week' },
    });
    await stripe.prices.update(off.id, { active: false });
    for (const [yearly, message] of [
      [other.price, /does not belong/],
      [once, /must be recurring/],
      [off, /inactive/],
    ] as const) {
      const features = everyFeature({ ...plan, yearly });
      await assert.rejects(stripe.billingPortal.configurations.create({ features }), { statusCode: 400, message });
    }
  });
});

describe('sessions', () => {
  it('say so where no default configuration was ever saved, and use it once it is (R28.2)', async () => {
    const customer = await stripe.customers.create();
    await assert.rejects(stripe.billingPortal.sessions.create({ customer: customer.id }), {
      statusCode: 400,
      message: /^No configuration provided and your test mode default configuration has not been created\./,
    });
    const saved = await sandbox.control('portal_default', {});
    const session = await stripe.billingPortal.sessions.create({ customer: customer.id });
    assert.equal(session.configuration, saved['id']);
    assert.equal((await stripe.billingPortal.configurations.list({ is_default: true })).data.length, 1);
    await assert.rejects(stripe.billingPortal.configurations.update(String(saved['id']), { active: false }), {
      param: 'active',
    });
  });

  it('lead to a page, and back to where the session or its configuration says', async () => {
    const plan = await openPlan();
    const { id: configuration } = await stripe.billingPortal.configurations.create({
      features: everyFeature(plan),
      default_return_url: 'https://shop.test/account',
    });
    const session = await stripe.billingPortal.sessions.create({
      customer: plan.customer.id,
      configuration,
      locale: 'de',
    });
    assert.match(session.id, /^bps_/);
    assert.equal(session.return_url, 'https://shop.test/account');
    assert.ok(session.url.startsWith(`${sandbox.url}/p/session/`));
    const other = await stripe.billingPortal.sessions.create({
      customer: plan.customer.id,
      configuration,
      return_url: 'https://shop.test/elsewhere',
    });
    assert.equal(other.return_url, 'https://shop.test/elsewhere');
    assert.ok((await sandbox.eventTypes()).includes('billing_portal.session.created'));
  });

  it('refuse what is not there: customer, configuration, an address to return to', async () => {
    const { id: customer } = await stripe.customers.create();
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: onlyHistory });
    const inactive = await stripe.billingPortal.configurations.create({ features: onlyHistory });
    await stripe.billingPortal.configurations.update(inactive.id, { active: false });
    for (const [params, expected] of [
      [{ configuration }, { param: 'customer', code: 'parameter_missing' }],
      [
        { customer: 'cus_nobody', configuration },
        { param: 'customer', code: 'resource_missing' },
      ],
      [
        { customer, configuration: 'bpc_none' },
        { param: 'configuration', code: 'resource_missing' },
      ],
      [
        { customer, configuration: inactive.id },
        { param: 'configuration', message: /inactive/ },
      ],
      [
        { customer, configuration, return_url: 'javascript:alert(1)' },
        { param: 'return_url', code: 'url_invalid' },
      ],
    ] as const) {
      await assert.rejects(stripe.billingPortal.sessions.create(params), { statusCode: 400, ...expected });
    }
  });
});

describe('flows', () => {
  it('of every type are taken, with what comes after them', async () => {
    const plan = await openPlan();
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: everyFeature(plan) });
    const { id: subscription } = plan.subscription;
    const open = async (flow: Stripe.BillingPortal.SessionCreateParams.FlowData) =>
      (await stripe.billingPortal.sessions.create({ customer: plan.customer.id, configuration, flow_data: flow })).flow;
    assert.equal((await open({ type: 'payment_method_update' }))?.after_completion.type, 'portal_homepage');
    assert.deepEqual((await open({ type: 'customer_update' }))?.customer_update, {});
    const cancel = await open({
      type: 'subscription_cancel',
      subscription_cancel: { subscription },
      after_completion: { type: 'redirect', redirect: { return_url: 'https://shop.test/bye' } },
    });
    assert.equal(cancel?.subscription_cancel?.subscription, subscription);
    assert.equal(cancel?.after_completion.redirect?.return_url, 'https://shop.test/bye');
    const pause = await open({ type: 'subscription_pause', subscription_pause: { subscription } });
    assert.equal(pause?.subscription_pause?.subscription, subscription);
    const update = await open({
      type: 'subscription_update',
      subscription_update: { subscription },
      after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'Thanks' } },
    });
    assert.equal(update?.after_completion.hosted_confirmation?.custom_message, 'Thanks');
    const [item] = plan.subscription.items.data;
    const confirm = await open({
      type: 'subscription_update_confirm',
      subscription_update_confirm: { subscription, items: [{ id: String(item?.id), price: plan.yearly.id }] },
    });
    assert.deepEqual(confirm?.subscription_update_confirm?.items, [
      { id: item?.id, price: plan.yearly.id, quantity: 1 },
    ]);
  });

  it('of a feature that is off are refused, each by its name', async () => {
    const { customer, subscription } = await openPlan();
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: onlyHistory });
    const { id } = subscription;
    const flows: Stripe.BillingPortal.SessionCreateParams.FlowData[] = [
      { type: 'payment_method_update' },
      { type: 'customer_update' },
      { type: 'subscription_cancel', subscription_cancel: { subscription: id } },
      { type: 'subscription_pause', subscription_pause: { subscription: id } },
      { type: 'subscription_update', subscription_update: { subscription: id } },
      {
        type: 'subscription_update_confirm',
        subscription_update_confirm: { subscription: id, items: [{ id: String(subscription.items.data[0]?.id) }] },
      },
    ];
    for (const flow of flows) {
      await assert.rejects(
        stripe.billingPortal.sessions.create({ customer: customer.id, configuration, flow_data: flow }),
        { statusCode: 400, message: /feature in the portal configuration is disabled/ },
      );
    }
  });

  it("refuse somebody else's subscription, one that has ended, one with a schedule, one that ends already", async () => {
    const plan = await openPlan();
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: everyFeature(plan) });
    const cancel = (subscription: string) =>
      stripe.billingPortal.sessions.create({
        customer: plan.customer.id,
        configuration,
        flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription } },
      });
    const param = 'flow_data[subscription_cancel][subscription]';
    await assert.rejects(cancel((await subscribe(stripe)).id), { param, message: /does not belong/ });
    await assert.rejects(cancel('sub_none'), { param, code: 'resource_missing' });
    await stripe.subscriptions.update(plan.subscription.id, { cancel_at_period_end: true });
    await assert.rejects(cancel(plan.subscription.id), { param, message: /already set to be canceled/ });
    await stripe.subscriptions.update(plan.subscription.id, { cancel_at_period_end: false });
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: plan.subscription.id });
    await assert.rejects(cancel(plan.subscription.id), { param, message: new RegExp(schedule.id) });
    await stripe.subscriptionSchedules.release(schedule.id);
    await stripe.subscriptions.cancel(plan.subscription.id);
    await assert.rejects(cancel(plan.subscription.id), { param, message: /`canceled`/ });
  });

  it('confirm only one change, to a price that the configuration knows', async () => {
    const plan = await openPlan();
    const other = await makePlan(stripe);
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: everyFeature(plan) });
    const id = String(plan.subscription.items.data[0]?.id);
    const confirm = (...items: Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm.Item[]) =>
      stripe.billingPortal.sessions.create({
        customer: plan.customer.id,
        configuration,
        flow_data: {
          type: 'subscription_update_confirm',
          subscription_update_confirm: { subscription: plan.subscription.id, items },
        },
      });
    await assert.rejects(confirm({ id, price: other.price.id }), { message: /not in the configuration's products/ });
    await assert.rejects(confirm({ id, price: 'price_none' }), { code: 'resource_missing' });
    await assert.rejects(confirm({ id: 'si_none', price: plan.yearly.id }), { code: 'resource_missing' });
    await assert.rejects(confirm({ id, price: plan.monthly.id }), { message: /no changes/ });
    await assert.rejects(confirm({ id, price: plan.yearly.id }, { id, quantity: 2 }), { message: /Only one item/ });
    await stripe.billingPortal.configurations.update(configuration, {
      features: { subscription_update: { default_allowed_updates: ['price'] } },
    });
    await assert.rejects(confirm({ id, quantity: 2 }), { message: /default_allowed_updates/ });
  });

  it('carry a discount for a change or for those who stay, if there is one', async () => {
    const plan = await openPlan();
    const { id: configuration } = await stripe.billingPortal.configurations.create({ features: everyFeature(plan) });
    const { id: coupon } = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const items = [{ id: String(plan.subscription.items.data[0]?.id), price: plan.yearly.id }];
    const open = async (flow: Stripe.BillingPortal.SessionCreateParams.FlowData) =>
      (await stripe.billingPortal.sessions.create({ customer: plan.customer.id, configuration, flow_data: flow })).flow;
    const confirm = (discounts: { coupon: string }[]) =>
      open({
        type: 'subscription_update_confirm',
        subscription_update_confirm: { subscription: plan.subscription.id, items, discounts },
      });
    const stay = (offer: string) =>
      open({
        type: 'subscription_cancel',
        subscription_cancel: {
          subscription: plan.subscription.id,
          retention: { type: 'coupon_offer', coupon_offer: { coupon: offer } },
        },
      });
    assert.deepEqual((await confirm([{ coupon }]))?.subscription_update_confirm?.discounts, [
      { coupon, promotion_code: null },
    ]);
    assert.equal((await stay(coupon))?.subscription_cancel?.retention?.coupon_offer?.coupon, coupon);
    await assert.rejects(confirm([{ coupon: 'none' }]), { code: 'resource_missing' });
    await assert.rejects(confirm([{ coupon }, { coupon }]), { message: /Only one discount/ });
    await assert.rejects(stay('none'), { code: 'resource_missing' });
  });
});
