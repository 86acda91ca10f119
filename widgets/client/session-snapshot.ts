/** What is known of a user at one moment, and who is told of it. */

import type { BillingError } from './errors.ts';
import type { BillingCycle, Claims, Subscription } from './types.ts';

/** What elements draw from. Replaced as a whole, never changed. */
export interface SessionSnapshot {
  readonly status: 'loading' | 'signed-out' | 'ready' | 'error';
  readonly token: string | null;
  readonly claims: Claims | null;
  /** The answer of `GET /v1/subscription`, once some element asked for it; the last one while a newer is on its way. */
  readonly subscription: Subscription | null;
  readonly details: 'none' | 'loading' | 'ready' | 'error';
  /** The last failure; beside `ready`, the token is still good and another try is due. */
  readonly error: BillingError | null;
}

export interface PlanChange {
  readonly plan: string | null;
  readonly billingCycle: BillingCycle | null;
  readonly token: string;
}

export interface SessionListener {
  /** The snapshot is a new one. */
  update(): void;
  planChanged(change: PlanChange): void;
  failed(error: BillingError): void;
}

export const unknown: SessionSnapshot = {
  status: 'loading',
  token: null,
  claims: null,
  subscription: null,
  details: 'none',
  error: null,
};
export const signedOut: SessionSnapshot = { ...unknown, status: 'signed-out' };
