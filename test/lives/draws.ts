/** Draws what happens in a life: what is rare in the world is less rare here. */

import type { Random } from './random.ts';
import { portalActs, soldPrices, type Card, type Order, type Step } from './steps.ts';

const minute = 60;
const hour = 3600;
const day = 24 * hour;

const order = (random: Random): Order => {
  const plan = random.weighted([
    [10, 'pro' as const],
    [8, 'team' as const],
    [2, 'free' as const],
    [0.3, 'enterprise' as const],
  ]);
  return {
    plan,
    cycle:
      plan === 'free'
        ? null
        : random.weighted([
            [5, 'monthly' as const],
            [3, 'yearly' as const],
            [1, null],
          ]),
    seats: plan === 'team' ? random.pick([null, 2, 3, 5, 40]) : random.happens(0.02) ? 0 : null,
    ...(random.happens(0.1) && { currency: 'eur' }),
  };
};

const anyCard = (random: Random): Card =>
  random.weighted([
    [12, 'good'],
    [2, 'other'],
    [2, 'declines'],
    [4, 'attaches_then_declines'],
    [1.5, 'asks_always'],
    [1.5, 'asks_once'],
    [0.3, 'disputes'],
  ]);

const passes = (random: Random): 'passes' | 'fails' => (random.happens(0.75) ? 'passes' : 'fails');

/** What clients do at once, or twice. */
function concurrent(random: Random, users: number): Step {
  const user = random.below(users);
  const one = (): Step =>
    random.weighted<Step>([
      [4, { do: 'checkout', user, order: order(random), proven: 'token' }],
      [2, { do: 'change', user, order: order(random), hesitates: 0 }],
      [2, { do: 'cancel', user }],
      [2, { do: 'resume', user }],
      [2, { do: 'return', which: random.unit() }],
      [2, { do: 'pay', which: random.unit(), card: anyCard(random), passes: 'leaves' }],
      [2, { do: 'look', user }],
      [2, { do: 'deliver', share: random.unit(), together: random.below(6) + 1 }],
      [1, { do: 'assign', user, plan: random.pick(['pro', 'team', 'enterprise']), days: null }],
      [1, { do: 'card', user, card: anyCard(random) }],
      [1, { do: 'cancel_now', user }],
    ]);
  const first = one();
  return {
    do: 'together',
    steps: random.happens(0.4)
      ? Array.from({ length: random.pick([2, 2, 3, 10]) }, () => first)
      : Array.from({ length: random.pick([2, 2, 3, 4]) }, one),
  };
}

/** A user is forgotten while something of theirs is under way. */
function forgotten(random: Random, users: number): Step {
  const user = random.below(users);
  const forget: Step = { do: 'forget', user };
  const beside = random.weighted<Step | null>([
    [4, null],
    [2, { do: 'pay', which: 1, card: 'good', passes: 'passes' }],
    [1, { do: 'return', which: 1 }],
    [1, { do: 'cancel', user }],
    [1, { do: 'change', user, order: order(random), hesitates: 0 }],
    [1, { do: 'deliver', share: 1, together: 4 }],
    [1, { do: 'delete_customer', user }],
  ]);
  return beside ? { do: 'together', steps: random.shuffled([forget, beside]) } : forget;
}

/** Dies in the midst of what talks to Stripe. */
function kill(random: Random, users: number): Step {
  const user = random.below(users);
  const paid: Order = { ...order(random), plan: random.pick(['pro', 'team']) };
  const step = random.weighted<Step>([
    [3, { do: 'checkout', user, order: paid, proven: 'token' }],
    [3, { do: 'return', which: 1 }],
    [4, { do: 'change', user, order: paid, hesitates: 0 }],
    [2, { do: 'cancel', user }],
    [2, { do: 'resume', user }],
    [1, { do: 'forget', user }],
    [4, { do: 'deliver', share: 1, together: random.pick([1, 4, 50]) }],
    [1, { do: 'portal', user, act: 'look', flow: false, to: 'pro_monthly', passes: 'passes', returns: true }],
  ]);
  return { do: 'kill', at: random.below(9) + 1, carried: random.happens(0.5), again: random.happens(0.6), step };
}

const jump = (random: Random): Step => ({
  do: 'jump',
  seconds: random.weighted([
    [4, random.below(hour)],
    [4, random.below(day)],
    [5, random.below(10 * day)],
    [4, 31 * day],
    [1, random.below(100 * day)],
    [0.3, 366 * day],
  ]),
});

/** Buys with a good card, so that there is a subscription for what comes after. */
function buy(random: Random, users: number): Step[] {
  const paid: Order = { ...order(random), plan: random.pick(['pro', 'team']) };
  return [
    { do: 'checkout', user: random.below(users), order: { ...paid, cycle: paid.cycle ?? 'monthly' }, proven: 'token' },
    { do: 'pay', which: 1, card: random.happens(0.9) ? 'good' : 'disputes', passes: 'passes' },
  ];
}

