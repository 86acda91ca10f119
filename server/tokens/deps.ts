/** What tokens work with. */

import type { BillingDeps } from '../billing/deps.ts';
import type { Sync } from '../billing/sync.ts';

/** Enough for keys and for knowing who a token speaks for. */
export type KeyDeps = Pick<BillingDeps, 'config' | 'store' | 'clock' | 'log' | 'metrics'>;

/** Minting needs the live plan as well. */
export interface TokenDeps extends KeyDeps {
  readonly sync: Pick<Sync, 'freshPlan' | 'syncUser'>;
}
