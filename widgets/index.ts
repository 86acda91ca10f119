/** All elements, registered, and the page's own settings. */

export { BillingBanner } from './billing-banner/define.ts';
export { BillingProvider } from './billing-provider/define.ts';
export { configure, refresh, signOut, type GetToken, type PageConfig } from './client/config.ts';
export { BillingError } from './client/errors.ts';
export type { BillingCycle, Catalogue, Plan, PlanState, Subscription } from './client/types.ts';
export { PlanGate } from './plan-gate/define.ts';
export { PlanPicker } from './plan-picker/define.ts';
export { SubscriptionManager } from './subscription-manager/define.ts';
export {
  BillingActionEvent,
  BillingErrorEvent,
  PlanChangeEvent,
  PlanSelectEvent,
  SignInRequiredEvent,
  type BillingAction,
  type PlanSelection,
} from './ui/events.ts';
export { UpgradeButton } from './upgrade-button/define.ts';
export { version } from './version.ts';
