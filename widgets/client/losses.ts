/** What somebody loses with a plan: of the plans' own features, nothing invented; pure. */

import { includes } from './offer.ts';
import type { Plan } from './types.ts';

/**
 * Features that `from` has and `to` has not, as the plans' lists name them. A list may name only what comes on top of the
 * plan below ("Everything in Pro, and"); where the entitlements say so, the lists of the plans between count as well.
 *
 * @param to null where no plan remains
 */
export function lossesOf(from: Plan, to: Plan | null, plans: readonly Plan[]): readonly string[] {
  const kept = new Set(to ? namedIn(to, plans) : []);
  return namedIn(from, plans).filter((feature) => !kept.has(feature));
}

/** A plan's own features, then those of the plans below that it includes; where it has more of the same, only its own. */
function namedIn(plan: Plan, plans: readonly Plan[]): readonly string[] {
  const below = plans
    .filter((each) => each.rank < plan.rank && each.kind !== 'contact' && includes(plan, each))
    .toSorted((a, b) => b.rank - a.rank);
  const named = [plan, ...below.filter((each) => each.kind !== 'free')].flatMap(({ features }) => features);
  return [...new Set(named)];
}
