/** What users and the customer's own backend do, and what our doors may answer them. */

import assert from 'node:assert/strict';
import { testSecretKey } from '../server/support/project.ts';
import { badOrder, changeAsAgreed } from './agreed-change.ts';
import type { Assignments } from './assignments.ts';
import type { Doings, Hands } from './hands.ts';
import { mint } from './minted-token.ts';
import { visitPortal } from './portal-visit.ts';

const pages = { success_url: 'https://app.acme.test/welcome', cancel_url: 'https://app.acme.test/pricing' };
const day = 86_400_000;

/** Why somebody cannot buy. */
const cannotBuy = ['manage', 'fix_payment', 'resume', 'currency_locked', 'deletion_pending'];

export function backendDoings(
  hands: Hands,
  assignments: Assignments,
): Pick<
  Doings,
  | 'checkout'
  | 'return'
  | 'change'
  | 'cancel'
  | 'resume'
  | 'choose'
  | 'look'
  | 'token'
  | 'portal'
  | 'assign'
  | 'unassign'
  | 'forget'
> {
  return {
    checkout: async ({ user, order, proven }) => {
      const userId = hands.user(user);
      const { plan, cycle, currency } = order;
      const wish = { plan, ...(cycle && { billing_cycle: cycle }), ...(currency && { currency }), ...pages };
      if (proven === 'link') {
        const query = new URLSearchParams({ ...wish, project_id: 'acme', user_id: userId });
        if (order.seats !== null) query.set('quantity', String(order.seats));
        const answer = await hands.world.call(`/checkout?${query}`);
        hands.books.handOut(answer.location ?? '');
        hands.expect(answer, {
          303: 'any',
          400: badOrder,
          403: ['signature_required'],
          409: cannotBuy,
        });
        return;
      }
      const answer = await hands.asUser(userId, 'POST', '/v1/checkout', {
        ...wish,
        ...(order.seats !== null && { quantity: order.seats }),
      });
      hands.books.handOut(answer.text);
      hands.expect(answer, {
        200: 'any',
        400: badOrder,
        403: ['contact_required'],
        409: cannotBuy,
      });
      if (answer.status === 200 && order.plan === 'free') assignments.chose(userId, 'free');
    },

    return: async ({ which }) => {
      const session = hands.newest(hands.books.sessions(), which);
      if (!session) return;
      const answer = await hands.world.call(`/checkout/return?session_id=${session.id}`);
      if (answer.status === 404) assert.ok(hands.isUnknown(session), 'a checkout of ours is known');
      hands.expect(answer, { 303: 'any', 404: ['checkout_session_unknown'], 409: ['checkout_not_complete'] });
      if (hands.isAlone && answer.status !== 404)
        assert.equal(answer.status === 303, answer.status < 400 && session.status === 'complete');
    },

    change: async ({ user, order, hesitates }) => changeAsAgreed(hands, hands.user(user), order, hesitates),

    cancel: async ({ user }) => {
      const answer = await hands.asUser(hands.user(user), 'POST', '/v1/subscription/cancel', {});
      hands.expect(answer, { 200: 'any', 409: ['no_subscription', 'schedule_foreign'] });
    },

    resume: async ({ user }) => {
      const answer = await hands.asUser(hands.user(user), 'POST', '/v1/subscription/resume', {});
      // A period that nobody has paid for is paid for with it.
      hands.expect(answer, {
        200: 'any',
        402: ['payment_failed', 'requires_action'],
        409: ['no_subscription', 'nothing_to_resume', 'schedule_foreign', 'deletion_pending'],
      });
    },

    choose: async ({ user, order: { plan, cycle } }) => {
      const userId = hands.user(user);
      const answer = await hands.asUser(userId, 'PUT', '/v1/plan', { plan, ...(cycle && { billing_cycle: cycle }) });
      hands.expect(answer, {
        200: 'any',
        402: ['payment_required'],
        403: ['contact_required'],
        409: ['manage', 'deletion_pending'],
      });
      if (answer.status === 200) assignments.chose(userId, plan);
    },

    look: async ({ user }) => {
      await hands.world.planOf(hands.user(user));
    },

    token: async ({ user }) => mint(hands, hands.user(user)),

    portal: async (step) => {
      const userId = hands.user(step.user);
      const subscription = hands.books.runningOf(userId);
      const price = await hands.priceOf(`acme_${step.to}`);
      const flow = {
        cancel: 'subscription_cancel',
        switch: 'subscription_update',
        pay: 'payment_method_update',
      } as const;
      const named = step.flow && Object.hasOwn(flow, step.act) ? flow[step.act as keyof typeof flow] : null;
      const answer = await hands.asUser(userId, 'POST', '/v1/portal', {
        return_url: pages.success_url,
        ...(named && { flow: named }),
      });
      hands.expect(answer, {
        200: 'any',
        409: [
          'no_billing_account',
          ...(named
            ? ['no_subscription', 'fix_payment', 'cancel_scheduled', 'change_scheduled', 'schedule_foreign']
            : []),
        ],
      });
      if (answer.status !== 200) return;
      const open = subscription && hands.books.invoicesOf(subscription.id).find(({ status }) => status === 'open');
      const visit = { ...step, price, subscription, invoice: open ?? null };
      await visitPortal(hands.world, new URL(String(answer.json['url'])).pathname, visit);
      if (!step.returns) return;
      const back = await hands.world.call(hands.books.portalReturn(String(answer.json['url'])));
      hands.expect(back, { 303: 'any' });
    },

    assign: async ({ user, plan, days }) => {
      const userId = hands.user(user);
      const expiresAt = days === null ? null : Math.floor(hands.world.time.now() / 1000) * 1000 + days * day;
      const answer = await hands.world.call(`/v1/users/${userId}/plan`, {
        method: 'PUT',
        token: testSecretKey,
        body: { plan, ...(expiresAt !== null && { expires_at: new Date(expiresAt).toISOString() }) },
      });
      hands.expect(answer, { 200: 'any', 409: ['deletion_pending'] });
      if (answer.status === 200) assignments.assign(userId, { plan, source: 'api', expiresAt });
    },

    unassign: async ({ user }) => {
      const userId = hands.user(user);
      const answer = await hands.world.call(`/v1/users/${userId}/plan`, { method: 'DELETE', token: testSecretKey });
      hands.expect(answer, { 200: 'any' });
      if (answer.status === 200) assignments.assign(userId, null);
    },

    forget: async ({ user }) => {
      const userId = hands.user(user);
      const answer = await hands.world.call(`/v1/users/${userId}`, { method: 'DELETE', token: testSecretKey });
      hands.expect(answer, { 204: 'any', 202: 'any' });
      if (answer.status === 503) return;
      hands.books.forget(userId);
      assignments.set(userId, null);
    },
  };
}
