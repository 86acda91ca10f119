/** Users in the states that matter. */

import type { Subscription } from '../../../widgets/client/types.ts';
import type { PeerProject } from '../peer/peer.ts';

/** Ada, on Pro by the month. */
export const onPro = (more: Partial<Subscription> = {}): PeerProject => ({
  users: {
    ada: {
      plan: 'pro',
      billing_cycle: 'monthly',
      status: 'active',
      source: 'subscription',
      trial_available: false,
      features: ['export'],
      limits: { projects: -1 },
      ...more,
    },
  },
});
