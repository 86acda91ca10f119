/** Bodies of events as other endpoints, other API versions and worse luck have them: none of it may matter (R1.2, R5.1). */

import type { Random } from './random.ts';

type Fields = Record<string, unknown>;

export interface EventBody extends Fields {
  id: string;
  type: string;
  api_version: string;
  data: { object: Fields; previous_attributes?: unknown };
}

type Reshape = (event: EventBody, random: Random) => void;

const isObject = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const itemsOf = (subscription: Fields): Fields[] =>
  ((subscription['items'] as Fields | undefined)?.['data'] ?? []) as Fields[];

/** Before 2025-03-31.basil: periods on the subscription, `subscription`, `paid` and `payment_intent` on the invoice. */
const preBasil: Reshape = (event) => {
  event.api_version = '2024-06-20';
  const { object } = event.data;
  if (object['object'] === 'subscription') {
    const [first] = itemsOf(object);
    object['current_period_start'] = first?.['current_period_start'];
    object['current_period_end'] = first?.['current_period_end'];
    for (const item of itemsOf(object)) {
      delete item['current_period_start'];
      delete item['current_period_end'];
    }
    delete object['billing_mode'];
    delete object['pending_update'];
  }
  if (object['object'] === 'invoice') {
    const parent = object['parent'] as { subscription_details?: { subscription?: unknown } } | null;
    object['subscription'] = parent?.subscription_details?.subscription ?? null;
    object['paid'] = object['status'] === 'paid';
    object['payment_intent'] = 'pi_of_old';
    delete object['parent'];
    delete object['payments'];
    delete object['confirmation_secret'];
  }
};

/** What is embedded says the opposite of what Stripe has. */
const contradicting: Reshape = (event, random) => {
  const { object } = event.data;
  if ('status' in object) {
    object['status'] = random.pick(['active', 'canceled', 'past_due', 'unpaid', 'paid', 'open', 'no_such_status']);
  }
  if (object['object'] === 'subscription') {
    object['cancel_at_period_end'] = random.happens(0.5);
    object['metadata'] = { planclaim_user: 'u_99', planclaim_project: 'nobody' };
    for (const item of itemsOf(object)) {
      item['price'] = { id: 'price_of_nobody', object: 'price', lookup_key: 'acme_team_yearly', unit_amount: 1 };
      item['quantity'] = 77;
      item['current_period_end'] = undefined;
    }
  }
};

/** An endpoint that gets the customer expanded, and little else. */
const bare: Reshape = (event) => {
  const { id, object, customer } = event.data.object;
  event.data.object = {
    id,
    object,
    ...(typeof customer === 'string' && { customer: { id: customer, object: 'customer' } }),
  };
};

const renamed: Reshape = (event, random) => {
  event.api_version = random.pick(['2020-08-27', '2025-03-31.basil', '2025-09-30.clover', '2026-05-27.dahlia']);
};

export const reshapes: readonly Reshape[] = [preBasil, contradicting, bare, renamed];

/** The same event, its embedded object as somebody else would have sent it. */
export function reshape(body: string, random: Random): string {
  const event = JSON.parse(body) as EventBody;
  if (isObject(event.data.object)) random.pick(reshapes)(event, random);
  return JSON.stringify(event);
}
