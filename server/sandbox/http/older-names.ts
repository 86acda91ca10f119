/** Names of earlier API versions, for callers that name no version: Stripe's own CLI sends them. */

import type { FormBranch } from './form.ts';

/** By what they are called now. */
const olderNames: Readonly<Record<string, string>> = { payment_method_types: 'allowed_payment_method_types' };

/** A caller without `Stripe-Version` speaks its account's, which may be old; one with it means what it says. */
export function withCurrentNames(form: FormBranch, version: string | undefined): FormBranch {
  if (version !== undefined) return form;
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [
      Object.hasOwn(olderNames, name) ? (olderNames[name] ?? name) : name,
      value,
    ]),
  );
}
