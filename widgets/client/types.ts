/** What the backend says, as it is on the wire (`snake_case`, money in minor units, times ISO 8601 UTC). */

export const billingCycles = ['monthly', 'yearly', 'one_time'] as const;
export type BillingCycle = (typeof billingCycles)[number];

export interface Price {
  /** Minor units of the currency. */
  readonly unit_amount: number;
  /** ISO 4217 in lower case. */
  readonly currency: string;
}

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Later in the config is higher. */
  readonly rank: number;
  readonly kind: 'free' | 'paid' | 'contact';
  readonly highlight: string | null;
  readonly features: readonly string[];
  readonly entitlements: Readonly<Record<string, boolean | number>>;
  readonly per_seat: boolean;
  readonly seats: { readonly min: number; readonly max: number } | null;
  readonly trial_days: number | null;
  readonly trial_card: 'required' | 'optional' | null;
  readonly contact_url: string | null;
  readonly prices: Readonly<Partial<Record<BillingCycle, Price | undefined>>>;
}

/** `GET /v1/projects/{p}/plans`. */
export interface Catalogue {
  readonly project_id: string;
  readonly name: string;
  readonly branding: {
    readonly logo: string | null;
    readonly accent: string | null;
    readonly radius: string | null;
    readonly font: string | null;
  };
  readonly payments: 'stripe' | 'none';
  readonly default_plan: string | null;
  readonly currency: string | null;
  readonly currencies: readonly string[];
  readonly billing_cycles: readonly BillingCycle[];
  readonly plans: readonly Plan[];
}

/** The plan state, the same everywhere (contract §2). */
export interface PlanState {
  readonly project_id: string;
  readonly user_id: string;
  readonly plan: string | null;
  readonly billing_cycle: BillingCycle | null;
  /** `none`, `free`, `assigned`, or Stripe's subscription status. */
  readonly status: string;
  readonly source: 'default' | 'selection' | 'api' | 'subscription';
  readonly quantity: number;
  readonly currency: string | null;
  readonly current_period_end: string | null;
  readonly trial_end: string | null;
  readonly cancel_at: string | null;
  readonly grace_until: string | null;
  readonly scheduled: {
    readonly plan: string | null;
    readonly billing_cycle: BillingCycle | null;
    readonly at: string;
  } | null;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly version: number;
  readonly updated_at: string;
}

/** What a subscriber is to be offered: `wait` while a payment is being processed. */
export type CallToAction = 'checkout' | 'manage' | 'fix_payment' | 'resume' | 'wait';

/** `GET /v1/subscription`. */
export interface Subscription extends PlanState {
  /** The time that it holds at: Stripe's, which a test clock or the sandbox may have moved. */
  readonly as_of: string;
  /** The plan of the running subscription, whether or not it gives it now. */
  readonly subscribed_plan: string | null;
  readonly payment_method: {
    readonly type: string;
    readonly brand: string | null;
    readonly last4: string | null;
    readonly exp_month: number | null;
    readonly exp_year: number | null;
  } | null;
  readonly next_invoice: { readonly amount_due: number; readonly currency: string; readonly date: string } | null;
  readonly trial_available: boolean;
  readonly can_manage_billing: boolean;
  readonly offer: CallToAction;
  /** Whether `POST /v1/checkout` would be let through now. */
  readonly may_checkout: boolean;
  /** Invoices are made and not collected for now. */
  readonly collection_paused: boolean;
  /** What this subscriber pays a seat and period, at a price of their own where it is a legacy one (R23.3). */
  readonly price: { readonly unit_amount: number | null; readonly currency: string; readonly legacy: boolean } | null;
  /** The invoice that was not paid. */
  readonly owed: {
    readonly amount_due: number;
    readonly currency: string;
    readonly since: string;
    readonly next_attempt_at: string | null;
    readonly hosted_url: string | null;
  } | null;
  /** An upgrade that waits to be paid. */
  readonly pending_change: {
    readonly plan: string;
    readonly billing_cycle: BillingCycle | null;
    readonly quantity: number;
    readonly expires_at: string;
    readonly requires_action: boolean;
    readonly hosted_url: string | null;
  } | null;
  /** The plan that remains if the subscription ends now. */
  readonly fallback_plan: string | null;
  /** The one currency that Stripe lets this customer pay in (R13.1). */
  readonly locked_currency: string | null;
}

/** `POST /v1/token/refresh` (RFC 8693 §2.2.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** `POST /v1/checkout`: what goes in. */
export interface CheckoutOrder {
  readonly plan: string;
  readonly billing_cycle?: BillingCycle;
  readonly quantity?: number;
  readonly currency?: string;
  readonly success_url: string;
  readonly cancel_url: string;
}

/** `POST /v1/subscription/preview`: what goes in. */
export interface ChangeOrder {
  readonly plan: string;
  readonly billing_cycle?: BillingCycle;
  /** Seats. */
  readonly quantity?: number;
}

/** `POST /v1/subscription/preview`: what comes out. */
export interface ChangePreview {
  readonly kind: 'upgrade' | 'downgrade' | 'switch';
  /** `now`, or when. */
  readonly effective: string;
  readonly due_now: number;
  /** A period from then on; null where nothing more is charged. */
  readonly next_amount: number | null;
  readonly currency: string;
  readonly lines: readonly { readonly description: string; readonly amount: number }[];
  /** Seconds since the epoch. */
  readonly proration_date: number | null;
}

/** `POST /v1/portal`: where in the portal to begin. */
export type PortalFlow = 'payment_method_update' | 'subscription_cancel' | 'subscription_update';

/** One of `GET /v1/invoices`. */
export interface Invoice {
  readonly id: string;
  /** Null while it is a draft. */
  readonly number: string | null;
  readonly date: string;
  readonly amount: number;
  readonly currency: string;
  /** Stripe's: `draft`, `open`, `paid`, `void`, `uncollectible`. */
  readonly status: string;
  readonly hosted_url: string | null;
  readonly pdf_url: string | null;
}

export interface InvoicePage {
  readonly data: readonly Invoice[];
  readonly has_more: boolean;
}

/** Claims of an access token that the elements read. Unverified: they decide what is shown, never what is allowed. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly account_id?: string;
  /** Seconds since the epoch. */
  readonly exp?: number;
  readonly plan?: string | null;
  readonly billing_cycle?: BillingCycle | null;
  readonly plan_status?: string;
  readonly features?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly plan_version?: number;
  readonly grace_until?: string | number;
}
