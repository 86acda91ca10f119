/** The events of the elements. All bubble and cross shadow roots (R38.1). */

import type { Attention, AttentionAction } from '../client/attention.ts';
import type { BillingError } from '../client/errors.ts';
import type { PlanChange } from '../client/session-snapshot.ts';
import type { BillingCycle } from '../client/types.ts';

export interface PlanSelection {
  readonly plan: string;
  readonly billingCycle: BillingCycle | null;
  /** Seats; null where the plan is not sold by the seat or the default is meant. */
  readonly quantity: number | null;
}

const everywhere = { bubbles: true, composed: true };

/** Somebody chose a plan and nothing has happened yet; `preventDefault()` keeps it so. */
export class PlanSelectEvent extends CustomEvent<PlanSelection> {
  constructor(detail: PlanSelection) {
    super('plan-select', { ...everywhere, cancelable: true, detail });
  }
}

/** The user's plan or billing cycle is another one now, and `token` states it. */
export class PlanChangeEvent extends CustomEvent<PlanChange> {
  constructor(detail: PlanChange) {
    super('plan-change', { ...everywhere, detail });
  }
}

/** Somebody who is not signed in chose a plan. */
export class SignInRequiredEvent extends CustomEvent<PlanSelection> {
  constructor(detail: PlanSelection) {
    super('sign-in-required', { ...everywhere, detail });
  }
}

export interface BillingAction {
  readonly action: AttentionAction['kind'];
  /** What needs the user. */
  readonly reason: Attention['kind'];
  /** The page that is about to be opened; null where it is none, or not known yet. */
  readonly url: string | null;
}

/** A banner's button was pressed and nothing has happened yet; `preventDefault()` keeps it so. */
export class BillingActionEvent extends CustomEvent<BillingAction> {
  constructor(detail: BillingAction) {
    super('billing-action', { ...everywhere, cancelable: true, detail });
  }
}

export class BillingErrorEvent extends CustomEvent<BillingErrorDetail> {
  constructor(error: BillingError) {
    super('billing-error', {
      ...everywhere,
      detail: { code: error.code, status: error.status, message: error.message },
    });
  }
}

export interface BillingErrorDetail {
  /** Stable: the backend's, or the client's own (`client/errors.ts`). */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly message: string;
}

declare global {
  interface HTMLElementEventMap {
    'plan-select': PlanSelectEvent;
    'plan-change': PlanChangeEvent;
    'sign-in-required': SignInRequiredEvent;
    'billing-error': BillingErrorEvent;
    'billing-action': BillingActionEvent;
  }
}
