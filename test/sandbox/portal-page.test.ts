/** The portal's pages in a real browser, without and with script, against a real sandbox: every flow to its end. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Stripe } from 'stripe';
import { portalWords } from '../../server/sandbox/pages/portal/words/words.ts';
import { axeViolations, complaintsOf, launchBrowser } from './support/browser.ts';
import { customerWithCard, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

type Flow = Stripe.BillingPortal.SessionCreateParams.FlowData;
type Features = Stripe.BillingPortal.ConfigurationCreateParams.Features;

const site = 'https://shop.test';
const withoutScript = { javaScriptEnabled: false };
let sandbox: TestSandbox;
let stripe: Stripe;
let browser: Browser;
let catalogue: Awaited<ReturnType<typeof makeCatalogue>>;

before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
  browser = await launchBrowser();
  catalogue = await makeCatalogue();
});
after(async () => {
  await browser?.close();
  await sandbox.close();
});

/** Pro and Team by the month and by the year, and what a portal may do with them. */
async function makeCatalogue() {
  const product = async (name: string, month: number, year: number) => {
    const { id } = await stripe.products.create({ name });
    const price = (amount: number, interval: 'month' | 'year') =>
      stripe.prices.create({ product: id, currency: 'usd', unit_amount: amount, recurring: { interval } });
    return { id, month: await price(month, 'month'), year: await price(year, 'year') };
  };
  const pro = await product('Pro', 1900, 19000);
  const team = await product('Team', 2900, 29000);
  const features: Features = {
    customer_update: { enabled: true, allowed_updates: ['email', 'name', 'address'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: {
      enabled: true,
      cancellation_reason: { enabled: true, options: ['too_expensive', 'unused', 'other'] },
    },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price', 'quantity'],
      proration_behavior: 'always_invoice',
      products: [pro, team].map(({ id, month, year }) => ({ product: id, prices: [month.id, year.id] })),
      schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
    },
  };
  const { id: configuration } = await stripe.billingPortal.configurations.create({ features });
  return { pro, team, features, configuration };
}

interface Opening {
  readonly card?: string;
  readonly price?: Stripe.Price;
  readonly subscription?: Partial<Stripe.SubscriptionCreateParams>;
  readonly features?: Partial<Features>;
  readonly flow?: (subscription: Stripe.Subscription) => Flow;
  readonly how?: BrowserContextOptions;
}

/** A subscriber with a portal session, and a browser at its address. */
async function open(opening: Opening = {}) {
  const customer = await customerWithCard(stripe, opening.card);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (opening.price ?? catalogue.pro.month).id }],
    ...opening.subscription,
  });
  const { id: configuration } = opening.features
    ? await stripe.billingPortal.configurations.create({ features: { ...catalogue.features, ...opening.features } })
    : { id: catalogue.configuration };
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration,
    return_url: `${site}/account`,
    ...(opening.flow && { flow_data: opening.flow(subscription) }),
  });
  const context = await browser.newContext(opening.how ?? withoutScript);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const complaints = complaintsOf(page);
  // The customer's own site, where pages lead back to.
  await context.route(`${site}/**`, (route) => route.fulfill({ body: 'the shop', contentType: 'text/plain' }));
  await page.goto(session.url);
  return {
    customer,
    subscription,
    session,
    page,
    complaints,
    now: () => stripe.subscriptions.retrieve(subscription.id),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

async function fillCard(page: Page, number = '4242424242424242') {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Ada Lovelace');
  await page.getByLabel('Country').selectOption('DE');
}

describe('the front page', () => {
  it('says what is subscribed to, what happens next, how it is paid and what was billed', async () => {
    await using tab = await open();
    await tab.page.getByRole('heading', { name: 'Pro Active' }).waitFor();
    await tab.page.getByText(/^Renews on .* for \$19\.00\.$/).waitFor();
    await tab.page.getByText('•••• 4242').waitFor();
    const invoice = await stripe.invoices.retrieve(String(tab.subscription.latest_invoice));
    const row = tab.page.getByRole('row').filter({ hasText: String(invoice.number) });
    assert.equal(await row.getByRole('link').first().getAttribute('href'), invoice.hosted_invoice_url);
    await tab.page.getByRole('link', { name: 'Back to Sandbox' }).click();
    await tab.page.waitForURL(`${site}/account`);
  });

  it('shows nothing whose feature is off', async () => {
    const off = { enabled: false };
    await using tab = await open({
      features: {
        customer_update: off,
        invoice_history: off,
        payment_method_update: off,
        subscription_cancel: off,
        subscription_update: off,
      },
    });
    await tab.page.getByText('•••• 4242').waitFor();
    for (const name of ['Change plan', 'Cancel plan', 'Add payment method', 'Edit']) {
      assert.equal(await tab.page.getByRole('link', { name }).count(), 0, name);
    }
    assert.equal(await tab.page.getByRole('heading', { name: 'Invoices' }).count(), 0);
    await tab.page.goto(`${tab.session.url}/subscriptions/${tab.subscription.id}/cancel`);
    await tab.page.getByText('Nothing was changed').waitFor();
    assert.equal((await tab.now()).cancel_at, null);
  });

  it("has no page for somebody else's subscription, card or invoice", async () => {
    await using mine = await open();
    await using theirs = await open();
    await mine.page.goto(`${mine.session.url}/subscriptions/${theirs.subscription.id}/cancel`);
    await mine.page.waitForURL(mine.session.url);
    const method = String(
      ((await stripe.customers.retrieve(theirs.customer.id)) as Stripe.Customer).invoice_settings
        .default_payment_method,
    );
    for (const path of [
      `cards/${method}/default`,
      `cards/${method}/remove`,
      `invoices/${theirs.subscription.latest_invoice}/pay`,
    ]) {
      const answer = await fetch(`${mine.session.url}/${path}`, { method: 'POST', redirect: 'manual' });
      assert.match(String(answer.headers.get('location')), /failed=refused/);
    }
    assert.equal((await stripe.paymentMethods.retrieve(method)).customer, theirs.customer.id);
  });

  it('repairs a failed payment: a new card, then pay what is owed', async () => {
    await using tab = await open();
    const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: tab.customer.id });
    await stripe.customers.update(tab.customer.id, { invoice_settings: { default_payment_method: failing.id } });
    await sandbox.control('clock', { advance_seconds: 32 * 86_400 });
    assert.equal((await tab.now()).status, 'past_due');
    const session = await stripe.billingPortal.sessions.create({
      customer: tab.customer.id,
      configuration: catalogue.configuration,
    });
    await tab.page.goto(session.url);
    await tab.page.getByText('Your last payment failed. $19.00 is owed for Pro.').waitFor();
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByText('Your card was declined and nothing was charged').waitFor();
    await tab.page.getByRole('link', { name: 'Add payment method' }).click();
    await fillCard(tab.page, '5555555555554444');
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByText('Your payment method is saved.').waitFor();
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByText('The payment is made').waitFor();
    assert.equal((await tab.now()).status, 'active');
    await tab.page.getByRole('heading', { name: 'Pro Active' }).waitFor();
  });

  it('closes a session that nobody opened in time, and one that was left alone', async () => {
    await using tab = await open();
    await sandbox.control('clock', { advance_seconds: 3601 });
    assert.equal((await tab.page.goto(tab.session.url))?.status(), 410);
    await tab.page.getByRole('link', { name: 'Return to Sandbox' }).click();
    await tab.page.waitForURL(`${site}/account`);
    const unopened = await stripe.billingPortal.sessions.create({
      customer: tab.customer.id,
      configuration: catalogue.configuration,
    });
    await sandbox.control('clock', { advance_seconds: 301 });
    assert.equal((await tab.page.goto(unopened.url))?.status(), 410);
    assert.equal((await tab.page.goto(`${sandbox.url}/p/session/bps_none`))?.status(), 404);
  });
});

