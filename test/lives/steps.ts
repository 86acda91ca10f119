/** What can happen in a life, as data: a life is a list of these, can be written to a file, shortened and lived again. */

import type { BillingCycle } from '../../server/config/project.ts';

/** Which of those there are: 0 to 1, from the oldest to the newest. */
type Which = number;

export interface Order {
  readonly plan: 'free' | 'pro' | 'team' | 'enterprise';
  readonly cycle: BillingCycle | null;
  readonly seats: number | null;
  /** Of a checkout; without it the one that prices are in first. */
  readonly currency?: 'eur';
}

export type Card = keyof typeof cards;

/** Stripe's test cards by what they do. */
export const cards = {
  good: 'pm_card_visa',
  other: 'pm_card_mastercard',
  declines: 'pm_card_chargeDeclined',
  attaches_then_declines: 'pm_card_chargeCustomerFail',
  asks_always: 'pm_card_authenticationRequired',
  asks_once: 'pm_card_authenticationRequiredOnSetup',
  disputes: 'pm_card_createDispute',
} as const;

/** What a user does in Stripe's portal, opened through the backend. */
export const portalActs = ['look', 'cancel', 'resume', 'undo', 'switch', 'pay'] as const;
export type PortalAct = (typeof portalActs)[number];

export type Step =
  // The user, through the backend.
  | { readonly do: 'checkout'; readonly user: number; readonly order: Order; readonly proven: 'token' | 'link' }
  | { readonly do: 'pay'; readonly which: Which; readonly card: Card; readonly passes: 'passes' | 'fails' | 'leaves' }
  | { readonly do: 'return'; readonly which: Which }
  | { readonly do: 'change'; readonly user: number; readonly order: Order; readonly hesitates: number }
  | { readonly do: 'cancel'; readonly user: number }
  | { readonly do: 'resume'; readonly user: number }
  | { readonly do: 'choose'; readonly user: number; readonly order: Order }
  | { readonly do: 'look'; readonly user: number }
  | { readonly do: 'token'; readonly user: number }
  | {
      readonly do: 'portal';
      readonly user: number;
      readonly act: PortalAct;
      /** Straight to the thing, and back when it is done. */
      readonly flow: boolean;
      readonly to: SoldPrice;
      readonly passes: 'passes' | 'fails';
      readonly returns: boolean;
    }
  // The customer's own backend.
  | { readonly do: 'assign'; readonly user: number; readonly plan: Order['plan']; readonly days: number | null }
  | { readonly do: 'unassign'; readonly user: number }
  | { readonly do: 'forget'; readonly user: number }
  // At Stripe: portal, hosted invoice, dashboard.
  | { readonly do: 'card'; readonly user: number; readonly card: Card }
  | { readonly do: 'settle_invoice'; readonly user: number; readonly card: Card; readonly passes: 'passes' | 'fails' }
  | { readonly do: 'portal_cancel'; readonly user: number; readonly how: 'flag' | 'date' | 'take_back' }
  | { readonly do: 'cancel_now'; readonly user: number }
  | { readonly do: 'reprice'; readonly user: number; readonly to: 'legacy' | 'unknown' | 'pro_yearly' | 'team_monthly' }
  | {
      readonly do: 'pause_collection';
      readonly user: number;
      readonly how: 'void' | 'keep_as_draft' | 'mark_uncollectible' | 'off';
    }
  | { readonly do: 'void_invoice'; readonly user: number }
  | { readonly do: 'refund'; readonly user: number; readonly share: number }
  | { readonly do: 'pause'; readonly user: number }
  | { readonly do: 'go_on'; readonly user: number }
  | { readonly do: 'delete_customer'; readonly user: number }
  | { readonly do: 'coupon'; readonly user: number; readonly percent: number; readonly months: number | null }
  | { readonly do: 'dispute'; readonly user: number; readonly outcome: 'open' | 'won' | 'lost' }
  | { readonly do: 'dashboard_subscribe'; readonly user: number; readonly price: SoldPrice }
  // The world.
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'jump'; readonly seconds: number }
  | { readonly do: 'jump_to_end'; readonly user: number; readonly by: number }
  | { readonly do: 'deliver'; readonly share: number; readonly together: number }
  | {
      readonly do: 'fault';
      readonly route: string;
      readonly status: number;
      readonly code?: string;
      readonly count: number;
    }
  | { readonly do: 'restart' }
  // The backend's process is killed at its n-th request to Stripe, before that is carried out or after; whoever asked may ask again.
  | {
      readonly do: 'kill';
      readonly at: number;
      readonly carried: boolean;
      readonly again: boolean;
      readonly step: Step;
    }
  | { readonly do: 'reconcile' }
  // All is delivered, tried again and reconciled, and held against the books.
  | { readonly do: 'settle' }
  | { readonly do: 'together'; readonly steps: readonly Step[] };

export const soldPrices = ['pro_monthly', 'pro_yearly', 'team_monthly', 'team_yearly'] as const;
export type SoldPrice = (typeof soldPrices)[number];
