/**
 * Types for JSX. A React project adds, in any file of its own:
 *
 * ```ts
 * import type { PlanclaimElements } from '@planclaim/widgets/jsx.js';
 * declare module 'react' { namespace JSX { interface IntrinsicElements extends PlanclaimElements {} } }
 * ```
 */

import type { BillingCycle } from './client/types.ts';
import type {
  BillingActionEvent,
  BillingErrorEvent,
  PlanChangeEvent,
  PlanSelectEvent,
  SignInRequiredEvent,
} from './ui/events.ts';

interface Common {
  readonly children?: unknown;
  readonly class?: string;
  readonly id?: string;
  readonly slot?: string;
  readonly ref?: unknown;
  readonly key?: string | number | null;
  readonly 'project-id'?: string;
  readonly 'api-url'?: string;
  readonly token?: string | null;
}

interface Localized {
  readonly locale?: string;
  readonly currency?: string;
}

interface Ways {
  readonly 'success-url'?: string;
  readonly 'cancel-url'?: string;
}

/** React 19 listens to `on` and the event's own name. */
interface Events {
  readonly 'onplan-select'?: (event: PlanSelectEvent) => void;
  readonly 'onplan-change'?: (event: PlanChangeEvent) => void;
  readonly 'onsign-in-required'?: (event: SignInRequiredEvent) => void;
  readonly 'onbilling-error'?: (event: BillingErrorEvent) => void;
}

type Shared = Common & Localized & Ways & Events;

/** Every element of the package, by its tag. */
export interface PlanclaimElements {
  'plan-picker': Shared & {
    readonly 'billing-cycle'?: BillingCycle;
    readonly plans?: string;
    readonly columns?: 1 | 2 | 3 | 4 | '1' | '2' | '3' | '4';
    readonly ui?: 'hosted' | 'embedded';
    readonly name?: string;
    readonly required?: boolean;
    readonly value?: string;
    readonly 'aria-label'?: string;
  };
  'upgrade-button': Shared & {
    readonly plan: string;
    readonly 'billing-cycle'?: BillingCycle;
    readonly quantity?: number | string;
    readonly disabled?: boolean;
  };
  'plan-gate': Shared & { readonly plan?: string; readonly feature?: string };
  'subscription-manager': Common &
    Localized &
    Pick<Events, 'onplan-select' | 'onplan-change' | 'onbilling-error'> & {
      readonly sections?: string;
      readonly 'return-url'?: string;
      readonly 'aria-label'?: string;
    };
  'billing-banner': Common &
    Localized &
    Pick<Events, 'onplan-change' | 'onbilling-error'> & {
      readonly dismissible?: boolean;
      readonly 'onbilling-action'?: (event: BillingActionEvent) => void;
    };
  'billing-provider': Common & Pick<Events, 'onplan-change'> & { readonly 'token-endpoint'?: string };
}