describe('cancelling', () => {
  it('sets only `cancel_at` under flexible billing, with the reason given, and is taken back (R19)', async () => {
    await using tab = await open();
    await tab.page.getByRole('link', { name: 'Cancel plan' }).click();
    await tab.page.getByLabel('It is too expensive').check();
    await tab.page.getByLabel(/Anything else/).fill('See you');
    await tab.page.getByRole('button', { name: /^Cancel on / }).click();
    await tab.page.getByText('Your plan is cancelled.').waitFor();
    const cancelled = await tab.now();
    assert.deepEqual(
      [cancelled.cancel_at, cancelled.cancel_at_period_end, cancelled.status],
      [cancelled.items.data[0]?.current_period_end, false, 'active'],
    );
    assert.partialDeepStrictEqual(cancelled.cancellation_details, {
      comment: 'See you',
      feedback: 'too_expensive',
      reason: 'cancellation_requested',
    });
    await tab.page.getByText(/^Ends on /).waitFor();
    await tab.page.getByRole('button', { name: 'Keep plan' }).click();
    await tab.page.getByText('Your plan goes on.').waitFor();
    assert.equal((await tab.now()).cancel_at, null);
  });

  it('sets flag and time under classic billing (R19)', async () => {
    await using tab = await open({ subscription: { billing_mode: { type: 'classic' } } });
    await tab.page.getByRole('link', { name: 'Cancel plan' }).click();
    await tab.page.getByRole('button', { name: /^Cancel on / }).click();
    await tab.page.getByText('Your plan is cancelled.').waitFor();
    const cancelled = await tab.now();
    assert.equal(cancelled.cancel_at_period_end, true);
    assert.equal(cancelled.cancel_at, cancelled.items.data[0]?.current_period_end);
    await tab.page.getByRole('button', { name: 'Keep plan' }).click();
    await tab.page.getByText('Your plan goes on.').waitFor();
    assert.equal((await tab.now()).cancel_at_period_end, false);
  });

  it('ends at once and gives the rest back where the configuration says so', async () => {
    const now = { enabled: true, mode: 'immediately', proration_behavior: 'create_prorations' } as const;
    await using tab = await open({ features: { subscription_cancel: now } });
    await tab.page.getByRole('link', { name: 'Cancel plan' }).click();
    await tab.page.getByText('$19.00 for the unused time is credited to you.').waitFor();
    await tab.page.getByRole('button', { name: 'Cancel now' }).click();
    await tab.page.getByText('No subscription').waitFor();
    assert.equal((await tab.now()).status, 'canceled');
    const customer = (await stripe.customers.retrieve(tab.customer.id)) as Stripe.Customer;
    assert.ok(customer.balance < -1890, String(customer.balance));
  });

  it('says so where the subscription of the flow has ended since', async () => {
    await using tab = await open({
      flow: ({ id }) => ({ type: 'subscription_cancel', subscription_cancel: { subscription: id } }),
    });
    await stripe.subscriptions.cancel(tab.subscription.id);
    assert.equal((await tab.page.goto(tab.session.url))?.status(), 400);
    await tab.page.getByText('Nothing was changed').waitFor();
    await tab.page.getByRole('link', { name: 'Return to Sandbox' }).click();
    await tab.page.waitForURL(`${site}/account`);
  });

  it('offers a discount to those who stay, where the flow has one', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'once' });
    const retention = { type: 'coupon_offer', coupon_offer: { coupon: coupon.id } } as const;
    await using tab = await open({
      flow: ({ id }) => ({ type: 'subscription_cancel', subscription_cancel: { subscription: id, retention } }),
    });
    await tab.page.getByText('Stay with Pro and get 25% off.').waitFor();
    await tab.page.getByRole('button', { name: 'Take the offer' }).click();
    await tab.page.getByText('The discount is yours.').waitFor();
    await tab.page.getByText(/^Renews on .* for \$14\.25\.$/).waitFor();
    const after = await tab.now();
    assert.deepEqual([after.cancel_at, after.discounts.length], [null, 1]);
  });

  it('as a flow leads straight there, shows nothing else, and on to the address that comes after', async () => {
    await using tab = await open({
      flow: ({ id }) => ({
        type: 'subscription_cancel',
        subscription_cancel: { subscription: id },
        after_completion: { type: 'redirect', redirect: { return_url: `${site}/bye` } },
      }),
    });
    await tab.page.getByRole('heading', { name: 'Cancel Pro?' }).waitFor();
    assert.equal(await tab.page.getByRole('link', { name: 'Keep Pro' }).getAttribute('href'), `${site}/account`);
    await tab.page.goto(`${tab.session.url}/details`);
    await tab.page.getByRole('heading', { name: 'Cancel Pro?' }).waitFor();
    await tab.page.getByRole('button', { name: /^Cancel on / }).click();
    await tab.page.waitForURL(`${site}/bye`);
    assert.notEqual((await tab.now()).cancel_at, null);
  });
});

