/** From the plans as written to the plans as used: defaults filled in, and everything that must agree among them checked. */

import { largestClaimBytes } from './claim-size.ts';
import { amountMistake, isCurrency } from './currencies.ts';
import type { Mistakes, MistakePath } from './mistakes.ts';
import { didYouMean, formatPath } from './mistakes.ts';
import { billingCycles, type BillingCycle, type Plan } from './project.ts';
import { entitlementPattern, planSchema, type ParsedPlan } from './schema.ts';

/**
 * A plan and where it stands. What plans must agree on is read leniently, from what is there, so that a mistake in one value
 * does not hide another.
 */
export interface PlacedPlan {
  readonly path: MistakePath;
  /** Null when the plan has mistakes of its own, which are already listed. */
  readonly parsed: ParsedPlan | null;
  readonly id: string | null;
  /** Whether it has to be bought, or arranged with people. */
  readonly sold: boolean;
  readonly prices: readonly { readonly cycle: BillingCycle; readonly amounts: Readonly<Record<string, unknown>> }[];
  readonly legacyPrices: readonly unknown[];
}

/** Every entry of `plans`, well formed or not. */
export function placePlans(raw: unknown, path: MistakePath): PlacedPlan[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((entry: unknown, index) => {
    const plan = isRecord(entry) ? entry : {};
    const { id, prices, legacyPrices } = plan;
    return {
      path: [...path, index],
      parsed: planSchema.safeParse(entry).data ?? null,
      id: typeof id === 'string' ? id : null,
      sold: prices !== undefined || plan['contactUrl'] !== undefined,
      prices: billingCycles.flatMap((cycle) => {
        const amounts = isRecord(prices) ? prices[cycle] : undefined;
        return isRecord(amounts) ? [{ cycle, amounts }] : [];
      }),
      legacyPrices: Array.isArray(legacyPrices) ? legacyPrices : [],
    };
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mostSeats = 999_999;

/** Fills in the defaults of one plan. `rank` is its place in the config. */
export function resolvePlan(plan: ParsedPlan, rank: number): Plan {
  const prices = Object.fromEntries(
    billingCycles.flatMap((cycle) => {
      const amounts = plan.prices?.[cycle];
      return amounts === undefined ? [] : [[cycle, amounts]];
    }),
  );
  return {
    id: plan.id,
    name: plan.name,
    description: plan.description ?? null,
    rank,
    kind: plan.prices ? 'paid' : plan.contactUrl === undefined ? 'free' : 'contact',
    prices,
    legacyPrices: plan.legacyPrices ?? [],
    trialDays: plan.trialDays ?? null,
    trialCard: plan.trialCard ?? 'required',
    highlight: plan.highlight ?? null,
    features: plan.features ?? [],
    entitlements: plan.entitlements ?? {},
    perSeat: plan.perSeat ?? false,
    seats: plan.perSeat ? { min: plan.seats?.min ?? 1, max: plan.seats?.max ?? mostSeats } : null,
    contactUrl: plan.contactUrl ?? null,
    hidden: plan.hidden ?? false,
  };
}

/** Checks each plan in itself. */
export function checkPlan({ parsed: plan, path }: PlacedPlan, mistakes: Mistakes): void {
  if (!plan) return;
  const say = (key: string, message: string): void => mistakes.add([...path, key], message);
  const recurring = plan.prices?.monthly ?? plan.prices?.yearly;
  if (plan.prices && plan.contactUrl !== undefined) {
    say('contactUrl', 'is for plans without a price of their own. Remove it, or the prices');
  }
  if (!plan.prices && plan.perSeat) say('perSeat', 'needs prices: they are the price of one seat');
  if (plan.seats && !plan.perSeat) say('seats', 'only counts with perSeat: true. Add that, or remove seats');
  if (plan.seats && (plan.seats.min ?? 1) > (plan.seats.max ?? mostSeats)) say('seats', 'has a min above its max');
  if (plan.trialDays !== undefined && !recurring)
    say('trialDays', 'needs a monthly or yearly price that starts when the trial ends');
  if (plan.trialCard !== undefined && plan.trialDays === undefined) say('trialCard', 'only counts with trialDays');
  if (plan.legacyPrices?.length && !plan.prices) {
    say(
      'legacyPrices',
      'needs prices: without them the plan is free for all. For a plan that is sold no more, add hidden: true and keep its prices',
    );
  }
  for (const name of Object.keys(plan.entitlements ?? {})) {
    if (!entitlementPattern.test(name)) {
      mistakes.add(
        [...path, 'entitlements', name],
        "may have letters, digits, '_', '-', '.' and ':', and starts with a letter",
      );
    }
    const value = plan.entitlements?.[name];
    if (typeof value === 'number' && value < 0 && value !== -1) {
      mistakes.add([...path, 'entitlements', name], 'must be 0 or more; -1 is unlimited');
    }
  }
}

/** Checks what must agree among the plans of a project: ids, legacy prices, currencies. */
export function checkPlans(plans: readonly PlacedPlan[], mistakes: Mistakes): void {
  const ids = new Set<string>();
  const legacy = new Map<unknown, string>();
  for (const { id, legacyPrices, path } of plans) {
    if (id !== null && ids.has(id)) {
      mistakes.add([...path, 'id'], `"${id}" is the id of an earlier plan too. Every plan needs its own`);
    }
    if (id !== null) ids.add(id);
    legacyPrices.forEach((price, index) => {
      const other = legacy.get(price);
      if (other !== undefined) {
        mistakes.add([...path, 'legacyPrices', index], `already means the plan "${other}". A price means one plan`);
      }
      legacy.set(price, id ?? formatPath(path));
    });
  }
  checkCurrencies(plans, mistakes);
}

/** A customer has one currency at Stripe: plans are sold in those that every price has, and there must be one. */
function checkCurrencies(plans: readonly PlacedPlan[], mistakes: Mistakes): void {
  const priced = plans.flatMap(({ prices, path }) =>
    prices.map(({ cycle, amounts }) => ({ amounts, path: [...path, 'prices', cycle] })),
  );
  let common: string[] | null = null;
  for (const { amounts, path } of priced) {
    for (const [currency, amount] of Object.entries(amounts)) {
      const mistake = amountMistake(currency, amount);
      if (mistake !== null) mistakes.add([...path, currency], mistake);
    }
    const own = Object.keys(amounts).filter(isCurrency);
    const shared: string[] = common === null ? own : common.filter((currency) => own.includes(currency));
    if (common !== null && common.length > 0 && own.length > 0 && shared.length === 0) {
      mistakes.add(
        path,
        `has no amount in ${common.join(' or ')}, which the prices before it have. Add one: a customer stays with one currency`,
      );
    }
    common = shared;
  }
}

/** Checks that `defaultPlan` is a plan that may be given to everyone. */
export function checkDefaultPlan(
  {
    defaultPlan,
    payments,
    plans,
    path,
  }: { defaultPlan: string | null; payments: 'stripe' | 'none'; plans: readonly PlacedPlan[]; path: MistakePath },
  mistakes: Mistakes,
): void {
  if (defaultPlan === null) return;
  const at = [...path, 'defaultPlan'];
  const ids = plans.flatMap(({ id }) => (id === null ? [] : [id]));
  const plan = plans.find(({ id }) => id === defaultPlan);
  if (!plan) {
    mistakes.add(at, `"${defaultPlan}" is none of the plans (${ids.join(', ')}).${didYouMean(defaultPlan, ids)}`);
  } else if (payments === 'stripe' && plan.sold) {
    mistakes.add(
      at,
      `"${defaultPlan}" has to be bought, and would be given to everyone. Use a plan without prices, or null`,
    );
  }
}

/** Checks that the claims of every plan fit into a token. */
export function checkClaims(
  plans: readonly PlacedPlan[],
  token: { readonly namespace: string | null; readonly maxBytes: number },
  mistakes: Mistakes,
): void {
  plans.forEach(({ parsed, path }, rank) => {
    if (!parsed) return;
    const bytes = largestClaimBytes(resolvePlan(parsed, rank), token.namespace);
    if (bytes <= token.maxBytes) return;
    mistakes.add(
      [...path, 'entitlements'],
      `make up to ${bytes} bytes of claims, and token.maxBytes is ${token.maxBytes}. Use fewer or shorter names, or raise token.maxBytes`,
    );
  });
}
