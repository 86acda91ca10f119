/** What needs the user, worst first, and the one thing to do about it: pure, the same for the manager and the banner. */

import { entitles } from './standing.ts';
import type { Subscription } from './types.ts';

/** What a notice's button does. `open` is a page of Stripe's, at `url`. */
export type AttentionAction =
  | { readonly kind: 'fix_payment' | 'add_payment_method' | 'resume' | 'undo' }
  | { readonly kind: 'confirm_payment' | 'pay'; readonly url: string };

export interface Attention {
  readonly kind:
    | 'past-due'
    | 'off'
    | 'declined'
    | 'confirm-owed'
    | 'confirm'
    | 'upgrade-unpaid'
    | 'paused'
    | 'trial-ends'
    | 'ends'
    | 'moves';
  readonly severity: 'danger' | 'warn' | 'calm';
  readonly action: AttentionAction;
  /** Until when, in ISO 8601; null where it has no end. */
  readonly at: string | null;
  /** Of what the plan is about to become, or comes to once it is paid. */
  readonly plan: string | null;
  /** Another one when it gets worse: what was put aside in one stage comes back in the next. */
  readonly stage: string;
}

/** `GET /portal/return` adds it to the address as `payment`, where the new card did not pay what is owed. */
export type PortalReturn = 'failed' | 'requires_action' | null;

/** Milliseconds before the end of a trial from which on a missing card needs somebody; each is a stage. */
const trialStages = [1, 3, 7].map((days) => days * 24 * 60 * 60 * 1000);

/**
 * The first thing that needs the user; null where nothing does.
 * @param returned what the portal's way back said of the payment with a new card
 */
export function attentionOf(subscription: Subscription, returned: PortalReturn): Attention | null {
  const { offer, owed, pending_change: pending, cancel_at: end, scheduled, grace_until: grace } = subscription;
  if (offer === 'fix_payment') {
    const isOn = entitles(subscription);
    const debt = {
      severity: 'danger',
      at: isOn ? grace : null,
      plan: subscription.plan,
      stage: `${isOn ? 'on' : 'off'} ${owed?.since ?? ''}`,
    } as const;
    if (returned === 'requires_action' && owed?.hosted_url)
      return { ...debt, kind: 'confirm-owed', action: { kind: 'confirm_payment', url: owed.hosted_url } };
    const kind = returned === 'failed' ? 'declined' : isOn ? 'past-due' : 'off';
    return { ...debt, kind, action: { kind: 'fix_payment' } };
  }
  if (pending?.hosted_url) {
    const isBank = pending.requires_action;
    return {
      kind: isBank ? 'confirm' : 'upgrade-unpaid',
      severity: 'warn',
      action: { kind: isBank ? 'confirm_payment' : 'pay', url: pending.hosted_url },
      at: pending.expires_at,
      plan: pending.plan,
      stage: pending.expires_at,
    };
  }
  const usual = { plan: scheduled?.plan ?? subscription.fallback_plan, severity: 'warn' } as const;
  if (offer === 'resume' && (subscription.collection_paused || subscription.status === 'paused'))
    return { ...usual, kind: 'paused', action: { kind: 'resume' }, at: null, stage: '' };
  if (end !== null) return { ...usual, kind: 'ends', action: { kind: 'resume' }, at: end, stage: end };
  const trialEnd = subscription.status === 'trialing' ? subscription.trial_end : null;
  if (trialEnd !== null && subscription.payment_method === null) {
    const left = Date.parse(trialEnd) - Date.parse(subscription.as_of);
    const stage = trialStages.find((each) => left <= each);
    if (stage !== undefined) {
      const action = { kind: 'add_payment_method' } as const;
      return { ...usual, kind: 'trial-ends', action, at: trialEnd, stage: `${trialEnd} ${stage}` };
    }
  }
  if (offer === 'manage' && scheduled) {
    return {
      ...usual,
      kind: 'moves',
      severity: 'calm',
      action: { kind: 'undo' },
      at: scheduled.at,
      stage: scheduled.at,
    };
  }
  return null;
}
