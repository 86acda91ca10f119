/** Every state of every element, for looking at: what the backend says, and the markup that shows it. */

import type { Subscription } from '../../../widgets/client/types.ts';
import type { PeerProject } from '../peer/peer.ts';
import * as catalogues from '../peer/catalogues.ts';
import {
  beyondGrace,
  ending,
  pastDue,
  paused,
  periodEnd,
  processing,
  waitsToBePaid,
} from '../support/subscriptions.ts';

export interface GalleryState {
  readonly title: string;
  /** Also the project's id. */
  readonly id: string;
  readonly peer: PeerProject;
  /** `@` stands for the attributes that name the project and, where there is one, the user. */
  readonly markup: string;
  readonly isSignedIn: boolean;
  /** What to press inside the element, one after the other, to get there; selectors, for words are another language's. */
  readonly press?: readonly string[];
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

const visa = { type: 'card', brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2028 } as const;
const dollars = (amount: number): { amount_due: number; currency: string } => ({ amount_due: amount, currency: 'usd' });

/** A subscriber of Pro with a card, a next invoice and some behind them. */
const subscriber = (more: Partial<Subscription> = {}, peer: PeerProject = {}): PeerProject => ({
  invoices: ['2026-11-23', '2026-10-23', '2026-09-23'].map((date, index) => ({
    id: `in_${index}`,
    number: `PC-000${3 - index}`,
    date: `${date}T10:00:00Z`,
    amount: 1900,
    currency: 'usd',
    status: more.owed && index === 0 ? 'open' : 'paid',
    hosted_url: 'https://pay.test/invoice',
    pdf_url: 'https://pay.test/invoice.pdf',
  })),
  ...onPro({
    payment_method: visa,
    next_invoice: { ...dollars(1900), date: periodEnd },
    price: { unit_amount: 1900, currency: 'usd', legacy: false },
    locked_currency: 'usd',
    ...more,
  }),
  ...peer,
});

const toPro: Partial<Subscription> = {
  plan: 'team',
  quantity: 5,
  scheduled: { plan: 'pro', billing_cycle: 'monthly', at: periodEnd },
  price: { unit_amount: 2900, currency: 'usd', legacy: false },
};
const trial = (more: Partial<Subscription>): Partial<Subscription> => ({
  status: 'trialing',
  offer: 'manage',
  trial_end: new Date(Date.now() + 2.5 * 24 * 60 * 60 * 1000).toISOString(),
  ...more,
});
/** What the backend refuses a change with. */
const refused = (status: number, code: string, more: object = {}): PeerProject => ({
  faults: [
    {
      path: '/v1/subscription/change',
      status,
      body: { status, code, title: code, detail: `Refused: ${code}.`, ...more },
    },
  ],
});

const manager = (title: string, id: string, peer: PeerProject, more: Partial<GalleryState> = {}): GalleryState =>
  state(title, id, { peer, isSignedIn: true, markup: '<subscription-manager @></subscription-manager>', ...more });
const banner = (title: string, id: string, user: Partial<Subscription>): GalleryState =>
  state(title, id, {
    peer: subscriber(user),
    isSignedIn: true,
    markup: '<billing-banner @ dismissible></billing-banner>',
  });

const toTeam = '.plan:nth-of-type(3) .choice .button';
const agree = 'dialog footer .button.filled:not([disabled])';

const picker = (more = ''): string => `<plan-picker @ ${more}></plan-picker>`;
const state = (title: string, id: string, more: Partial<GalleryState>): GalleryState => ({
  title,
  id,
  peer: {},
  markup: picker(),
  isSignedIn: false,
  ...more,
});

const all: readonly GalleryState[] = [
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
  state('Nine plans', 'nine', { peer: { catalogue: catalogues.ninePlans } }),
  state('Two plans', 'two', { markup: picker('plans="free pro"') }),
  state('One plan', 'one', { markup: picker('plans="pro"') }),
  state('Long names', 'long', { peer: { catalogue: catalogues.longNames } }),
  state('A currency of many digits', 'digits', { peer: { catalogue: catalogues.manyDigits } }),
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
  state('Picker, on a price of their own', 'own-price', {
    peer: subscriber({ price: { unit_amount: 1500, currency: 'usd', legacy: true } }),
    isSignedIn: true,
  }),
  state('Picker, past due', 'picker-due', { peer: subscriber(pastDue), isSignedIn: true }),
  state('Picker, paused', 'picker-paused', {
    peer: subscriber(paused),
    isSignedIn: true,
  }),
  state('Picker, moves to Pro', 'picker-scheduled', { peer: subscriber(toPro), isSignedIn: true }),
  state('Picker, an upgrade waits to be paid', 'picker-pending', {
    peer: subscriber(waitsToBePaid(true)),
    isSignedIn: true,
  }),
  state('Picker, a payment is processed', 'picker-wait', {
    peer: subscriber(processing),
    isSignedIn: true,
  }),

  manager('Manager, active', 'active', subscriber()),
  manager('Manager, past due', 'manager-due', subscriber(pastDue)),
  manager('Manager, beyond the grace period', 'manager-off', subscriber({ ...beyondGrace, status: 'unpaid' })),
  manager('Manager, ending', 'manager-ending', subscriber(ending)),
  manager('Manager, moves to Pro', 'manager-scheduled', subscriber(toPro)),
  manager('Manager, the bank asks to confirm', 'manager-confirm', subscriber(waitsToBePaid(true))),
  manager('Manager, an upgrade was declined', 'manager-unpaid', subscriber(waitsToBePaid(false))),
  manager('Manager, paused', 'manager-paused', subscriber(paused)),
  manager(
    'Manager, collection paused',
    'manager-collection',
    subscriber({ collection_paused: true, offer: 'resume', next_invoice: null }),
  ),
  manager('Manager, on trial', 'manager-trial', subscriber(trial({}))),
  manager(
    'Manager, on trial without a card',
    'manager-trial-bare',
    subscriber(trial({ payment_method: null, next_invoice: null }), { invoices: [] }),
  ),
  manager('Manager, a payment is processed', 'manager-wait', subscriber(processing)),
  manager('Manager, on Free', 'manager-free', {}),
  manager('Manager, ended', 'manager-ended', {
    ...subscriber(),
    users: { ada: { trial_available: false, locked_currency: 'usd' } },
  }),
  manager('Manager, no plan', 'manager-none', { users: { ada: { plan: null, status: 'none' } } }),
  manager('Manager, given by hand until a day', 'manager-assigned', {
    users: {
      ada: {
        plan: 'team',
        status: 'assigned',
        source: 'api',
        quantity: 12,
        scheduled: { plan: 'free', billing_cycle: null, at: periodEnd },
      },
    },
  }),
  manager(
    'Manager, a card that is over',
    'manager-expired',
    subscriber({ payment_method: { ...visa, brand: 'mastercard', exp_year: 2025 } }),
  ),
  manager('Manager, for a member', 'manager-member', subscriber({ can_manage_billing: false })),
  manager('Manager, signed out', 'manager-out', {}, { isSignedIn: false }),
  manager('Manager, loading', 'manager-loading', { ...subscriber(), hold: ['/v1/subscription'] }),
  manager('Manager, not to be had', 'manager-error', {
    ...subscriber(),
    faults: [{ path: '/v1/subscription', status: 503 }],
  }),
  manager('Manager, invoices not to be had', 'manager-no-invoices', {
    ...subscriber(),
    faults: [{ path: '/v1/invoices', status: 503 }],
  }),
  manager(
    'Manager, a bad attribute',
    'manager-bad',
    {},
    { markup: '<subscription-manager @ sections="plan cards"></subscription-manager>' },
  ),
  manager('Manager, one section', 'manager-section', subscriber(), {
    markup: '<subscription-manager @ sections="payment"></subscription-manager>',
  }),

  banner('Banner, past due', 'banner-due', pastDue),
  banner('Banner, beyond the grace period', 'banner-off', beyondGrace),
  banner('Banner, ending', 'banner-ending', ending),
  banner('Banner, to confirm', 'banner-confirm', waitsToBePaid(true)),
  banner('Banner, paused', 'banner-paused', paused),
  banner('Banner, trial without a card', 'banner-trial', trial({ payment_method: null })),

  manager('Dialog, choose', 'dialog-choice', subscriber({}, { catalogue: catalogues.fourPlans }), {
    press: ['.actions .button'],
  }),
  state('Dialog, upgrade', 'dialog-upgrade', { peer: subscriber(), isSignedIn: true, press: [toTeam] }),
  state('Dialog, working out the price', 'dialog-working', {
    peer: { ...subscriber(), hold: ['/preview'] },
    isSignedIn: true,
    press: [toTeam],
  }),
  state('Dialog, credit is left', 'dialog-credit', {
    peer: subscriber(
      {},
      {
        preview: {
          due_now: 0,
          lines: [
            { description: 'Unused time on Pro', amount: -4200 },
            { description: 'Team × 1', amount: 2900 },
          ],
        },
      },
    ),
    isSignedIn: true,
    press: [toTeam],
  }),
  state('Dialog, downgrade', 'dialog-downgrade', {
    peer: subscriber({ ...toPro, scheduled: null }),
    isSignedIn: true,
    press: ['.plan:nth-of-type(1) .choice .button'],
  }),
  state('Dialog, a preview that failed', 'dialog-no-preview', {
    peer: { ...subscriber(), faults: [{ path: '/preview', status: 503 }] },
    isSignedIn: true,
    press: [toTeam],
  }),
  state('Dialog, declined', 'dialog-declined', {
    peer: { ...subscriber(), ...refused(402, 'payment_failed', { hosted_url: 'https://pay.test/invoice' }) },
    isSignedIn: true,
    press: [toTeam, agree],
  }),
  state('Dialog, the bank asks', 'dialog-bank', {
    peer: { ...subscriber(), ...refused(402, 'requires_action', { hosted_url: 'https://pay.test/invoice' }) },
    isSignedIn: true,
    press: [toTeam, agree],
  }),
  state('Dialog, arranged by hand', 'dialog-foreign', {
    peer: { ...subscriber(), ...refused(409, 'schedule_foreign') },
    isSignedIn: true,
    press: [toTeam, agree],
  }),
  manager('Dialog, downgrade after the choice', 'dialog-choice-down', subscriber({ ...toPro, scheduled: null }), {
    press: ['.actions .button', 'dialog input[value="pro"]', 'dialog footer .button.filled:not([disabled])'],
  }),
  manager('Dialog, cancel', 'dialog-cancel', subscriber(), { press: ['.actions .bare'] }),
];

/** So many elements on one page: a browser opens six connections to a host. */
export const states: readonly GalleryState[] = all.map((each) => ({ ...each, peer: { ...each.peer, isSilent: true } }));
