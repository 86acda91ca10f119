/** The tables, as Kysely sees them. Times are milliseconds since 1970, yes and no are 1 and 0, lists and objects are JSON text. */

import type { Generated, Kysely, Transaction } from 'kysely';

/** The effective plan of a user, kept as computed; `billing/plan-state.ts` is what computes it. */
export interface PlanStateTable {
  project_id: string;
  user_id: string;
  plan: string | null;
  status: string;
  /** Never goes down, also not when the user is forgotten and comes back. */
  version: number;
  /** The contract's plan state object, without `version` and `updated_at`. */
  state: string;
  /** From this time on the state must be computed again even though nothing was written (an expiry, a grace end); null: never. */
  valid_until: number | null;
  /** From this time on Stripe should have said something: it is asked before the state is believed (R3.4); null: never. */
  reread_at: number | null;
  /** Where the user's test clock stands, null without one: the time at which this was decided. */
  test_clock_time: number | null;
  /** Fingerprint of the project's plans that the state was computed with; a changed config computes again. */
  basis: string;
  updated_at: number;
}

/** What was chosen on a selection page or set through the API. Stripe's events never write here (R25.3). */
export interface AssignmentTable {
  project_id: string;
  user_id: string;
  plan: string;
  billing_cycle: string | null;
  source: 'selection' | 'api';
  /** 1 when a priced plan was chosen freely, while `payments` was `none`. */
  free_selection: number;
  expires_at: number | null;
  created_at: number;
}

/** Stripe customers of a user: one is current, earlier ones stay watched. `marked` counts what webhooks said, `applied` what was read since. */
export interface CustomerTable {
  account: string;
  customer_id: string;
  project_id: string;
  user_id: string;
  is_current: number;
  /** What the customer is bound to at Stripe once something was bought (R13.1); null while free. */
  currency: string | null;
  /** 1 when a refund or a dispute was heard of, and charges have to be read as well. */
  charges_marked: Generated<number>;
  marked: Generated<number>;
  applied: Generated<number>;
  attempts: Generated<number>;
  /** When the backend tries again by itself; null: nothing is pending. */
  retry_at: number | null;
  created_at: number;
}

/** A subscription as last read at Stripe. */
export interface SubscriptionTable {
  account: string;
  subscription_id: string;
  customer_id: string;
  project_id: string;
  user_id: string;
  status: string;
  /** Null when its price is unknown to the config. */
  plan: string | null;
  billing_cycle: string | null;
  price_id: string | null;
  item_id: string | null;
  quantity: number;
  currency: string;
  unit_amount: number | null;
  current_period_start: number | null;
  current_period_end: number | null;
  trial_end: number | null;
  trial_start: number | null;
  cancel_at: number | null;
  canceled_at: number | null;
  ended_at: number | null;
  /** 1 while `pause_collection` is set. */
  collection_paused: number;
  /** The end of what the last invoice paid for. */
  paid_until: number | null;
  /** 1 while the first payment is on its way. */
  awaiting_payment: number;
  never_paid: number;
  /** 1 when its price can no longer be bought. */
  legacy_price: number;
  /** The open invoice while past due or unpaid; JSON. */
  owed: string | null;
  /** A change that waits for its payment; JSON. */
  pending_change: string | null;
  schedule_id: string | null;
  /** `{plan, billing_cycle, at}` when a change is scheduled; JSON. */
  scheduled: string | null;
  /** Stamped once a delinquency (R21.1). */
  past_due_since: number | null;
  payment_method: string | null;
  created_at: number;
  /** How many subscriptions its customer had before it. */
  position: number;
  /** A dispute of one of its payments, as far as it stands against the customer; null: none, or won. */
  dispute: 'open' | 'lost' | null;
  /** The end of a trial that `subscription.trial_will_end` has told of. */
  trial_end_told: number | null;
  /** The test clock that the customer lives by, and where it stood when it was read; both null without one. */
  test_clock: string | null;
  test_clock_time: number | null;
  read_at: number;
}

/** What a price has once meant: it goes on meaning it when its lookup key has moved to another one. */
export interface PriceTable {
  account: string;
  project_id: string;
  price_id: string;
  plan: string;
  billing_cycle: string | null;
  seen_at: number;
}

/**
 * A second subscription, cancelled and refunded or left to a person. `pending` until that is done, whatever happens in between;
 * `settling` while a payment of its is still on the way.
 */
export interface DuplicateTable {
  account: string;
  subscription_id: string;
  project_id: string;
  user_id: string;
  kept_subscription_id: string;
  state: 'pending' | 'settling' | 'done' | 'recorded';
  created_at: number;
  /** When its payments were last looked at, at Stripe's time; null: never, or no more. */
  checked_at: number | null;
}

/** A subscription that the project's rules end: kept until Stripe has ended it. */
export interface EndingTable {
  account: string;
  subscription_id: string;
  project_id: string;
  user_id: string;
  created_at: number;
}

/** What is taken off the subscription once it is on this price and quantity: an upgrade that waits to be paid. */
export interface ContinuationTable {
  account: string;
  subscription_id: string;
  project_id: string;
  user_id: string;
  price_id: string;
  /** Null for what is billed by use. */
  quantity: number | null;
  /** The schedule that is released then; null: the set end is taken off. */
  schedule_id: string | null;
  created_at: number;
}

