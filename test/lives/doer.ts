/** Does the steps: each through the door that its person would use, and each answer one that this door may give. */

import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { testSecretKey } from '../server/support/project.ts';
import type { Books } from './books.ts';
import type { Assigned } from './oracle.ts';
import type { Postman } from './postman.ts';
import { visitPortal } from './portal-visit.ts';
import { cards, type Card, type Order, type Step } from './steps.ts';
import type { Answer, World } from './world.ts';

type Doing<Name extends Step['do']> = (step: Extract<Step, { do: Name }>) => Promise<void>;

/** What the backend may answer: status, and its codes. */
type Allowed = Readonly<Record<number, readonly string[] | 'any'>>;

const pages = { success_url: 'https://app.acme.test/welcome', cancel_url: 'https://app.acme.test/pricing' };
const day = 86_400_000;
/** Seconds for which a preview may be agreed to. */
const previewLife = 15 * 60;

/** What a wish for a plan that is not sold like that is told. */
const badOrder = ['plan_not_for_sale', 'billing_cycle_unknown', 'quantity_invalid'];

/** Why somebody cannot buy. */
const cannotBuy = ['manage', 'fix_payment', 'resume', 'currency_locked', 'deletion_pending'];

export class Doer {
  readonly users: readonly string[];
  readonly #world: World;
  readonly #books: Books;
  readonly #postman: Postman;
  readonly #assigned = new Map<string, Assigned | null>();
  /** What was assigned while other things were under way: which of them came last, only the store can say. */
  readonly #racing: { readonly userId: string; readonly assigned: Assigned | null }[] = [];
  /** Whether requests to Stripe may have failed, or a process may have died, since the last settling. */
  #faulty = false;
  /** How many things are under way at once. */
  #together = 0;

  constructor(world: World, books: Books, postman: Postman) {
    this.#world = world;
    this.#books = books;
    this.#postman = postman;
    this.users = Array.from({ length: world.setting.users }, (_, index) => `u_${index + 1}`);
  }

  assignedTo(userId: string): Assigned | null {
    return this.#assigned.get(userId) ?? null;
  }

  async perform(step: Step): Promise<void> {
    await this.#world.drive(this.#run(step));
    await this.#world.settle();
    if (this.#postman.isPrompt()) await this.#deliver(() => this.#postman.deliver(1, 50));
  }

  /** Stripe is well again, all is delivered, and what waited to be tried again has been. */
  async settle(): Promise<void> {
    await this.#world.sandbox.fetch(new Request('http://sandbox.test/_sandbox/faults', { method: 'DELETE' }));
    this.#faulty = false;
    await this.#deliver(() => this.#postman.deliverAll());
    await this.#world.pass(130_000);
    await this.#deliver(() => this.#postman.deliverAll());
  }

  async #deliver(deliver: () => Promise<void>): Promise<void> {
    this.#world.delivering = true;
    try {
      await this.#world.drive(deliver());
      await this.#world.settle();
    } finally {
      this.#world.delivering = false;
    }
  }

  #run(step: Step): Promise<void> {
    return (this.#doings[step.do] as Doing<typeof step.do>)(step as never);
  }

