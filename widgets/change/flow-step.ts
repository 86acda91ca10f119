/** The steps of a change, and what its dialogs draw from. */

import type { BillingError } from '../client/errors.ts';
import type { BillingCycle, Catalogue, ChangeOrder, ChangePreview, Plan, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import type { CatalogueHost } from '../ui/catalogue-controller.ts';
import type { ChangeFlow } from './change-flow.ts';

export interface Target {
  readonly plan: Plan;
  readonly billingCycle: BillingCycle | null;
  /** Seats; null for as many as there are. */
  readonly quantity: number | null;
}

/** `working`: the answer is on its way. */
export type Step =
  | { readonly name: 'choice'; readonly target: Target | null; readonly cycle: BillingCycle }
  | {
      readonly name: 'change';
      readonly target: Target;
      /** The last one that is known; shown, and not to be agreed to, while another is worked out. */
      readonly preview: ChangePreview | null;
      readonly state: 'working' | 'ready' | 'paying';
      readonly error: BillingError | null;
      /** What was shown before was no longer so. */
      readonly isOutdated: boolean;
      readonly hasChoice: boolean;
    }
  | { readonly name: 'declined' | 'bank'; readonly target: Target; readonly hostedUrl: string | null }
  | { readonly name: 'cancel'; readonly state: 'ready' | 'working'; readonly error: BillingError | null };

export interface FlowHost extends CatalogueHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
  /** Where the portal sends people back to; default: this page. */
  readonly returnUrl?: string | null;
}

/** What the dialogs draw from. */
export interface FlowView<Name extends Step['name'] = Step['name']> {
  readonly step: Extract<Step, { name: Name }>;
  readonly catalogue: Catalogue;
  /** Null until it is here. */
  readonly subscription: Subscription | null;
  readonly text: Messages;
  readonly locale: string;
  readonly flow: ChangeFlow;
}

/** What the backend is asked: only what was chosen. */
export function orderOf({ plan, billingCycle, quantity }: Target): ChangeOrder {
  return {
    plan: plan.id,
    ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
    ...(quantity === null ? {} : { quantity }),
  };
}
