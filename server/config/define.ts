/** What a person writes in `planclaim.config.ts`: the input types, and `defineConfig`, which gives an editor the types to complete. */

import type { BillingCycle, CheckoutContext } from './project.ts';

/** Minor units of the currency (R13) by ISO 4217 code in lower case: `{ usd: 1900, jpy: 2800 }` is $19.00 and ¥2,800. */
export type AmountsConfig = Record<string, number>;

export interface PlanConfig {
  /** Lower-case letters, digits, `_` and `-`; what the `plan` claim will say. Never change it once users have the plan. */
  id: string;
  /** What people read. */
  name: string;
  description?: string;
  /** Short lines of what the plan has, for display only. */
  features?: string[];
  /** What the plan allows: true booleans become the `features` claim, numbers the `limits` claim; -1 is unlimited. */
  entitlements?: Record<string, boolean | number>;
  /** Absent: the plan is free. Every cycle and plan needs the same currencies; the first one named is the default. */
  prices?: Partial<Record<BillingCycle, AmountsConfig>>;
  /** Old Stripe price ids that still mean this plan and can no longer be bought. */
  legacyPrices?: string[];
  /** Days; one trial a user, whatever the plan (R12.1). */
  trialDays?: number;
  /** Whether a trial asks for a card at once. Default `required`. */
  trialCard?: 'required' | 'optional';
  /** A badge on the plan, such as `Most popular`. */
  highlight?: string;
  /** The price is for one seat; a checkout names how many. */
  perSeat?: boolean;
  /** How many seats may be bought. Default 1 to 999,999. */
  seats?: { min?: number; max?: number };
  /** The plan is sold by people: its button leads here. */
  contactUrl?: string;
  /** Not in the catalogue; can still be assigned, or bought by a signed link. */
  hidden?: boolean;
}

export interface IssuerConfig {
  /** The `iss` of its tokens. */
  issuer: string;
  /** Where its public keys are. Either this or `secretEnv`. */
  jwksUri?: string;
  /** Name of the environment variable with its HMAC secret. Either this or `jwksUri`. */
  secretEnv?: string;
  /** Accepted `aud` values. Without it every token of this issuer is accepted, whoever it was made for. */
  audience?: string | string[];
  /** Default: every asymmetric one with `jwksUri`, `HS256` with `secretEnv`. */
  algorithms?: string[];
  /** Claim that names the paying account, such as `org_id`: all its members carry its plan. */
  payerClaim?: string;
  /** Only members whose `claim` has one of `values` may check out, change, cancel or open the portal. */
  billingRole?: { claim: string; values: string[] };
  /** Allows `jwksUri` on a private network or over plain http (GHSA-5rr4-8452-hf4v). The machine itself is always allowed. */
  allowPrivateJwks?: boolean;
}

export interface CheckoutConfig {
  /** Whether an unsigned `/checkout` link may start a first purchase. Default true. */
  unsignedLinks?: boolean;
  /** Default true. */
  promotionCodes?: boolean;
  /** Stripe Tax. Default false. */
  automaticTax?: boolean;
  /** Default `hosted`. */
  ui?: 'hosted' | 'embedded';
  /** What happens when a user pays twice all the same: cancel and refund the later one, or only record an incident. Default `refund`. */
  duplicates?: 'refund' | 'record';
  /** Checkouts that one user may start in an hour (R44.1). Default 20. */
  perHour?: number;
  /** The last word on the parameters of Stripe's `checkout.sessions.create`. */
  params?: (params: Record<string, unknown>, context: CheckoutContext) => Record<string, unknown>;
}

export interface TokenConfig {
  /** How long an access token lives: `'10m'`, `'90s'`, `'1h'`, or seconds. Default `'10m'`. */
  ttl?: string | number;
  /** Default `ES256`. */
  algorithm?: 'ES256' | 'EdDSA' | 'RS256';
  /** The `aud` of our tokens. Default: the project's id. */
  audience?: string;
  /** `https://app.example/` makes the claim `https://app.example/plan`, for verifiers that drop bare names. */
  namespace?: string;
  /** Which of the caller's own claims are kept. Default: all but registered ones and ours. */
  keep?: string[];
  /** Bytes that our claims may take. Default 512. */
  maxBytes?: number;
}

