/** Subscriptions as the backend answers them, for tests of what is pure. */

import type { Subscription } from '../../../widgets/client/types.ts';

export const periodEnd = '2026-12-23T10:00:00Z';

/** Of Pro by the month, active, with a card; `more` is what is different. */
export const subscriptionOf = (more: Partial<Subscription> = {}): Subscription => ({
  project_id: 'acme',
  user_id: 'ada',
  plan: 'pro',
  billing_cycle: 'monthly',
  status: 'active',
  source: 'subscription',
  quantity: 1,
  currency: 'usd',
  current_period_end: periodEnd,
  trial_end: null,
  cancel_at: null,
  grace_until: null,
  scheduled: null,
  features: ['export'],
  limits: { projects: -1 },
  version: 3,
  updated_at: '2026-11-23T10:00:00Z',
  as_of: '2026-11-23T10:00:00Z',
  subscribed_plan: more.plan ?? 'pro',
  payment_method: { type: 'card', brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2028 },
  next_invoice: { amount_due: 1900, currency: 'usd', date: periodEnd },
  trial_available: false,
  can_manage_billing: true,
  offer: 'manage',
  may_checkout: false,
  collection_paused: false,
  price: { unit_amount: 1900, currency: 'usd', legacy: false },
  owed: null,
  pending_change: null,
  fallback_plan: 'free',
  locked_currency: 'usd',
  ...more,
});

export const pastDue: Partial<Subscription> = {
  status: 'past_due',
  offer: 'fix_payment',
  grace_until: '2026-11-30T10:00:00Z',
  owed: {
    amount_due: 1900,
    currency: 'usd',
    since: '2026-11-23T10:00:00Z',
    next_attempt_at: '2026-11-27T10:00:00Z',
    hosted_url: 'https://pay.test/in_1',
  },
};
export const beyondGrace: Partial<Subscription> = {
  ...pastDue,
  plan: 'free',
  subscribed_plan: 'pro',
  billing_cycle: null,
  source: 'default',
  grace_until: null,
};
export const ending: Partial<Subscription> = {
  offer: 'resume',
  cancel_at: periodEnd,
  scheduled: { plan: 'free', billing_cycle: null, at: periodEnd },
  next_invoice: null,
};
export const paused: Partial<Subscription> = {
  status: 'paused',
  offer: 'resume',
  plan: 'free',
  subscribed_plan: 'pro',
  billing_cycle: null,
  source: 'default',
  next_invoice: null,
};
/** A first payment that takes days: until it has come, nothing is given. */
export const processing: Partial<Subscription> = {
  status: 'incomplete',
  offer: 'wait',
  plan: 'free',
  subscribed_plan: 'pro',
  billing_cycle: null,
  source: 'default',
  next_invoice: null,
};
export const collectionPaused: Partial<Subscription> = {
  offer: 'resume',
  collection_paused: true,
  next_invoice: null,
};
export const downgrading: Partial<Subscription> = {
  plan: 'team',
  scheduled: { plan: 'pro', billing_cycle: 'monthly', at: periodEnd },
};
/** @param requiresAction the bank asks, or the card was declined */
export const waitsToBePaid = (requiresAction: boolean): Partial<Subscription> => ({
  pending_change: {
    plan: 'team',
    billing_cycle: 'monthly',
    quantity: 1,
    expires_at: '2026-11-24T09:00:00Z',
    requires_action: requiresAction,
    hosted_url: 'https://pay.test/in_2',
  },
});
