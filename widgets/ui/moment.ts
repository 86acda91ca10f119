/** What of the page and its clock decides what needs the user. */

import type { Moment } from '../client/attention.ts';

export function momentNow(): Moment {
  const returned = new URLSearchParams(location.search).get('payment');
  return { now: Date.now(), returned: returned === 'failed' || returned === 'requires_action' ? returned : null };
}
