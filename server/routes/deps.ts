/** What every route works with: made once in `app.ts`. */

import type { CheckoutDeps } from '../billing/checkout.ts';
import type { LivePlans } from '../billing/live-plans.ts';
import type { Ring, RingOutcome } from '../billing/doorbell.ts';

/** Files of the widget bundle and of the hosted pages, by path below their mount. */
export interface Assets {
  /** The body, its type and a validator; null when there is no such file. */
  find(
    path: string,
  ): Promise<{ readonly body: Uint8Array<ArrayBuffer>; readonly type: string; readonly etag: string } | null>;
}

export interface RouteDeps extends CheckoutDeps {
  readonly ring: (ring: Ring) => Promise<RingOutcome>;
  readonly live: LivePlans;
  /** The built widgets: `widgets.js` and `widgets/*`. */
  readonly widgets: Assets;
}