describe('pausing', () => {
  it('stops what is charged until the customer goes on', async () => {
    const features = { subscription_pause: { enabled: true } };
    const flow = ({ id }: Stripe.Subscription): Flow => ({
      type: 'subscription_pause',
      subscription_pause: { subscription: id },
    });
    await using tab = await open({ features, flow });
    await tab.page.getByRole('button', { name: 'Pause now' }).click();
    await tab.page.getByText('Your plan is paused.').waitFor();
    assert.equal((await tab.now()).status, 'paused');
    await tab.page.getByRole('button', { name: 'Resume' }).click();
    await tab.page.getByText('Your plan goes on.').waitFor();
    assert.equal((await tab.now()).status, 'active');
  });
});

describe('changing the plan', () => {
  it('charges what it showed, through the same prorations as the API', async () => {
    await using tab = await open();
    await tab.page.getByRole('link', { name: 'Change plan' }).click();
    await tab.page.getByRole('radio', { name: /Team.*per month/ }).check();
    await tab.page.getByLabel('Quantity').fill('2');
    await tab.page.getByRole('button', { name: 'Continue' }).click();
    const due = await tab.page
      .getByRole('row', { name: /Due now/ })
      .getByRole('cell')
      .innerText();
    await tab.page.getByText('Unused time on Pro').waitFor();
    await tab.page.getByRole('button', { name: `Pay ${due}` }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    const after = await tab.now();
    assert.deepEqual([after.items.data[0]?.price.id, after.items.data[0]?.quantity], [catalogue.team.month.id, 2]);
    const invoice = await stripe.invoices.retrieve(String(after.latest_invoice));
    assert.deepEqual(
      [invoice.billing_reason, invoice.status, `$${(invoice.amount_paid / 100).toFixed(2)}`],
      ['subscription_update', 'paid', due],
    );
  });

  it('waits for the end of the period where a condition says so, and can be taken back', async () => {
    await using tab = await open({ price: catalogue.team.month });
    await tab.page.getByRole('link', { name: 'Change plan' }).click();
    await tab.page.getByRole('radio', { name: /Pro.*per month/ }).check();
    await tab.page.getByRole('button', { name: 'Continue' }).click();
    await tab.page.getByText('Nothing is charged before').waitFor();
    await tab.page.getByRole('button', { name: 'Confirm' }).click();
    await tab.page.getByText('The change is scheduled.').waitFor();
    await tab.page.getByText(/^Changes to Pro, \$19\.00 per month on /).waitFor();
    assert.equal(await tab.page.getByRole('link', { name: 'Change plan' }).count(), 0);
    const scheduled = await tab.now();
    assert.equal(scheduled.items.data[0]?.price.id, catalogue.team.month.id);
    const schedule = await stripe.subscriptionSchedules.retrieve(String(scheduled.schedule));
    assert.deepEqual([schedule.phases.length, schedule.end_behavior], [2, 'release']);
    await tab.page.getByRole('button', { name: 'Undo change' }).click();
    await tab.page.getByText('The change is undone.').waitFor();
    assert.equal((await tab.now()).schedule, null);
  });

  it('leaves the plan untouched where the card is declined, and says why', async () => {
    await using tab = await open({ flow: confirmTeam });
    const poor = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: tab.customer.id });
    await stripe.customers.update(tab.customer.id, { invoice_settings: { default_payment_method: poor.id } });
    await tab.page.getByRole('button', { name: /^Pay / }).click();
    await tab.page.getByText('Your card was declined and nothing was charged').waitFor();
    const after = await tab.now();
    assert.deepEqual(
      [after.items.data[0]?.price.id, after.status, after.pending_update],
      [catalogue.pro.month.id, 'active', null],
    );
    assert.equal((await stripe.invoices.retrieve(String(after.latest_invoice))).status, 'void');
  });

  it('goes through 3-D Secure: failed, nothing changes; passed, it does', async () => {
    await using tab = await open({ flow: confirmTeam });
    const careful = await stripe.paymentMethods.attach('pm_card_threeDSecure2Required', { customer: tab.customer.id });
    await stripe.customers.update(tab.customer.id, { invoice_settings: { default_payment_method: careful.id } });
    await tab.page.getByRole('button', { name: /^Pay / }).click();
    await tab.page.getByRole('button', { name: 'Fail' }).click();
    await tab.page.getByText('Your bank could not confirm that it is you').waitFor();
    assert.equal((await tab.now()).pending_update, null);
    await tab.page.getByRole('button', { name: /^Pay / }).click();
    await tab.page.getByRole('button', { name: 'Complete' }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    assert.equal((await tab.now()).items.data[0]?.price.id, catalogue.team.month.id);
  });

  it('asks for a card where there is none, and comes back to the confirmation with it', async () => {
    await using tab = await open({ flow: confirmTeam });
    const customer = (await stripe.customers.retrieve(tab.customer.id)) as Stripe.Customer;
    await stripe.paymentMethods.detach(String(customer.invoice_settings.default_payment_method));
    await tab.page.reload();
    await tab.page.getByText('Add a payment method before you confirm.').waitFor();
    await tab.page.getByRole('link', { name: 'Add payment method' }).click();
    await fillCard(tab.page);
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByRole('button', { name: /^Pay / }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
  });

  it('ends a trial and bills at once, as portals do unless told otherwise', async () => {
    await using tab = await open({ subscription: { trial_period_days: 14 }, flow: confirmTeam });
    await tab.page.getByRole('button', { name: 'Pay $29.00' }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    assert.equal((await tab.now()).status, 'active');
  });

  it('takes a promotion code, shows what it takes off, and says so where there is no such code', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' });
    const allowed = ['price', 'quantity', 'promotion_code'] as const;
    const update = catalogue.features.subscription_update;
    assert.ok(update);
    await using tab = await open({
      features: { subscription_update: { ...update, default_allowed_updates: [...allowed] } },
    });
    await tab.page.goto(
      `${tab.session.url}/subscriptions/${tab.subscription.id}/confirm?price=${catalogue.team.year.id}&quantity=1`,
    );
    const enter = async (code: string) => {
      if (!(await tab.page.getByLabel('Promotion code').isVisible()))
        await tab.page.getByText('Add promotion code').click();
      await tab.page.getByLabel('Promotion code').fill(code);
      await tab.page.getByRole('button', { name: 'Apply' }).click();
    };
    await enter('NOPE');
    await tab.page.getByText('This code is not valid').waitFor();
    await enter('half');
    const due = await tab.page
      .getByRole('row', { name: /Due now/ })
      .getByRole('cell')
      .innerText();
    assert.match(due, /^\$1[0-4]\d\.\d\d$/);
    await tab.page.getByRole('button', { name: `Pay ${due}` }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    const after = await tab.now();
    const invoice = await stripe.invoices.retrieve(String(after.latest_invoice));
    assert.deepEqual([after.discounts.length, `$${(invoice.amount_paid / 100).toFixed(2)}`], [1, due]);
  });

  it('confirms with the discount of the flow', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    await using tab = await open({
      flow: (subscription) => {
        const flow = confirmTeam(subscription);
        const confirm = flow.subscription_update_confirm;
        assert.ok(confirm);
        return { ...flow, subscription_update_confirm: { ...confirm, discounts: [{ coupon: coupon.id }] } };
      },
    });
    await tab.page.getByRole('button', { name: /^(Pay|Confirm)/ }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    assert.equal((await stripe.coupons.retrieve(coupon.id)).times_redeemed, 1);
  });

  it('takes people from one plan to one of several seats and back, as many as each allows', async () => {
    const { pro, team, features } = catalogue;
    const products = [
      { product: pro.id, prices: [pro.month.id], adjustable_quantity: { enabled: true, minimum: 1, maximum: 1 } },
      { product: team.id, prices: [team.month.id], adjustable_quantity: { enabled: true, minimum: 2, maximum: 50 } },
    ];
    const update = { ...features.subscription_update, enabled: true, products, schedule_at_period_end: {} };
    await using tab = await open({ features: { subscription_update: update } });
    const change = async (plan: RegExp, quantity: string): Promise<void> => {
      await tab.page.getByRole('link', { name: 'Change plan' }).click();
      await tab.page.getByRole('radio', { name: plan }).check();
      await tab.page.getByLabel('Quantity').fill(quantity);
      await tab.page.getByRole('button', { name: 'Continue' }).click();
    };
    const has = async () => {
      const [item] = (await tab.now()).items.data;
      return [item?.price.id, item?.quantity];
    };
    await change(/^Team/, '1');
    await tab.page.getByRole('button', { name: /^Pay/ }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    assert.deepEqual(await has(), [team.month.id, 2]);

    await change(/^Team/, '51');
    await tab.page.getByText('This quantity cannot be chosen.').waitFor();
    assert.equal(await tab.page.getByLabel('Quantity').inputValue(), '51', 'what was typed is there to be mended');
    await tab.page.getByRole('link', { name: 'Not now' }).click();

    await change(/^Pro/, '2');
    await tab.page.getByRole('button', { name: /^(Pay|Confirm)/ }).click();
    await tab.page.getByText('Your plan has changed.').waitFor();
    assert.deepEqual(await has(), [pro.month.id, 1]);
  });

  it('refuses what cannot be chosen: the same plan, no seats, a price of another shop', async () => {
    await using tab = await open();
    const confirm = `${tab.session.url}/subscriptions/${tab.subscription.id}/confirm`;
    for (const [query, words] of [
      [`price=${catalogue.pro.month.id}&quantity=1`, /the plan that you have/],
      [`price=${catalogue.team.month.id}&quantity=0`, /quantity cannot be chosen/],
      [`price=${catalogue.team.month.id}&quantity=x`, /quantity cannot be chosen/],
      ['price=price_none', /Nothing was changed/],
    ] as const) {
      await tab.page.goto(`${confirm}?${query}`);
      await tab.page.getByRole('alert').getByText(words).waitFor();
    }
  });
});

function confirmTeam({ id, items }: Stripe.Subscription): Flow {
  return {
    type: 'subscription_update_confirm',
    subscription_update_confirm: {
      subscription: id,
      items: [{ id: String(items.data[0]?.id), price: catalogue.team.month.id }],
    },
  };
}

describe('cards', () => {
  const replace = (): Flow => ({
    type: 'payment_method_update',
    after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'All set' } },
  });

  it('replace the default of the customer and of the subscription that has its own', async () => {
    await using tab = await open({ flow: replace });
    const own = await stripe.paymentMethods.attach('pm_card_visa', { customer: tab.customer.id });
    await stripe.subscriptions.update(tab.subscription.id, { default_payment_method: own.id });
    await fillCard(tab.page, '5555555555554444');
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByText('All set').waitFor();
    const customer = (await stripe.customers.retrieve(tab.customer.id, {
      expand: ['invoice_settings.default_payment_method'],
    })) as Stripe.Customer;
    const method = customer.invoice_settings.default_payment_method as Stripe.PaymentMethod;
    assert.equal(method.card?.last4, '4444');
    assert.equal((await tab.now()).default_payment_method, method.id);
    const types = (await sandbox.eventTypes()).slice(-6);
    for (const type of [
      'payment_method.attached',
      'setup_intent.succeeded',
      'customer.updated',
      'customer.subscription.updated',
    ]) {
      assert.ok(types.includes(type), `${type} in ${types.join(', ')}`);
    }
  });

  it('that are declined say so, and nothing is saved', async () => {
    await using tab = await open({ flow: replace });
    await fillCard(tab.page, '4000000000009995');
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByText('Your card has insufficient funds').waitFor();
    assert.equal(await tab.page.getByLabel('Card number').inputValue(), '', 'a card number is never sent back');
    assert.equal((await stripe.customers.listPaymentMethods(tab.customer.id)).data.length, 1);
  });

  it('whose bank asks pass 3-D Secure first', async () => {
    await using tab = await open({ flow: replace });
    await fillCard(tab.page, '4000002500003155');
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByRole('button', { name: 'Fail' }).click();
    await tab.page.getByText('Your bank could not confirm that it is you').waitFor();
    await fillCard(tab.page, '4000002500003155');
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByRole('button', { name: 'Complete' }).click();
    await tab.page.getByText('All set').waitFor();
    await sandbox.control('clock', { advance_seconds: 32 * 86_400 });
    assert.equal((await tab.now()).status, 'active', 'a card that was set up with 3-D Secure renews by itself');
  });

  it('are made the default and removed from the list, but not while they are in use', async () => {
    await using tab = await open();
    await stripe.paymentMethods.attach('pm_card_mastercard', { customer: tab.customer.id });
    await tab.page.reload();
    const old = tab.page.getByRole('listitem').filter({ hasText: '4242' });
    assert.equal(await old.getByRole('button').count(), 0);
    await tab.page.getByRole('button', { name: /^Make default.*4444$/ }).click();
    await tab.page.getByText('Your default payment method has changed.').waitFor();
    await old.getByRole('button', { name: /^Remove/ }).click();
    await tab.page.getByText('The payment method is removed.').waitFor();
    assert.equal(await tab.page.getByText('•••• 4242').count(), 0);
  });

  it('are checked and sent by the script as at checkout', async () => {
    await using tab = await open({ flow: replace, how: {} });
    await tab.page.getByRole('button', { name: 'Save card' }).click();
    await tab.page.getByText('Enter the card number.').waitFor();
    await tab.page.getByRole('button', { name: /4242 4242 4242 4242/ }).click();
    await tab.page.keyboard.press('Enter');
    await tab.page.getByText('All set').waitFor();
    assert.deepEqual(tab.complaints, []);
  });
});

describe('the login page', () => {
  it('opens the portal to whoever pays with that e-mail, while it is switched on', async () => {
    const { id, login_page: login } = await stripe.billingPortal.configurations.create({
      features: catalogue.features,
      login_page: { enabled: true },
    });
    const customer = await stripe.customers.create({ email: 'login@example.com', name: 'Grace Hopper' });
    const context = await browser.newContext({ ...withoutScript, viewport: { width: 360, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    await page.goto(String(login.url));
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Nobody pays with this email.').waitFor();
    await page.getByLabel('Email').fill('Login@Example.com');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Grace Hopper').waitFor();
    assert.match(page.url(), /\/p\/session\/bps_/);
    await stripe.billingPortal.configurations.update(id, { login_page: { enabled: false } });
    assert.equal((await page.goto(String(login.url)))?.status(), 404);
    await context.close();
    assert.equal(customer.email, 'login@example.com');
  });
});

describe('billing details', () => {
  it('are changed as far as they may be', async () => {
    await using tab = await open({ flow: () => ({ type: 'customer_update' }) });
    assert.equal(await tab.page.getByLabel('Phone').count(), 0);
    await tab.page.getByLabel('Email').fill('grace@example');
    await tab.page.getByLabel('Address').fill('1 Main Street');
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByText('This email is not complete').waitFor();
    await tab.page.getByLabel('Email').fill('grace@example.com');
    await tab.page.getByLabel('Country').selectOption('FR');
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByText('Your billing details are saved.').waitFor();
    const customer = (await stripe.customers.retrieve(tab.customer.id)) as Stripe.Customer;
    assert.deepEqual(
      [customer.email, customer.address?.line1, customer.address?.country],
      ['grace@example.com', '1 Main Street', 'FR'],
    );
  });
});

describe('words and looks', () => {
  for (const locale of ['de', 'fr', 'es', 'ja', 'ar']) {
    it(`speak ${locale} throughout`, async () => {
      const words = portalWords(locale);
      const english = portalWords('en');
      const same = Object.entries(english).filter(
        ([key, value]) => typeof value === 'string' && Reflect.get(words, key) === value,
      );
      assert.deepEqual(same, []);
      await using tab = await open({ how: { ...withoutScript, locale } });
      assert.equal(await tab.page.locator('html').getAttribute('lang'), locale);
      await tab.page.getByRole('link', { name: words.update }).click();
      await tab.page.getByRole('button', { name: words.continue }).waitFor();
    });
  }

  const places: readonly (readonly [string, (subscription: string) => string])[] = [
    ['front page', () => ''],
    ['cancel', (id) => `/subscriptions/${id}/cancel`],
    ['plans', (id) => `/subscriptions/${id}/plans`],
    ['confirm', (id) => `/subscriptions/${id}/confirm?price=${catalogue.team.month.id}&quantity=2`],
    ['card', () => '/cards/new'],
    ['details', () => '/details?failed=refused'],
  ];
  for (const locale of ['en', 'ar']) {
    for (const [name, path] of places) {
      it(`are accessible in light and dark, fit 360 px and break no policy: ${name}, ${locale}`, async () => {
        await using tab = await open({ how: { locale, viewport: { width: 360, height: 800 } } });
        await tab.page.goto(tab.session.url + path(tab.subscription.id));
        assert.equal(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
        assert.deepEqual(await axeViolations(tab.page), []);
        await tab.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
        await tab.page.setViewportSize({ width: 1280, height: 900 });
        assert.deepEqual(await axeViolations(tab.page), []);
        assert.deepEqual(tab.complaints, []);
      });
    }
  }
});
