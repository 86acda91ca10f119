/** Requests and answers as schemas: one declaration validates, types and documents (OpenAPI 3.1). */

import { z } from '@hono/zod-openapi';
import { billingCycles } from '../config/project.ts';

/** A user id: any text that the login uses, without control characters. */
export const userIdSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]+$/u, 'must not contain control characters')
  // JSON Schema's patterns have no flags: the same, written out.
  .openapi({ example: 'u_1', pattern: String.raw`^[^\u0000-\u001F\u007F-\u009F]+$` });

export const planIdSchema = z.string().min(1).max(100).openapi({ example: 'pro' });
export const billingCycleSchema = z.enum(billingCycles);
export const urlSchema = z.string().min(1).max(2048);
/** A parameter of a query that may be left out; an empty one was, since that is how forms send it. */
export const leftOut = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);
const time = z.string().openapi({ format: 'date-time', example: '2026-12-23T10:00:00Z' });

export const planStateSchema = z
  .object({
    project_id: z.string(),
    user_id: z.string(),
    plan: z.string().nullable(),
    billing_cycle: billingCycleSchema.nullable(),
    status: z.string(),
    source: z.enum(['default', 'selection', 'api', 'subscription']),
    quantity: z.number().int(),
    currency: z.string().nullable(),
    current_period_end: time.nullable(),
    trial_end: time.nullable(),
    cancel_at: time.nullable(),
    grace_until: time.nullable(),
    scheduled: z
      .object({ plan: z.string().nullable(), billing_cycle: billingCycleSchema.nullable(), at: time })
      .nullable(),
    features: z.array(z.string()).readonly(),
    limits: z.record(z.string(), z.number()),
    version: z.number().int(),
    updated_at: time,
  })
  .openapi('PlanState');

export const subscriptionSchema = planStateSchema
  .extend({
    as_of: time.openapi({ description: 'The time that it holds at: Stripe’s, or the test clock’s.' }),
    subscribed_plan: z.string().nullable().openapi({
      description: 'The plan of the running subscription, also while it is not paid or paused and gives nothing.',
    }),
    payment_method: z
      .object({
        type: z.string(),
        brand: z.string().nullable(),
        last4: z.string().nullable(),
        exp_month: z.number().int().nullable(),
        exp_year: z.number().int().nullable(),
      })
      .nullable(),
    next_invoice: z.object({ amount_due: z.number().int(), currency: z.string(), date: time }).nullable(),
    trial_available: z.boolean(),
    can_manage_billing: z.boolean(),
    offer: z.enum(['checkout', 'manage', 'fix_payment', 'resume', 'wait']).openapi({
      description: 'The call to action. `wait`: a payment is being processed.',
    }),
    may_checkout: z.boolean(),
    collection_paused: z.boolean(),
    price: z
      .object({ unit_amount: z.number().int().nullable(), currency: z.string(), legacy: z.boolean() })
      .nullable()
      .openapi({ description: 'What this subscriber pays a seat and period, whatever is sold today.' }),
    owed: z
      .object({
        amount_due: z.number().int(),
        currency: z.string(),
        since: time,
        next_attempt_at: time.nullable(),
        hosted_url: z.string().nullable(),
      })
      .nullable(),
    pending_change: z
      .object({
        plan: z.string(),
        billing_cycle: billingCycleSchema.nullable(),
        quantity: z.number().int(),
        expires_at: time,
        requires_action: z.boolean(),
        hosted_url: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'An upgrade that waits to be paid.' }),
    fallback_plan: z.string().nullable(),
    locked_currency: z.string().nullable(),
  })
  .openapi('Subscription');

export const problemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string(), code: z.string() })
  .openapi('Problem');

export const planChoiceSchema = z
  .strictObject({ plan: planIdSchema, billing_cycle: billingCycleSchema.optional() })
  .openapi('PlanChoice');

export const planAssignmentSchema = z
  .strictObject({
    plan: planIdSchema,
    expires_at: z.iso.datetime({ offset: true }).nullish().openapi({ example: '2027-01-31T00:00:00Z' }),
  })
  .openapi('PlanAssignment');

export const checkoutSchema = z
  .strictObject({
    plan: planIdSchema,
    billing_cycle: billingCycleSchema.optional(),
    quantity: z.number().int().optional(),
    currency: z.string().length(3).optional(),
    success_url: urlSchema,
    cancel_url: urlSchema,
    ui: z.enum(['hosted', 'embedded']).optional(),
  })
  .openapi('CheckoutOrder');

export const checkoutAnswerSchema = z
  .object({ url: z.string().nullable(), client_secret: z.string().optional(), publishable_key: z.string().optional() })
  .openapi('Checkout');

export const problemDescription = 'A problem (RFC 9457), named by its code.';

/** A problem document for each of the statuses, for a route's `responses`. */
export const problems = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: problemDescription,
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );

/** A JSON answer of this schema. */
export const answers = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON request of this schema. */
export const takes = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});