/** A user who is to be forgotten, until Stripe has confirmed that nothing of theirs runs on. */
export interface UserDeletionTable {
  project_id: string;
  user_id: string;
  requested_at: number;
  attempts: number;
  /** When the backend tries again by itself. */
  retry_at: number;
}

/** All that is left of a forgotten user: the version that a new sign-up goes on from. */
export interface ForgottenUserTable {
  project_id: string;
  /** SHA-256 of project and user id. */
  user_hash: string;
  version: number;
}

/** Event ids already marked: what makes a repeated delivery cost nothing (R2.1, R2.3). */
export interface StripeEventTable {
  account: string;
  event_id: string;
  type: string;
  customer_id: string;
  received_at: number;
}

export interface CheckoutSessionTable {
  account: string;
  session_id: string;
  project_id: string;
  user_id: string;
  customer_id: string;
  plan: string;
  billing_cycle: string;
  quantity: number;
  /** What the session was made for; a second click with the same gets the same session. */
  fingerprint: string;
  /** 1 when the caller was proven: a token or a signed link. */
  authenticated: number;
  status: 'open' | 'complete' | 'expired';
  url: string | null;
  success_url: string;
  cancel_url: string;
  expires_at: number;
  created_at: number;
}

/** Who works on what, across processes: a lease that runs out by itself. */
export interface LeaseTable {
  name: string;
  owner: string;
  until: number;
}

export interface SigningKeyTable {
  kid: string;
  algorithm: string;
  public_jwk: string;
  /** AES-256-GCM under a key derived from PLANCLAIM_SECRET. */
  sealed_private_jwk: string;
  created_at: number;
  /** Published before it signs, for longer than verifiers cache (R32.1). */
  signs_from: number;
  /** When it leaves the JWKS; null while it is in use. */
  removed_at: number | null;
}

/** One-time codes of the selection page (RFC 6749 §4.1 with PKCE, RFC 7636). */
export interface AuthorizationCodeTable {
  code_hash: string;
  project_id: string;
  user_id: string;
  subject: string;
  redirect_uri: string;
  code_challenge: string;
  /** The caller's own claims that the token will keep; JSON. */
  kept_claims: string;
  /** Milliseconds; the token never outlives it. */
  session_expires_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface IdempotencyKeyTable {
  scope: string;
  key: string;
  fingerprint: string;
  /** Null while the first request is still at work. */
  status: number | null;
  content_type: string | null;
  body: string | null;
  created_at: number;
}

/** What a person should look at; raised once, whatever repeats. */
export interface IncidentTable {
  incident_id: string;
  project_id: string;
  user_id: string | null;
  kind: string;
  /** What makes two incidents the same one. */
  subject: string;
  detail: string;
  occurrences: number;
  created_at: number;
  last_seen_at: number;
}

/** The customer portal's configuration at Stripe: one a project and account (R28.1). */
export interface PortalConfigurationTable {
  account: string;
  project_id: string;
  configuration_id: string;
  updated_at: number;
}

/** What the customer's backend is told. The row is written with the change that it tells, and never changed. */
export interface OutgoingEventTable {
  /** The `webhook-id`. */
  event_id: string;
  project_id: string;
  user_id: string;
  /** Counts the user's events in the order in which they happened. */
  sequence: number;
  type: string;
  /** Of the plan state after it. */
  version: number;
  /** The JSON as it is sent, byte for byte. */
  body: string;
  created_at: number;
}

/** One event on its way to one address. */
export interface OutgoingDeliveryTable {
  delivery_id: string;
  event_id: string;
  project_id: string;
  url: string;
  user_id: string;
  sequence: number;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** From when on it may be taken up; while it is in hand, when the one who took it has lost it. Null: no longer pending. */
  due_at: number | null;
  /** Who has it in hand; null: nobody. */
  claimed_by: string | null;
  last_attempt_at: number | null;
  last_status: number | null;
  last_error: string | null;
}

/** What an address told us about itself; most have no row. */
export interface OutgoingEndpointTable {
  project_id: string;
  url: string;
  /** When it answered 410: it gets no events until one that a person sends again is taken. */
  disabled_at: number | null;
  /** Until when it asked not to be called (`Retry-After`). */
  paused_until: number | null;
}

export interface Schema {
  plan_state: PlanStateTable;
  assignment: AssignmentTable;
  customer: CustomerTable;
  subscription: SubscriptionTable;
  price: PriceTable;
  duplicate: DuplicateTable;
  ending: EndingTable;
  continuation: ContinuationTable;
  user_deletion: UserDeletionTable;
  forgotten_user: ForgottenUserTable;
  stripe_event: StripeEventTable;
  checkout_session: CheckoutSessionTable;
  lease: LeaseTable;
  signing_key: SigningKeyTable;
  authorization_code: AuthorizationCodeTable;
  idempotency_key: IdempotencyKeyTable;
  incident: IncidentTable;
  portal_configuration: PortalConfigurationTable;
  outgoing_event: OutgoingEventTable;
  outgoing_delivery: OutgoingDeliveryTable;
  outgoing_endpoint: OutgoingEndpointTable;
}

/** Inside a write: what is read here cannot change before the write is durable. */
export type Writing = Transaction<Schema>;
/** For reads, in or outside of a write. */
export type Reading = Kysely<Schema>;
