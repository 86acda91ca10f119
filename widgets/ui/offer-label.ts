/** What a plan's button says. */

import type { Offer } from '../client/offer.ts';
import type { Messages } from '../locales/index.ts';

/** In a list of plans, where the plan's name stands above. */
export function offerLabel(offer: Offer, text: Messages): string {
  switch (offer.kind) {
    case 'current':
      return text.current;
    case 'select':
      return offer.plan.kind === 'free' ? text.getStarted : text.choosePlan;
    case 'trial':
      return text.startTrial(offer.trialDays ?? 0);
    case 'switch':
      return text.switchTo[offer.billingCycle ?? 'monthly'];
    default:
      return text[offer.kind];
  }
}

/** On its own, where nothing else names the plan. */
export function offerLabelAlone(offer: Offer, text: Messages): string {
  const { name } = offer.plan;
  switch (offer.kind) {
    case 'select':
      return text.choose(name);
    case 'subscribe':
    case 'upgrade':
      return text.upgradeTo(name);
    case 'downgrade':
      return text.downgradeTo(name);
    case 'wait':
      return text.wait;
    case 'buy':
      return text.buyPlan(name);
    default:
      return offerLabel(offer, text);
  }
}

/** While it is done. */
export function busyLabel({ way }: Offer, text: Messages): string {
  if (way === 'checkout') return text.openingCheckout;
  return way === 'fix_payment' || way === 'change' ? text.opening : text.saving;
}