/** What happens next: mostly one step to somebody. */
export const drawSteps = (random: Random, users: number): Step[] =>
  random.happens(0.06) ? buy(random, users) : [drawStep(random, users)];

function drawStep(random: Random, users: number): Step {
  const user = random.below(users);
  const draw = random.weighted<() => Step>([
    [7, () => ({ do: 'checkout', user, order: order(random), proven: random.happens(0.85) ? 'token' : 'link' })],
    [
      9,
      () => ({
        do: 'pay',
        which: random.happens(0.7) ? 1 : random.unit(),
        card: anyCard(random),
        passes: random.pick(['passes', 'passes', 'fails', 'leaves']),
      }),
    ],
    [5, () => ({ do: 'return', which: random.happens(0.8) ? 1 : random.unit() })],
    [
      12,
      () => ({ do: 'change', user, order: order(random), hesitates: random.pick([0, 0, 5, 5 * minute, 20 * minute]) }),
    ],
    [4, () => ({ do: 'cancel', user })],
    [4, () => ({ do: 'resume', user })],
    [2, () => ({ do: 'choose', user, order: order(random) })],
    [5, () => ({ do: 'look', user })],
    [4, () => ({ do: 'token', user })],
    [
      2,
      () => ({
        do: 'assign',
        user,
        plan: random.pick(['free', 'pro', 'team', 'enterprise']),
        days: random.pick([null, 1, 10, 40]),
      }),
    ],
    [1.5, () => ({ do: 'unassign', user })],
    [6, () => ({ do: 'card', user, card: anyCard(random) })],
    [4, () => ({ do: 'settle_invoice', user, card: anyCard(random), passes: passes(random) })],
    [3, () => ({ do: 'portal_cancel', user, how: random.pick(['flag', 'date', 'take_back']) })],
    [1.5, () => ({ do: 'cancel_now', user })],
    [1.5, () => ({ do: 'reprice', user, to: random.pick(['legacy', 'unknown', 'pro_yearly', 'team_monthly']) })],
    [
      1,
      () => ({
        do: 'pause_collection',
        user,
        how: random.pick(['void', 'keep_as_draft', 'mark_uncollectible', 'off', 'off']),
      }),
    ],
    [1, () => ({ do: 'refund', user, share: random.pick([0.3, 1]) })],
    [0.7, () => ({ do: 'pause', user })],
    [1.5, () => ({ do: 'go_on', user })],
    [1, () => ({ do: 'void_invoice', user })],
    [0.5, () => ({ do: 'delete_customer', user })],
    [0.6, () => forgotten(random, users)],
    [1, () => ({ do: 'coupon', user, percent: random.pick([20, 33.3, 100]), months: random.pick([null, null, 1, 3]) })],
    [0.8, () => ({ do: 'dispute', user, outcome: random.pick(['open', 'open', 'won', 'lost']) })],
    [0.5, () => ({ do: 'dashboard_subscribe', user, price: random.pick(soldPrices) })],
    [
      4,
      () => ({
        do: 'portal',
        user,
        act: random.pick(portalActs),
        flow: random.happens(0.5),
        to: random.pick(soldPrices),
        passes: passes(random),
        returns: random.happens(0.7),
      }),
    ],
    [1.5, () => kill(random, users)],
    [8, () => ({ do: 'pass', seconds: random.below(90) + 1 })],
    [9, () => jump(random)],
    [5, () => ({ do: 'jump_to_end', user, by: random.pick([-1, 0, 1, 599, 601, hour, 2 * hour, 2 * day]) })],
    [8, () => ({ do: 'deliver', share: random.pick([0.3, 1, 1]), together: random.pick([1, 4, 50]) })],
    [2, () => fault(random)],
    [1.5, () => ({ do: 'restart' })],
    [1.5, () => ({ do: 'reconcile' })],
    [5, () => concurrent(random, users)],
  ]);
  return draw();
}

const fault = (random: Random): Step => ({
  do: 'fault',
  route: random.pick([
    'GET /v1/subscriptions',
    'GET /v1/subscriptions',
    'POST /v1/subscriptions',
    'POST /v1/checkout/sessions',
    'GET /v1/checkout/sessions',
    'POST /v1/customers',
    'POST /v1/invoices/create_preview',
    'POST /v1/subscription_schedules',
    '/v1/',
  ]),
  ...random.pick([
    { status: 500 },
    { status: 503 },
    { status: 429, code: 'rate_limit' },
    { status: 429, code: 'lock_timeout' },
  ]),
  count: random.pick([1, 2, 3, 8]),
});
