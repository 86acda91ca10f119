/** The shape of the config, in zod: kinds, formats and bounds of each value alone. What must agree with something else is in `resolve*.ts`. */

import { z } from 'zod';
import type { CheckoutContext } from './project.ts';
import { didYouMean } from './mistakes.ts';

/** Ids are part of lookup keys, URLs and claims. */
export const idPattern = /^[a-z0-9][a-z0-9_-]*$/;
/** Names of entitlements are claims: plain enough for any verifier. */
export const entitlementPattern = /^[A-Za-z][\w.:-]*$/;

/** An object that refuses keys it does not know, one line a key, with the key that was probably meant. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (issue.keys as string[]).map((key) => `is not known here.${didYouMean(key, known)}`).join('\n')
        : undefined,
  });
}

const text = z
  .string()
  .max(1000, 'is longer than 1,000 characters')
  .refine((value) => value.trim() !== '', 'must not be empty');
const id = z
  .string()
  .max(64, 'is longer than 64 characters')
  .regex(idPattern, "may have lower-case letters, digits, '_' and '-', and starts with a letter or digit");
const variable = z
  .string()
  .regex(
    /^[A-Za-z_]\w*$/,
    'must be the name of an environment variable, such as ACME_API_KEY; the secret itself never stands in the config',
  );
const flag = z.boolean();
const change = z.enum(['now', 'period_end']);
const whole = (min: number, max: number) =>
  z
    .number()
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(500, 'has more than 500 entries');

const amounts = z
  .record(z.string(), whole(0, 999_999_999_999))
  .refine((value) => Object.keys(value).length > 0, 'must name at least one currency, such as { usd: 1900 }');

const entitlement = z.union([z.boolean(), z.number().min(-1)], {
  error: 'must be true, false or a number; -1 is unlimited',
});

export const planSchema = strict({
  id,
  name: text,
  description: text.optional(),
  features: list(text).optional(),
  entitlements: z.record(z.string(), entitlement).optional(),
  prices: strict({ monthly: amounts.optional(), yearly: amounts.optional(), one_time: amounts.optional() })
    .refine(
      (prices) => Object.values(prices).some((value) => value !== undefined),
      'must name at least one of monthly, yearly and one_time; a free plan has no prices at all',
    )
    .optional(),
  legacyPrices: list(z.string().regex(/^price_\w+$/, "must be a Stripe price id, 'price_…'")).optional(),
  trialDays: whole(1, 730).optional(),
  trialCard: z.enum(['required', 'optional']).optional(),
  highlight: text.optional(),
  perSeat: flag.optional(),
  seats: strict({ min: whole(1, 999_999).optional(), max: whole(1, 999_999).optional() }).optional(),
  contactUrl: z
    .string()
    .refine(
      (value) => /^(https?:\/\/|mailto:)\S+$/.test(value) && URL.canParse(value),
      "must be 'https://…' or 'mailto:…'",
    )
    .optional(),
  hidden: flag.optional(),
});

/** CSS values end up in a style sheet, so that only plain ones are let through. */
const branding = strict({
  logo: z
    .string()
    .refine(
      (value) => /^\/(?![/\\])\S*$/.test(value) || (value.startsWith('https://') && URL.canParse(value)),
      "must be 'https://…' or a path such as '/logo.svg'",
    )
    .optional(),
  accent: z
    .string()
    .regex(
      /^(#([\da-f]{3}|[\da-f]{6})|(rgb|hsl|hwb|lab|lch|oklab|oklch)\([\d\s.,%/deg-]+\)|[a-z]{3,30})$/i,
      "must be a CSS colour, such as '#5b5bd6'",
    )
    .optional(),
  radius: z
    .string()
    .regex(/^(0|\d{1,3}(\.\d{1,3})?(px|rem|em))$/, "must be a CSS length, such as '10px'")
    .optional(),
  font: z
    .string()
    .regex(/^[\p{L}\d][\p{L}\d ,'"_-]{0,199}$/u, "must be a font family's name, such as 'Inter'")
    .optional(),
});

const freeSelections = z
  .union([z.enum(['keep', 'end']), strict({ until: z.union([z.iso.date(), z.iso.datetime({ offset: true })]) })], {
    error: "must be 'keep', 'end' or { until: '2027-01-31' }",
  })
  .optional();

export const issuerSchema = strict({
  issuer: text,
  jwksUri: z.string().optional(),
  secretEnv: variable.optional(),
  audience: z
    .union([text, list(text).min(1, 'must name at least one audience')], { error: 'must be a text or a list of texts' })
    .optional(),
  algorithms: list(z.string()).min(1, 'must name at least one algorithm').optional(),
  payerClaim: text.optional(),
  billingRole: strict({ claim: text, values: list(text).min(1, 'must name at least one role') }).optional(),
  allowPrivateJwks: flag.optional(),
});

export const apiKeySchema = strict({ env: variable });

export const webhookSchema = strict({ url: z.string(), secretEnv: variable });

const checkout = strict({
  unsignedLinks: flag.optional(),
  promotionCodes: flag.optional(),
  automaticTax: flag.optional(),
  ui: z.enum(['hosted', 'embedded']).optional(),
  duplicates: z.enum(['refund', 'record']).optional(),
  perHour: whole(1, 10_000).optional(),
  params: z
    .custom<(params: Record<string, unknown>, context: CheckoutContext) => Record<string, unknown>>(
      (value) => typeof value === 'function',
      'must be a function of the parameters that returns parameters',
    )
    .optional(),
});

const token = strict({
  ttl: z.union([z.string(), z.number()], { error: "must be '10m', '90s', '1h' or a number of seconds" }).optional(),
  algorithm: z.enum(['ES256', 'EdDSA', 'RS256']).optional(),
  audience: text.optional(),
  namespace: z
    .string()
    .refine(
      (value) => /^https?:\/\/[^?#\s]+$/.test(value) && URL.canParse(value),
      "must be a URL prefix such as 'https://app.example/'",
    )
    .optional(),
  keep: list(text).optional(),
  maxBytes: whole(64, 4096).optional(),
});

/** Every section of a project alone, so that a mistake in one does not hide those in another. */
export const projectSections = {
  name: text,
  branding: branding.optional(),
  payments: z.enum(['stripe', 'none']),
  freeSelections,
  defaultPlan: z.string().nullable().optional(),
  plans: z.array(planSchema).min(1, 'must have at least one plan').max(50, 'has more than 50 plans'),
  origins: list(z.string()).optional(),
  redirects: list(z.string()).optional(),
  issuers: list(issuerSchema).optional(),
  apiKeys: list(apiKeySchema).optional(),
  token: token.optional(),
  pastDueGraceDays: whole(0, 365).optional(),
  changes: strict({
    upgrade: change.optional(),
    downgrade: change.optional(),
    seats: z.enum(['next_invoice', 'now']).optional(),
  }).optional(),
  checkout: checkout.optional(),
  onRefund: z.enum(['keep', 'cancel']).optional(),
  onDispute: z.enum(['keep', 'suspend', 'cancel']).optional(),
  webhooks: list(webhookSchema).optional(),
  hooks: strict({
    supabase: strict({ secretEnv: variable }).optional(),
    hydra: strict({ keyEnv: variable }).optional(),
    zitadel: strict({ keyEnv: variable }).optional(),
    onError: z.enum(['open', 'refuse']).optional(),
  }).optional(),
  stripe: strict({ secretKeyEnv: variable, webhookSecretEnv: variable }).optional(),
};

export const configSchema = strict({
  /** For editors, in a JSON config. */
  $schema: z.string().optional(),
  projects: z
    .record(z.string(), strict(projectSections))
    .refine((projects) => Object.keys(projects).length > 0, 'must have at least one project'),
  stripeReadsPerSecond: whole(1, 1000).optional(),
});

export type ParsedConfig = z.output<typeof configSchema>;
export type ParsedProject = ParsedConfig['projects'][string];
export type ParsedPlan = z.output<typeof planSchema>;
export type ParsedIssuer = z.output<typeof issuerSchema>;
