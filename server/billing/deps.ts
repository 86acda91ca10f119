/** What billing works with. One object, made in `app.ts`, passed down. */

import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/project.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';
import type { Gateways } from '../stripe/gateway.ts';

export interface BillingDeps {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly stripe: Gateways;
  /** Absent where nobody scrapes, as in commands. */
  readonly metrics?: Metrics;
}