  #user(index: number): string {
    return this.users[index % this.users.length] as string;
  }

  async #asUser(userId: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const token = await this.#world.tokenOf(userId);
    return this.#world.call(path, { method, token, ...(body !== undefined && { body }) });
  }

  /** Fails where the answer is not one that may be given here. Stripe's faults excuse a 503, nothing else. */
  #expect(answer: Answer, allowed: Allowed): void {
    const codes = allowed[answer.status];
    const { code } = answer.json;
    if (codes === 'any' || codes?.includes(String(code))) return;
    if (answer.status === 503 && (this.#faulty || this.#together > 0)) return;
    assert.fail(`answered ${answer.status} ${answer.text.slice(0, 600)}`);
  }

  /** What the dashboard's user is refused changes nothing; what breaks is a fault of the sandbox. */
  async #atStripe(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      if (error instanceof Stripe.errors.StripeAPIError && !this.#faulty) throw error;
      return false;
    }
  }

  /** Its user was forgotten, or the process that made it died before anybody was told. */
  #isUnknown(session: Stripe.Checkout.Session): boolean {
    return this.#books.isForgotten(session) || this.#together > 0 || !this.#books.wasHandedOut(session);
  }

  #newest<Item>(items: readonly Item[], which: number): Item | undefined {
    return items[Math.min(items.length - 1, Math.floor(which * items.length))];
  }

  readonly #doings: { readonly [Name in Step['do']]: Doing<Name> } = {
    checkout: async ({ user, order, proven }) => {
      const userId = this.#user(user);
      const { plan, cycle, currency } = order;
      const wish = { plan, ...(cycle && { billing_cycle: cycle }), ...(currency && { currency }), ...pages };
      if (proven === 'link') {
        const query = new URLSearchParams({ ...wish, project_id: 'acme', user_id: userId });
        if (order.seats !== null) query.set('quantity', String(order.seats));
        const answer = await this.#world.call(`/checkout?${query}`);
        this.#books.handOut(answer.location ?? '');
        this.#expect(answer, {
          303: 'any',
          400: badOrder,
          403: ['signature_required'],
          409: cannotBuy,
        });
        return;
      }
      const answer = await this.#asUser(userId, 'POST', '/v1/checkout', {
        ...wish,
        ...(order.seats !== null && { quantity: order.seats }),
      });
      this.#books.handOut(answer.text);
      this.#expect(answer, {
        200: 'any',
        400: badOrder,
        403: ['contact_required'],
        409: cannotBuy,
      });
      if (answer.status === 200 && order.plan === 'free') this.#chose(userId, 'free');
    },

    pay: async ({ which, card, passes }) => {
      const session = this.#newest(this.#books.payableSessions(), which);
      if (!session) return;
      const paid = await this.#world.post(`/v1/payment_pages/${session.id}/confirm`, { payment_method: cards[card] });
      if (paid.status >= 500 && !this.#faulty) assert.fail(paid.text);
      const intent = paid.json['payment_intent'] as { id: string; status: string } | null;
      if (intent?.status === 'requires_action') await this.#challenge(intent.id, passes);
    },

    return: async ({ which }) => {
      const session = this.#newest(this.#books.sessions(), which);
      if (!session) return;
      const answer = await this.#world.call(`/checkout/return?session_id=${session.id}`);
      if (answer.status === 404) assert.ok(this.#isUnknown(session), 'a checkout of ours is known');
      this.#expect(answer, { 303: 'any', 404: ['checkout_session_unknown'], 409: ['checkout_not_complete'] });
      if (this.#together === 0 && answer.status !== 404)
        assert.equal(answer.status === 303, answer.status < 400 && session.status === 'complete');
    },

    change: async ({ user, order, hesitates }) => this.#change(this.#user(user), order, hesitates),

    cancel: async ({ user }) => {
      const answer = await this.#asUser(this.#user(user), 'POST', '/v1/subscription/cancel', {});
      this.#expect(answer, { 200: 'any', 409: ['no_subscription', 'schedule_foreign'] });
    },

    resume: async ({ user }) => {
      const answer = await this.#asUser(this.#user(user), 'POST', '/v1/subscription/resume', {});
      // A period that nobody has paid for is paid for with it.
      this.#expect(answer, {
        200: 'any',
        402: ['payment_failed', 'requires_action'],
        409: ['no_subscription', 'nothing_to_resume', 'schedule_foreign', 'deletion_pending'],
      });
    },

    choose: async ({ user, order: { plan, cycle } }) => {
      const userId = this.#user(user);
      const answer = await this.#asUser(userId, 'PUT', '/v1/plan', { plan, ...(cycle && { billing_cycle: cycle }) });
      this.#expect(answer, {
        200: 'any',
        402: ['payment_required'],
        403: ['contact_required'],
        409: ['manage', 'deletion_pending'],
      });
      if (answer.status === 200) this.#chose(userId, plan);
    },

    look: async ({ user }) => {
      await this.#world.planOf(this.#user(user));
    },

    token: async ({ user }) => this.#mint(this.#user(user)),

    assign: async ({ user, plan, days }) => {
      const userId = this.#user(user);
      const expiresAt = days === null ? null : Math.floor(this.#world.time.now() / 1000) * 1000 + days * day;
      const answer = await this.#world.call(`/v1/users/${userId}/plan`, {
        method: 'PUT',
        token: testSecretKey,
        body: { plan, ...(expiresAt !== null && { expires_at: new Date(expiresAt).toISOString() }) },
      });
      this.#expect(answer, { 200: 'any', 409: ['deletion_pending'] });
      if (answer.status === 200) this.#assign(userId, { plan, source: 'api', expiresAt });
    },

    unassign: async ({ user }) => {
      const userId = this.#user(user);
      const answer = await this.#world.call(`/v1/users/${userId}/plan`, { method: 'DELETE', token: testSecretKey });
      this.#expect(answer, { 200: 'any' });
      if (answer.status === 200) this.#assign(userId, null);
    },

    forget: async ({ user }) => {
      const userId = this.#user(user);
      const answer = await this.#world.call(`/v1/users/${userId}`, { method: 'DELETE', token: testSecretKey });
      this.#expect(answer, { 204: 'any', 202: 'any' });
      if (answer.status === 503) return;
      this.#books.forget(userId);
      this.#assigned.set(userId, null);
    },

    portal: async (step) => {
      const userId = this.#user(step.user);
      const subscription = this.#books.runningOf(userId);
      const price = await this.#priceOf(`acme_${step.to}`);
      const flow = {
        cancel: 'subscription_cancel',
        switch: 'subscription_update',
        pay: 'payment_method_update',
      } as const;
      const named = step.flow && Object.hasOwn(flow, step.act) ? flow[step.act as keyof typeof flow] : null;
      const answer = await this.#asUser(userId, 'POST', '/v1/portal', {
        return_url: pages.success_url,
        ...(named && { flow: named }),
      });
      this.#expect(answer, {
        200: 'any',
        409: [
          'no_billing_account',
          ...(named
            ? ['no_subscription', 'fix_payment', 'cancel_scheduled', 'change_scheduled', 'schedule_foreign']
            : []),
        ],
      });
      if (answer.status !== 200) return;
      const open = subscription && this.#books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      const visit = { ...step, price, subscription, invoice: open ?? null };
      await visitPortal(this.#world, new URL(String(answer.json['url'])).pathname, visit);
      if (!step.returns) return;
      const back = await this.#world.call(this.#books.portalReturn(String(answer.json['url'])));
      this.#expect(back, { 303: 'any' });
    },

    card: async ({ user, card }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (subscription) await this.#replaceCard(subscription, card);
    },

    settle_invoice: async ({ user, card, passes }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      const open = subscription && this.#books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      if (!subscription || !open) return;
      await this.#replaceCard(subscription, card);
      const { location } = await this.#world.post(`/i/${open.id}/pay`, {});
      if (location?.endsWith('/challenge') === true) {
        await this.#world.post(location, { challenge: passes === 'passes' ? 'complete' : 'fail' });
      }
    },

    portal_cancel: async ({ user, how }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (!subscription) return;
      const end = subscription.items.data[0]?.current_period_end ?? 0;
      await this.#atStripe(() =>
        this.#world.stripe.subscriptions.update(
          subscription.id,
          how === 'flag'
            ? { cancel_at_period_end: true }
            : how === 'date'
              ? { cancel_at: end }
              : subscription.cancel_at_period_end
                ? { cancel_at_period_end: false }
                : { cancel_at: '' },
        ),
      );
    },

    cancel_now: async ({ user }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (subscription) await this.#atStripe(() => this.#world.stripe.subscriptions.cancel(subscription.id));
    },

    reprice: async ({ user, to }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      const [item] = subscription?.items.data ?? [];
      if (!subscription || !item) return;
      // "The last known plan stays": which was known last has to be known when an unknown price comes or goes.
      const unknown = to === 'unknown' || item.price.id === this.#world.unknownPrice;
      if (unknown) await this.#tellAll();
      const price =
        to === 'legacy'
          ? this.#world.legacyPrice
          : to === 'unknown'
            ? this.#world.unknownPrice
            : await this.#priceOf(`acme_${to}`);
      const { stripe } = this.#world;
      const { schedule } = subscription;
      await this.#atStripe(async () => {
        // Who reprices by hand takes off what was to change the price later.
        if (schedule !== null)
          await stripe.subscriptionSchedules.release(typeof schedule === 'string' ? schedule : schedule.id);
        await stripe.subscriptions.update(subscription.id, {
          items: [{ id: item.id, price, ...(to === 'team_monthly' && { quantity: 3 }) }],
          proration_behavior: 'create_prorations',
        });
      });
      if (unknown) await this.#tellAll();
    },

    pause_collection: async ({ user, how }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (!subscription) return;
      await this.#atStripe(() =>
        this.#world.stripe.subscriptions.update(subscription.id, {
          pause_collection: how === 'off' ? '' : { behavior: how },
        }),
      );
    },

    void_invoice: async ({ user }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      const open = subscription && this.#books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      if (open) await this.#atStripe(() => this.#world.stripe.invoices.voidInvoice(open.id));
    },

    refund: async ({ user, share }) => {
      const subscription = this.#books.subscriptionsOf(this.#user(user)).at(-1);
      const paid =
        subscription && this.#books.invoicesOf(subscription.id).findLast(({ amount_paid: amount }) => amount > 0);
      const intent = paid && this.#books.paymentOf(paid.id);
      if (!paid || !intent) return;
      await this.#atStripe(() =>
        this.#world.stripe.refunds.create({
          payment_intent: intent,
          ...(share < 1 && { amount: Math.ceil(paid.amount_paid * share) }),
        }),
      );
    },

    pause: async ({ user }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (subscription) await this.#atStripe(() => this.#world.stripe.subscriptions.pause(subscription.id));
    },

    go_on: async ({ user }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (subscription) await this.#atStripe(() => this.#world.stripe.subscriptions.resume(subscription.id));
    },

    delete_customer: async ({ user }) => {
      const customer = [...this.#books.customersOf(this.#user(user))].at(-1);
      if (customer !== undefined) await this.#atStripe(() => this.#world.stripe.customers.del(customer));
    },

    coupon: async ({ user, percent, months }) => {
      const subscription = this.#books.runningOf(this.#user(user));
      if (!subscription) return;
      const { stripe } = this.#world;
      await this.#atStripe(async () => {
        const lasting =
          months === null
            ? { duration: 'forever' as const }
            : { duration: 'repeating' as const, duration_in_months: months };
        const { id } = await stripe.coupons.create({ percent_off: percent, ...lasting });
        await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: id }] });
      });
    },

    dispute: async ({ user, outcome }) => {
      const subscription = this.#books.subscriptionsOf(this.#user(user)).at(-1);
      const paid =
        subscription && this.#books.invoicesOf(subscription.id).findLast(({ amount_paid: amount }) => amount > 0);
      const charge = paid && this.#books.chargeOf(paid.id);
      if (charge) await this.#world.control('disputes', { charge: charge.id, ...(outcome !== 'open' && { outcome }) });
    },

    dashboard_subscribe: async ({ user, price }) => {
      const customer = [...this.#books.customersOf(this.#user(user))].at(-1);
      if (customer === undefined) return;
      const [plan] = price.split('_');
      const item = { price: await this.#priceOf(`acme_${price}`), quantity: plan === 'team' ? 2 : 1 };
      await this.#atStripe(() =>
        this.#world.stripe.subscriptions.create({ customer, items: [item], payment_behavior: 'allow_incomplete' }),
      );
    },

    pass: async ({ seconds }) => {
      if (this.#together === 0) await this.#world.pass(seconds * 1000);
    },

    jump: async ({ seconds }) => this.#jump(seconds),

    jump_to_end: async ({ user, by }) => {
      const end = this.#books.runningOf(this.#user(user))?.items.data[0]?.current_period_end;
      if (end !== undefined) await this.#jump(end + by - this.#world.time.now() / 1000);
    },

    deliver: async ({ share, together }) => {
      if (this.#together > 0) return this.#postman.deliver(share, together);
      return this.#deliver(() => this.#postman.deliver(share, together));
    },

    fault: async ({ do: _do, ...fault }) => {
      this.#faulty = true;
      await this.#world.control('faults', fault);
    },

    restart: async () => {
      if (this.#together === 0) await this.#world.restart();
    },

    kill: async ({ at, carried, again, step }) => {
      if (this.#together > 0) return;
      this.#faulty = true;
      await this.#world.killDuring({ at, carried }, async () => {
        // It answers with 503 from then on, as a connection that is reset: nothing in it waits for the dead.
        if (step.do === 'deliver') await this.#postman.deliver(step.share, step.together);
        else await this.#run(step);
        await this.#world.settle();
      });
      // Nobody is told that a user is forgotten by a process that died meanwhile: whoever wants that asks again.
      if (again || step.do === 'forget') await this.#run(step);
    },

    reconcile: async () => {
      if (this.#together === 0) await this.#world.reconcile();
    },

    settle: () => this.settle(),

    together: async ({ steps }) => {
      this.#together += 1;
      try {
        await Promise.all(steps.map((step) => this.#run(step)));
      } finally {
        this.#together -= 1;
      }
      if (this.#together === 0) await this.#settleRace();
    },
  };

  async #jump(seconds: number): Promise<void> {
    if (this.#together > 0 || seconds <= 0) return;
    await this.#world.jump(Math.ceil(seconds) * 1000);
  }

  #chose(userId: string, plan: string): void {
    this.#assign(userId, { plan, source: 'selection', expiresAt: null });
  }

  #assign(userId: string, assigned: Assigned | null): void {
    if (this.#together > 0) this.#racing.push({ userId, assigned });
    else this.#assigned.set(userId, assigned);
  }

  /** The last write won: it is one of those that were under way. */
  async #settleRace(): Promise<void> {
    for (const userId of new Set(this.#racing.map((one) => one.userId))) {
      const row = await this.#world.store.read
        .selectFrom('assignment')
        .selectAll()
        .where('user_id', '=', userId)
        .executeTakeFirst();
      const last = row ? { plan: row.plan, source: row.source, expiresAt: row.expires_at } : null;
      const candidates = this.#racing.filter((one) => one.userId === userId).map(({ assigned }) => assigned);
      assert.ok(
        candidates.some((assigned) => JSON.stringify(assigned) === JSON.stringify(last)),
        `${userId} has ${JSON.stringify(last)}, which nobody assigned`,
      );
      this.#assigned.set(userId, last);
    }
    this.#racing.length = 0;
  }

  async #tellAll(): Promise<void> {
    if (this.#together > 0) return;
    await this.settle();
    await this.#world.reconcile();
  }

  async #challenge(intent: string, passes: 'passes' | 'fails' | 'leaves'): Promise<void> {
    if (passes === 'leaves') return;
    await this.#world.post(`/c/challenge/${intent}`, { challenge: passes === 'passes' ? 'complete' : 'fail' });
  }

  async #priceOf(lookupKey: string): Promise<string> {
    const found = this.#world.sandbox.store.all('price', [
      { sql: "json_extract(body, '$.lookup_key') = ?", values: [lookupKey] },
    ]);
    return found[0]?.id ?? '';
  }

  /** As the portal does: the customer's default, and the subscription's own where it has one. */
  async #replaceCard(subscription: Stripe.Subscription, card: Card): Promise<void> {
    const { stripe } = this.#world;
    const customer = String(subscription.customer);
    await this.#atStripe(async () => {
      const method = await stripe.paymentMethods.attach(cards[card], { customer });
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      if (subscription.default_payment_method !== null) {
        await stripe.subscriptions.update(subscription.id, { default_payment_method: method.id });
      }
    });
  }

  async #change(userId: string, order: Order, hesitates: number): Promise<void> {
    const wish = {
      plan: order.plan,
      ...(order.cycle && { billing_cycle: order.cycle }),
      ...(order.seats !== null && { quantity: order.seats }),
    };
    const refusals = {
      400: badOrder,
      403: ['contact_required'],
      409: [
        'no_subscription',
        'fix_payment',
        'resume',
        'no_change',
        'schedule_foreign',
        'preview_outdated',
        'deletion_pending',
      ],
    };
    const shown = await this.#asUser(userId, 'POST', '/v1/subscription/preview', wish);
    this.#expect(shown, { 200: 'any', ...refusals });
    if (shown.status !== 200) return;
    const [before = null, ...others] = this.#books
      .subscriptionsOf(userId)
      .filter(({ ended_at: ended }) => ended === null);
    const balance = before && this.#books.balanceOf(before);
    const known = new Set(before ? this.#books.invoicesOf(before.id).map(({ id }) => id) : []);
    if (hesitates > 0 && this.#together === 0) await this.#world.pass(hesitates * 1000);
    const { due_now: dueNow, proration_date: prorationDate, lines } = shown.json;
    const agreed = { ...wish, due_now: dueNow, proration_date: prorationDate };
    const answer = await this.#asUser(userId, 'POST', '/v1/subscription/change', agreed);
    this.#expect(answer, { 200: 'any', 402: ['payment_failed', 'requires_action'], ...refusals });
    // Beside one that was made by hand, and before it is taken back, which of them is changed is not said.
    if (this.#together > 0 || this.#faulty || before === null || others.length > 0) return;
    const after = this.#books.subscriptionsOf(userId).find(({ id }) => id === before.id);
    const samePeriod =
      after?.items.data[0]?.current_period_end === before.items.data[0]?.current_period_end &&
      after?.status === before.status;
    if (answer.status === 409) {
      // A renewal that was finalized meanwhile may have left a credit, which makes the amount another one.
      const sameBalance = after !== undefined && this.#books.balanceOf(after) === balance;
      const held = samePeriod && sameBalance && hesitates < previewLife;
      assert.ok(!held, `a fresh preview holds, and was answered ${answer.text}`);
      return;
    }
    if (shown.json['effective'] !== 'now') {
      assert.equal(dueNow, 0, 'what comes later costs nothing now');
      return;
    }
    const bills = this.#books
      .invoicesOf(before.id)
      .filter(({ id, billing_reason: reason }) => !known.has(id) && reason === 'subscription_update');
    // A trial is changed for nothing, and without a bill.
    if (before.status === 'trialing') assert.deepEqual([dueNow, lines, bills], [0, [], []]);
    else this.#compareBill(bills.at(-1), shown);
    if (answer.status === 402) {
      assert.deepEqual(
        [after?.items.data[0]?.price.id, after?.status],
        [before.items.data[0]?.price.id, before.status],
        'what was not paid changes nothing (R16.1)',
      );
    }
  }

  /** R17.1: the invoice is over what was shown. */
  #compareBill(invoice: Stripe.Invoice | undefined, shown: Answer): void {
    assert.ok(invoice, 'a change now has an invoice');
    assert.equal(invoice.amount_due, shown.json['due_now'], 'the invoice is over what was shown (R17.1)');
    assert.deepEqual(
      invoice.lines.data.map(({ description, amount }) => ({ description: description ?? '', amount })),
      shown.json['lines'],
      'the lines of the invoice are those that were shown (R17.1)',
    );
  }

  /** A token states what the store states (R29.1). */
  async #mint(userId: string): Promise<void> {
    const answer = await this.#asUser(userId, 'POST', '/v1/token/refresh');
    this.#expect(answer, { 200: 'any' });
    if (answer.status !== 200 || this.#together > 0) return;
    const [, payload = ''] = String(answer.json['access_token']).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const row = await this.#world.store.read
      .selectFrom('plan_state')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const state = JSON.parse(row.state) as Record<string, unknown>;
    assert.deepEqual(
      {
        plan: claims['plan'],
        billing_cycle: claims['billing_cycle'],
        plan_status: claims['plan_status'],
        features: claims['features'],
        limits: claims['limits'],
        plan_version: claims['plan_version'],
        grace_until: claims['grace_until'] ?? null,
      },
      {
        plan: state['plan'],
        billing_cycle: state['billing_cycle'],
        plan_status: state['status'],
        features: state['features'],
        limits: state['limits'],
        plan_version: row.version,
        grace_until: state['grace_until'],
      },
      'a token states what the store states (R29.1)',
    );
    const now = this.#world.time.now() / 1000;
    const ends = [state['grace_until'], state['status'] === 'trialing' ? state['trial_end'] : null, state['cancel_at']];
    for (const end of ends) {
      if (typeof end !== 'string') continue;
      const latest = Math.max(Date.parse(end) / 1000, now) + 60;
      assert.ok(
        Number(claims['exp']) <= latest,
        `a token outlives what it states: ${String(claims['exp'])} > ${end} (R29.2)`,
      );
    }
  }
}
