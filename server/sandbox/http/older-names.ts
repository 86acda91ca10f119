/** Names of earlier API versions, for callers that name no version: Stripe's own CLI sends them. */

import type { FormBranch, FormValue } from './form.ts';

type Translation = (value: FormValue) => FormBranch;

/** By route, or (`*`) everywhere: what a name of then says in the names of now. */
const olderNames: Readonly<Record<string, Readonly<Record<string, Translation>>>> = {
  '*': { payment_method_types: (types) => ({ allowed_payment_method_types: types }) },
  'POST /v1/promotion_codes': { coupon: (coupon) => ({ promotion: { type: 'coupon', coupon } }) },
  'POST /v1/subscription_schedules': { phases: (phases) => ({ phases: withoutIterations(phases) }) },
  'POST /v1/subscription_schedules/{id}': { phases: (phases) => ({ phases: withoutIterations(phases) }) },
  // Stripe's CLI writes null as it stands.
  'POST /v1/customers/{id}': { coupon: (coupon) => ({ coupon: coupon === 'null' ? '' : coupon }) },
  // A card by its token, which charges by default.
  'POST /v1/customers': {
    source: (token) => {
      const method = String(token).replace(/^tok_/, 'pm_card_');
      return { payment_method: method, invoice_settings: { default_payment_method: method } };
    },
  },
};

/** What callers of then could say, and nobody of today can: parameters by their types, beside those of the schema. */
const goneParameters: Readonly<Record<string, Readonly<Record<string, 's'>>>> = {
  'POST /v1/customers': { coupon: 's', promotion_code: 's' },
  'POST /v1/customers/{id}': { coupon: 's', promotion_code: 's' },
};

/** Those of a route, for a caller that names no version. */
export function olderParameters(route: string, version: string | undefined): Readonly<Record<string, 's'>> {
  return version === undefined ? (goneParameters[route] ?? {}) : {};
}

/**
 * A caller without `Stripe-Version` speaks its account's, which may be old; one with it means what it says.
 *
 * @param route - as the schema names it; null: unknown.
 */
export function withCurrentNames(form: FormBranch, route: string | null, version: string | undefined): FormBranch {
  if (version !== undefined) return form;
  const translations = { ...olderNames['*'], ...olderNames[route ?? ''] };
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) =>
      Object.hasOwn(translations, name) ? Object.entries(translations[name]?.(value) ?? {}) : [[name, value]],
    ),
  );
}

/** A phase without an end lasts one interval, which is what `iterations=1` said. */
function withoutIterations(phases: FormValue): FormValue {
  if (typeof phases === 'string') return phases;
  return Object.fromEntries(
    Object.entries(phases).map(([place, phase]) => {
      if (typeof phase === 'string' || phase['iterations'] !== '1') return [place, phase];
      const { iterations: _once, ...rest } = phase;
      return [place, rest];
    }),
  );
}
