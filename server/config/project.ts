/** What a project is once its config has been read and checked: every default filled in, order is rank. */

/** `one_time` is a plan bought once, without renewal. */
export type BillingCycle = 'monthly' | 'yearly' | 'one_time';

export const billingCycles = ['monthly', 'yearly', 'one_time'] as const satisfies readonly BillingCycle[];

/** Minor units by ISO 4217 code in lower case: `{ usd: 1900 }` is $19.00. */
export type CurrencyAmounts = Readonly<Record<string, number>>;

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Place in the config; later is higher. */
  readonly rank: number;
  /** `free` has no price, `contact` is sold by people. */
  readonly kind: 'free' | 'paid' | 'contact';
  readonly prices: Readonly<Partial<Record<BillingCycle, CurrencyAmounts>>>;
  /** Stripe price ids that still mean this plan and can no longer be bought. */
  readonly legacyPrices: readonly string[];
  readonly trialDays: number | null;
  readonly trialCard: 'required' | 'optional';
  readonly highlight: string | null;
  readonly features: readonly string[];
  /** Booleans become the `features` claim, numbers the `limits` claim; -1 is unlimited. */
  readonly entitlements: Readonly<Record<string, boolean | number>>;
  readonly perSeat: boolean;
  readonly seats: { readonly min: number; readonly max: number } | null;
  readonly contactUrl: string | null;
  /** Not in the catalogue; can be assigned or bought by link. */
  readonly hidden: boolean;
}

export interface Issuer {
  /** The `iss` of its tokens; for a shared secret, any name that its tokens carry as `iss`. */
  readonly issuer: string;
  readonly jwksUri: string | null;
  /** HMAC secret, already read from `secretEnv`. */
  readonly secret: string | null;
  /** Accepted `aud` values; empty accepts tokens of this issuer whatever their audience. */
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  /** Claim that names the paying account, such as `org_id`. */
  readonly payerClaim: string | null;
  readonly billingRole: { readonly claim: string; readonly values: readonly string[] } | null;
  /** JWKS on a private address or plain http are refused unless this is set (GHSA-5rr4-8452-hf4v). */
  readonly allowPrivateJwks: boolean;
}

export interface CheckoutContext {
  readonly projectId: string;
  readonly userId: string;
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  readonly quantity: number;
}

export interface CheckoutOptions {
  /** Whether an unsigned `/checkout` link may start a first purchase. */
  readonly unsignedLinks: boolean;
  readonly promotionCodes: boolean;
  readonly automaticTax: boolean;
  readonly ui: 'hosted' | 'embedded';
  readonly duplicates: 'refund' | 'record';
  /** Checkouts one user may start in an hour before 429 (R44.1). */
  readonly perHour: number;
  /** The last word on Stripe's checkout parameters. */
  readonly params: ((params: Record<string, unknown>, context: CheckoutContext) => Record<string, unknown>) | null;
}

export interface TokenOptions {
  /** Seconds. */
  readonly ttl: number;
  readonly algorithm: 'ES256' | 'EdDSA' | 'RS256';
  readonly audience: string;
  /** `https://app.example/` puts our claims under that prefix for strict verifiers; null leaves them bare. */
  readonly namespace: string | null;
  /** Names of the caller's claims that are kept; null keeps all but registered ones and ours. */
  readonly keep: readonly string[] | null;
  /** Bytes that the claims we add may take. */
  readonly maxBytes: number;
}

export interface StripeAccount {
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  /** `test` or `live`, from the key: customer ids of one never meet a key of the other (R9.5). */
  readonly mode: 'test' | 'live';
}

export interface OutgoingWebhook {
  readonly url: string;
  readonly secret: string;
}

/** Endpoints that identity providers call for claims, each with its secrets already read; null where not configured. */
export interface HookOptions {
  /** Standard Webhooks secrets, several while one is being rolled. */
  readonly supabase: { readonly secrets: readonly string[] } | null;
  readonly hydra: { readonly key: string } | null;
  readonly zitadel: { readonly key: string } | null;
  /** What happens to a login when the plan cannot be read. */
  readonly onError: 'open' | 'refuse';
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly branding: {
    readonly logo: string | null;
    readonly accent: string | null;
    readonly radius: string | null;
    readonly font: string | null;
  };
  readonly payments: 'stripe' | 'none';
  readonly freeSelections: 'keep' | 'end' | { readonly until: string };
  readonly defaultPlan: string | null;
  /** In rank order. */
  readonly plans: readonly Plan[];
  readonly origins: readonly string[];
  /** Patterns that redirect targets must match; see `redirects.ts`. */
  readonly redirects: readonly string[];
  readonly issuers: readonly Issuer[];
  /** Secret keys, already read from their environment variables. */
  readonly apiKeys: readonly string[];
  readonly token: TokenOptions;
  readonly pastDueGraceDays: number;
  readonly changes: {
    readonly upgrade: 'now' | 'period_end';
    readonly downgrade: 'now' | 'period_end';
    /** When added seats of the same plan are charged (R24.3). */
    readonly seats: 'next_invoice' | 'now';
  };
  readonly checkout: CheckoutOptions;
  /** What a full refund of the running period does to the subscription (R26.1). */
  readonly onRefund: 'keep' | 'cancel';
  /** What a dispute does: `suspend` takes the plan while it is open, and when it is lost. */
  readonly onDispute: 'keep' | 'suspend' | 'cancel';
  readonly webhooks: readonly OutgoingWebhook[];
  readonly hooks: HookOptions;
  /** Null while `payments` is `none`. */
  readonly stripe: StripeAccount | null;
  /** Whether Stripe calls `/webhooks/stripe/{project}` for it: the project has an account of its own. */
  readonly ownStripeAccount: boolean;
}

/** Everything the process runs on: the projects by id and what the environment said. */
export interface Config {
  readonly projects: ReadonlyMap<string, Project>;
  readonly port: number;
  readonly host: string;
  /** The backend's address as browsers see it, without a trailing slash; the `iss` of its tokens. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  /** 32 bytes and more; encrypts signing keys at rest and signs links. */
  readonly secret: string;
  /** Another host that speaks Stripe's API; null is Stripe's own. */
  readonly stripeApiBase: string | null;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** What a scraper of `/metrics` shows; null: a secret key does. */
  readonly metricsToken: string | null;
  /** Reads of Stripe a second that webhooks and repairs may use. */
  readonly stripeReadsPerSecond: number;
}

/** The plan of that id, or undefined. */
export const findPlan = (project: Project, id: string | null): Plan | undefined =>
  id === null ? undefined : project.plans.find((plan) => plan.id === id);

/** `acme_pro_monthly`: how Stripe's prices are found. */
export const lookupKey = (project: Project, planId: string, cycle: BillingCycle): string =>
  `${project.id}_${planId}_${cycle}`;
