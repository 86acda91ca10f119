/** A change of plan as a dialog makes it: first what it costs, then exactly that, and the bill is over what was shown. */

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import type { Hands } from './hands.ts';
import type { Order } from './steps.ts';
import type { Answer } from './world.ts';

/** Seconds for which a preview may be agreed to. */
const previewLife = 15 * 60;

/** What a wish for a plan that is not sold like that is told. */
export const badOrder = ['plan_not_for_sale', 'billing_cycle_unknown', 'quantity_invalid'];

export async function changeAsAgreed(hands: Hands, userId: string, order: Order, hesitates: number): Promise<void> {
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
  const shown = await hands.asUser(userId, 'POST', '/v1/subscription/preview', wish);
  hands.expect(shown, { 200: 'any', ...refusals });
  if (shown.status !== 200) return;
  const [before = null, ...others] = hands.books
    .subscriptionsOf(userId)
    .filter(({ ended_at: ended }) => ended === null);
  const balance = before && hands.books.balanceOf(before);
  const known = new Set(before ? hands.books.invoicesOf(before.id).map(({ id }) => id) : []);
  if (hesitates > 0 && hands.isAlone) await hands.world.pass(hesitates * 1000);
  const { due_now: dueNow, proration_date: prorationDate, lines } = shown.json;
  const agreed = { ...wish, due_now: dueNow, proration_date: prorationDate };
  const answer = await hands.asUser(userId, 'POST', '/v1/subscription/change', agreed);
  hands.expect(answer, { 200: 'any', 402: ['payment_failed', 'requires_action'], ...refusals });
  // Beside one that was made by hand, and before it is taken back, which of them is changed is not said.
  if (!hands.isAlone || hands.faulty || before === null || others.length > 0) return;
  const after = hands.books.subscriptionsOf(userId).find(({ id }) => id === before.id);
  const samePeriod =
    after?.items.data[0]?.current_period_end === before.items.data[0]?.current_period_end &&
    after?.status === before.status;
  if (answer.status === 409) {
    // A renewal that was finalized meanwhile may have left a credit, which makes the amount another one.
    const sameBalance = after !== undefined && hands.books.balanceOf(after) === balance;
    const held = samePeriod && sameBalance && hesitates < previewLife;
    assert.ok(!held, `a fresh preview holds, and was answered ${answer.text}`);
    return;
  }
  if (shown.json['effective'] !== 'now') {
    assert.equal(dueNow, 0, 'what comes later costs nothing now');
    return;
  }
  const bills = hands.books
    .invoicesOf(before.id)
    .filter(({ id, billing_reason: reason }) => !known.has(id) && reason === 'subscription_update');
  // A trial is changed for nothing, and without a bill.
  if (before.status === 'trialing') assert.deepEqual([dueNow, lines, bills], [0, [], []]);
  // Without a card nothing is billed.
  else if (answer.status === 402 && answer.json['hosted_url'] === null) assert.deepEqual(bills, []);
  else compareBill(bills.at(-1), shown);
  if (answer.status === 402) {
    assert.deepEqual(
      [after?.items.data[0]?.price.id, after?.status],
      [before.items.data[0]?.price.id, before.status],
      'what was not paid changes nothing (R16.1)',
    );
  }
}

/** R17.1: the invoice is over what was shown. */
function compareBill(invoice: Stripe.Invoice | undefined, shown: Answer): void {
  assert.ok(invoice, 'a change now has an invoice');
  assert.equal(invoice.amount_due, shown.json['due_now'], 'the invoice is over what was shown (R17.1)');
  assert.deepEqual(
    invoice.lines.data.map(({ description, amount }) => ({ description: description ?? '', amount })),
    shown.json['lines'],
    'the lines of the invoice are those that were shown (R17.1)',
  );
}