export interface HooksConfig {
  /** Supabase's custom access token hook; the secret is `v1,whsec_…`. */
  supabase?: { secretEnv: string };
  /** Ory Hydra's token hook, with its static key. */
  hydra?: { keyEnv: string };
  /** Zitadel's Actions v2, with the target's signing key. */
  zitadel?: { keyEnv: string };
  /** When the plan cannot be read: `open` lets the login through without plan claims, `refuse` stops it. Default `open`. */
  onError?: 'open' | 'refuse';
}

export interface ProjectConfig {
  /** What people read. */
  name: string;
  branding?: {
    /** `https://…`, or a path on the backend that starts with `/`. */
    logo?: string;
    /** A CSS colour, such as `#5b5bd6`. */
    accent?: string;
    /** A CSS length, such as `10px`. */
    radius?: string;
    /** A font family's name. */
    font?: string;
  };
  /** `none`: every plan is chosen freely and no Stripe is needed. */
  payments: 'stripe' | 'none';
  /** What becomes of priced plans chosen while `payments` was `none`, once it is `stripe`. Default `keep`. */
  freeSelections?: 'keep' | 'end' | { until: string };
  /** The plan of users who have no other; null: no plan until one is chosen. Default null. */
  defaultPlan?: string | null;
  /** Order is rank: later is higher. */
  plans: PlanConfig[];
  /** Pages whose scripts may call the backend for this project: `https://app.acme.test`. */
  origins?: string[];
  /** Where checkout, portal and selection may send a browser: `https://app.acme.test/*`, or one exact page. */
  redirects?: string[];
  /** Whose tokens are believed. */
  issuers?: IssuerConfig[];
  /** Names of the environment variables with secret keys (`sk_…`) for the project's own backend. */
  apiKeys?: { env: string }[];
  token?: TokenConfig;
  /** Days that a plan stays after a failed renewal. Default 7. */
  pastDueGraceDays?: number;
  /** When a change takes effect. Default: upgrades `now`, downgrades at `period_end`. */
  changes?: {
    upgrade?: 'now' | 'period_end';
    downgrade?: 'now' | 'period_end';
    /** More seats of the same plan are there at once. Their share of the running period is on the next invoice, or charged now. Default `next_invoice`. */
    seats?: 'next_invoice' | 'now';
  };
  checkout?: CheckoutConfig;
  /** What a full refund of the running period does to the subscription; an incident is recorded either way. Default `keep`. */
  onRefund?: 'keep' | 'cancel';
  /**
   * What a disputed payment does: `suspend` takes the plan while the dispute is open and when it is lost, and gives it back when
   * it is won; `cancel` ends the subscription. An incident is recorded either way. Default `keep`.
   */
  onDispute?: 'keep' | 'suspend' | 'cancel';
  /** Where plan changes are sent, as Standard Webhooks signed with a `whsec_…` secret. */
  webhooks?: { url: string; secretEnv: string }[];
  hooks?: HooksConfig;
  /** A Stripe account of its own; Stripe then calls `/webhooks/stripe/{project}`. */
  stripe?: { secretKeyEnv: string; webhookSecretEnv: string };
}

export interface PlanclaimConfig {
  /** By project id: lower-case letters, digits, `_` and `-`. */
  projects: Record<string, ProjectConfig>;
  /** Reads of Stripe a second that webhooks and repairs may use. Default 20: Stripe's test mode allows 25. */
  stripeReadsPerSecond?: number;
}

/**
 * Gives back what it got: it is here so that an editor completes and checks the config. Everything is validated at start.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@planclaim/server';
 * export default defineConfig({ projects: { acme: { name: 'Acme', payments: 'none', plans: [{ id: 'free', name: 'Free' }] } } });
 * ```
 */
export function defineConfig(config: PlanclaimConfig): PlanclaimConfig {
  return config;
}
