/** Every state of every element, for looking at: what the backend says, and the markup that shows it. */

import type { Subscription } from '../../../widgets/client/types.ts';
import type { PeerProject } from '../peer/peer.ts';
import * as catalogues from '../peer/catalogues.ts';

export interface GalleryState {
  readonly title: string;
  /** Also the project's id. */
  readonly id: string;
  readonly peer: PeerProject;
  /** `@` stands for the attributes that name the project and, where there is one, the user. */
  readonly markup: string;
  readonly isSignedIn: boolean;
}

const pro = catalogues.usual.plans[1];
const onPro = (more: Partial<Subscription> = {}): PeerProject => ({
  users: {
    ada: {
      plan: 'pro',
      billing_cycle: 'monthly',
      status: 'active',
      source: 'subscription',
      trial_available: false,
      current_period_end: '2026-12-23T10:00:00Z',
      ...catalogues.entitlementsOf(pro?.entitlements ?? {}),
      ...more,
    },
  },
});

const picker = (more = ''): string => `<plan-picker @ ${more}></plan-picker>`;
const state = (title: string, id: string, more: Partial<GalleryState>): GalleryState => ({
  title,
  id,
  peer: {},
  markup: picker(),
  isSignedIn: false,
  ...more,
});

export const states: readonly GalleryState[] = [
  state('Plan picker, signed out', 'out', {
    peer: { catalogue: catalogues.withTrial },
    markup: picker('billing-cycle="yearly"'),
  }),
  state('Plan picker, on Pro', 'pro', { peer: onPro(), isSignedIn: true }),
  state('Plan picker, on Pro, the other cycle', 'cycle', {
    peer: onPro(),
    isSignedIn: true,
    markup: picker('billing-cycle="yearly"'),
  }),
  state('On trial', 'trial', {
    peer: onPro({ status: 'trialing', trial_end: '2026-12-07T10:00:00Z' }),
    isSignedIn: true,
  }),
  state('Past due', 'due', {
    peer: onPro({ status: 'past_due', grace_until: '2026-11-30T10:00:00Z' }),
    isSignedIn: true,
  }),
  state('Ending, to Free', 'ending', {
    peer: onPro({
      cancel_at: '2026-12-23T10:00:00Z',
      scheduled: { plan: 'free', billing_cycle: null, at: '2026-12-23T10:00:00Z' },
    }),
    isSignedIn: true,
  }),
  state('Free, everything free to choose', 'none', {
    peer: { catalogue: catalogues.withoutPayments },
    isSignedIn: true,
  }),
  state('Four plans', 'four', { peer: { catalogue: catalogues.fourPlans } }),
  state('Five plans: a comparison', 'five', { peer: { catalogue: catalogues.fivePlans } }),
  state('Two plans', 'two', { markup: picker('plans="free pro"') }),
  state('Loading', 'loading', { peer: { hold: ['/plans'] } }),
  state('Loading the user’s plan', 'half', { peer: { ...onPro(), hold: ['/v1/subscription'] }, isSignedIn: true }),
  state('No plans', 'empty', { peer: { catalogue: catalogues.noPlans } }),
  state('Plans not to be had', 'error', { peer: { faults: [{ path: '/plans', status: 503 }] } }),
  state('User’s plan not to be had', 'lookup', {
    peer: { ...onPro(), faults: [{ path: '/v1/subscription', status: 503 }] },
    isSignedIn: true,
  }),
  state('A member who may not choose', 'member', { peer: onPro({ can_manage_billing: false }), isSignedIn: true }),
  state('A bad attribute', 'bad', { markup: picker('billing-cycle="weekly"') }),
  state('In a form', 'form', { markup: `<form>${picker('name="plan" required value="pro"')}</form>` }),
  state('Upgrade buttons', 'buttons', {
    peer: onPro(),
    isSignedIn: true,
    markup: ['free', 'pro', 'team'].map((plan) => `<upgrade-button @ plan="${plan}"></upgrade-button>`).join(' '),
  }),
  state('Closed gate', 'gate', { markup: '<plan-gate @ feature="export"></plan-gate>', isSignedIn: true }),
  state('Closed gate, on Pro, for Team', 'gate-team', {
    peer: onPro(),
    markup: '<plan-gate @ plan="team"></plan-gate>',
    isSignedIn: true,
  }),
  state('Open gate', 'gate-open', {
    peer: onPro(),
    markup: '<plan-gate @ plan="pro"><p>What is inside.</p></plan-gate>',
    isSignedIn: true,
  }),
  state('Gate that could not look', 'gate-error', {
    peer: { faults: [{ path: '/v1/token/refresh', status: 503 }] },
    markup: '<plan-gate @ plan="pro"><p>What is inside.</p></plan-gate>',
    isSignedIn: true,
  }),
];
