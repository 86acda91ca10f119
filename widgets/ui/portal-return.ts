/** What the address of the page says. */

import type { PortalReturn } from '../client/attention.ts';

/** How the payment with a new card went, on the page that the portal leads back to. */
export function portalReturn(): PortalReturn {
  const returned = new URLSearchParams(location.search).get('payment');
  return returned === 'failed' || returned === 'requires_action' ? returned : null;
}
