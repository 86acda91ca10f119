/** Lives that once failed, as short as they got: each is a bug that was mended. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { live } from './life.ts';
import type { Setting } from './setting.ts';
import type { Order, Step } from './steps.ts';

/** Nothing is delivered: what the backend knows it has asked for. */
const setting: Setting = {
  start: Date.UTC(2027, 4, 3, 9, 30),
  users: 1,
  trialDays: 7,
  trialCard: 'optional',
  graceDays: 3,
  defaultPlan: 'free',
  downgrade: 'period_end',
  dunning: { retry_days: [1, 3, 4, 6], after_retries: 'past_due' },
  billingMode: 'flexible',
  onRefund: 'keep',
  onDispute: 'keep',
  transport: 'in_process',
  delivery: { lost: 1, doubled: 0, late: 0, reshaped: 0, shuffled: false, prompt: 0 },
};

const order = (plan: Order['plan'], seats: number | null = null): Order => ({ plan, cycle: 'monthly', seats });
const buy = (wish: Order): Step[] => [
  { do: 'checkout', user: 0, order: wish, proven: 'token' },
  { do: 'pay', which: 1, card: 'good', passes: 'passes' },
];

const lives: Readonly<Record<string, readonly Step[]>> = {
  'a grace period begins with the first failure, though its invoice was voided before anybody heard of it (R21.1)': [
    ...buy(order('team', 5)),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'void_invoice', user: 0 },
    { do: 'settle' },
  ],
  'a grace period begins with the first failure, though nobody heard of it before the second (R21.1)': [
    ...buy(order('pro')),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'jump_to_end', user: 0, by: 599 },
    { do: 'jump_to_end', user: 0, by: 172_800 },
    { do: 'settle' },
  ],
  'a change while the renewal is a draft does not hide that the renewal was given up (R22.1)': [
    ...buy(order('team', 2)),
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'jump_to_end', user: 0, by: 0 },
    { do: 'change', user: 0, order: order('team', 3), hesitates: 0 },
    { do: 'pause_collection', user: 0, how: 'mark_uncollectible' },
    { do: 'jump', seconds: 7200 },
    { do: 'settle' },
  ],
  'a period that began with a resumption is paid for, whatever became of the renewal before it (R22.1)': [
    ...buy(order('team', 2)),
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'jump_to_end', user: 0, by: 599 },
    { do: 'pause', user: 0 },
    { do: 'resume', user: 0 },
    { do: 'pause_collection', user: 0, how: 'mark_uncollectible' },
    { do: 'settle' },
  ],
  'a draft that is kept while collection is paused has not failed (R21.1)': [
    ...buy(order('pro')),
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'pause_collection', user: 0, how: 'keep_as_draft' },
    { do: 'jump', seconds: 2_678_400 },
    { do: 'reprice', user: 0, to: 'pro_yearly' },
    { do: 'settle' },
  ],
  'a preview whose subscription ends under it says that there is none any more (R17.2)': [
    ...buy(order('pro')),
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'portal_cancel', user: 0, how: 'flag' },
    { do: 'fault', route: 'POST /v1/invoices/create_preview', status: 500, count: 2 },
    { do: 'jump_to_end', user: 0, by: -1 },
    {
      do: 'together',
      steps: [
        { do: 'look', user: 0 },
        { do: 'change', user: 0, order: order('team', 40), hesitates: 0 },
      ],
    },
    { do: 'settle' },
  ],
  'a cancelled trial is changed for nothing (R17.1, R19.3)': [
    ...buy(order('pro')),
    { do: 'cancel', user: 0 },
    { do: 'change', user: 0, order: order('team', 2), hesitates: 0 },
    { do: 'settle' },
  ],
  'a period that was never paid is not had by way of a change while collection is paused (R22.1)': [
    ...buy(order('team', 2)),
    { do: 'pause_collection', user: 0, how: 'void' },
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'change', user: 0, order: order('team', 3), hesitates: 5 },
    { do: 'settle' },
  ],
  'a period whose draft is on its way is not billed afresh when collection is taken up again': [
    ...buy(order('team', 3)),
    { do: 'jump_to_end', user: 0, by: 601 },
    { do: 'pause_collection', user: 0, how: 'keep_as_draft' },
    { do: 'resume', user: 0 },
    { do: 'jump_to_end', user: 0, by: 599 },
    { do: 'settle' },
  ],
  'a draft behind the bill of a change is seen all the same when collection is taken up again': [
    ...buy(order('pro')),
    { do: 'change', user: 0, order: { ...order('pro'), cycle: 'yearly' }, hesitates: 0 },
    { do: 'jump_to_end', user: 0, by: 601 },
    { do: 'change', user: 0, order: { ...order('team', 3), cycle: 'yearly' }, hesitates: 5 },
    { do: 'pause_collection', user: 0, how: 'void' },
    { do: 'resume', user: 0 },
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'settle' },
  ],
  'a bill that is open when collection is taken up again is paid, and no other period beside it (R22.1)': [
    ...buy(order('pro')),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'jump_to_end', user: 0, by: 601 },
    { do: 'jump', seconds: 574_854 },
    { do: 'pause_collection', user: 0, how: 'keep_as_draft' },
    { do: 'card', user: 0, card: 'good' },
    { do: 'resume', user: 0 },
    { do: 'settle_invoice', user: 0, card: 'good', passes: 'passes' },
    { do: 'settle' },
  ],
  'what is assigned while a user is being forgotten is refused, not lost (R27.1)': [
    ...buy(order('pro')),
    { do: 'fault', route: '/v1/', status: 429, code: 'rate_limit', count: 8 },
    { do: 'forget', user: 0 },
    { do: 'assign', user: 0, plan: 'pro', days: null },
    { do: 'settle' },
  ],
  'who comes back after being forgotten is somebody new at Stripe (R27.1)': [
    { do: 'checkout', user: 0, order: order('team', 2), proven: 'token' },
    { do: 'kill', at: 4, carried: false, again: false, step: { do: 'forget', user: 0 } },
    ...buy(order('pro')),
    { do: 'settle' },
  ],
  'what ends while it is taken back has ended (R19.2)': [
    ...buy({ ...order('team'), cycle: 'yearly' }),
    { do: 'portal_cancel', user: 0, how: 'flag' },
    { do: 'jump_to_end', user: 0, by: -1 },
    { do: 'fault', route: 'POST /v1/subscriptions', status: 429, code: 'lock_timeout', count: 2 },
    { do: 'resume', user: 0 },
    { do: 'settle' },
  ],
  'an upgrade takes the scheduled downgrade off, also where the user has another customer (R18.2)': [
    { do: 'checkout', user: 0, order: order('pro'), proven: 'token' },
    { do: 'checkout', user: 0, order: order('team', 2), proven: 'link' },
    { do: 'pay', which: 1, card: 'good', passes: 'passes' },
    { do: 'change', user: 0, order: order('pro'), hesitates: 0 },
    { do: 'change', user: 0, order: { ...order('team', 5), cycle: 'yearly' }, hesitates: 300 },
    { do: 'jump', seconds: 31 * 86_400 },
    { do: 'settle' },
  ],
  'no new grace period comes with the next renewal where the one that failed was voided (R21.1)': [
    ...buy({ ...order('team', 5), cycle: 'yearly' }),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'jump_to_end', user: 0, by: 599 },
    { do: 'jump', seconds: 458_231 },
    { do: 'void_invoice', user: 0 },
    { do: 'jump_to_end', user: 0, by: 3600 },
    { do: 'settle' },
  ],
  'an upgrade that came to nothing began no grace period, though the bill that did was made as it was voided (R21.1)': [
    ...buy(order('team', 2)),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'change', user: 0, order: order('team', 5), hesitates: 0 },
    { do: 'change', user: 0, order: order('team', 40), hesitates: 300 },
    { do: 'jump', seconds: 300 },
    { do: 'reprice', user: 0, to: 'pro_yearly' },
    { do: 'settle' },
  ],
  'a schedule that ends while it is taken off is off (R18.2)': [
    ...buy({ ...order('team', 40), cycle: 'yearly' }),
    { do: 'change', user: 0, order: { ...order('team', 3), cycle: 'yearly' }, hesitates: 0 },
    { do: 'jump_to_end', user: 0, by: 601 },
    { do: 'jump_to_end', user: 0, by: -1 },
    { do: 'fault', route: 'POST /v1/subscription_schedules', status: 503, count: 2 },
    { do: 'resume', user: 0 },
    { do: 'settle' },
  ],
  'a downgrade that is asked for while an upgrade waits takes its place (R18.2)': [
    ...buy(order('pro')),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'change', user: 0, order: { ...order('team', 2), cycle: 'yearly' }, hesitates: 0 },
    { do: 'cancel', user: 0 },
    { do: 'settle_invoice', user: 0, card: 'good', passes: 'passes' },
    { do: 'jump', seconds: 31 * 86_400 },
    { do: 'settle' },
  ],
  'what was owed before a pause is owed after it, since when it was (R21.1)': [
    ...buy(order('pro')),
    { do: 'card', user: 0, card: 'attaches_then_declines' },
    { do: 'jump_to_end', user: 0, by: 3700 },
    { do: 'pause', user: 0 },
    { do: 'jump', seconds: 86_400 },
    { do: 'go_on', user: 0 },
    { do: 'settle' },
  ],
  'a preview that its period ends under is made anew, or has to be asked for again (R17.2)': [
    ...buy(order('pro')),
    { do: 'jump_to_end', user: 0, by: 7200 },
    { do: 'fault', route: 'POST /v1/invoices/create_preview', status: 503, count: 8 },
    { do: 'jump_to_end', user: 0, by: -1 },
    {
      do: 'together',
      steps: Array.from({ length: 3 }, () => ({ do: 'change', user: 0, order: order('team', 40), hesitates: 0 })),
    },
    { do: 'settle' },
  ],
  'what remains after an assignment is the default where the subscription has ended': [
    ...buy(order('team', 2)),
    { do: 'assign', user: 0, plan: 'enterprise', days: 40 },
    { do: 'cancel_now', user: 0 },
    { do: 'settle' },
  ],
};

for (const [name, steps] of Object.entries(lives)) {
  it(name, async () => {
    const { failure } = await live({ seed: 1, setting, steps });
    assert.equal(failure, null, failure?.message);
  });
}
