/** What is wrong with a picker's attributes, and which plans they ask for. */

import type { Catalogue, Plan } from '../client/types.ts';
import {
  type AttributeProblem,
  currencyCheck,
  cycleCheck,
  numberCheck,
  ofSettings,
  oneOf,
  plansCheck,
  urlCheck,
} from '../ui/attributes.ts';
import type { PlanPicker } from './plan-picker.ts';

/** The first one; null where all is well. */
export function attributeProblem(picker: PlanPicker, catalogue: Catalogue | null): AttributeProblem | null {
  return (
    ofSettings(picker.billing.problem) ??
    cycleCheck(picker.billingCycle) ??
    oneOf('ui', picker.ui, ['hosted', 'embedded']) ??
    numberCheck('columns', picker.columns, { from: 1, to: 4 }) ??
    urlCheck('success-url', picker.successUrl) ??
    urlCheck('cancel-url', picker.cancelUrl) ??
    currencyCheck(picker.currency) ??
    (catalogue && plansCheck('plans', listed(picker.plans), catalogue.plans))
  );
}

/** In the order of the attribute, else by rank. */
export function chosenPlans(picker: PlanPicker, { plans }: Catalogue): readonly Plan[] {
  const ids = listed(picker.plans);
  if (ids.length === 0) return plans.toSorted((a, b) => a.rank - b.rank);
  return ids.flatMap((id) => plans.filter((plan) => plan.id === id));
}

/** Ids with spaces or commas between. */
export const listed = (ids: string | null): readonly string[] => (ids ?? '').split(/[\s,]+/).filter(Boolean);
