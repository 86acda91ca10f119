/** What paying by the year saves. */

import type { PlanView } from '../select-catalogue.ts';

/** `percent` is whole, the most that any plan saves; `same` says whether all plans save as much. 0: nobody saves. */
export function savings(plans: readonly PlanView[]): { readonly percent: number; readonly same: boolean } {
  const found = plans.flatMap(({ prices: { monthly, yearly } }) =>
    monthly && yearly && monthly.currency === yearly.currency && monthly.unit_amount > 0
      ? [Math.round((1 - yearly.unit_amount / (monthly.unit_amount * 12)) * 100)]
      : [],
  );
  const percent = Math.max(0, ...found);
  return { percent, same: found.every((each) => each === percent) };
}
