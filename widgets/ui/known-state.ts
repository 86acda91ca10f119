/** What an element may take as known of the user, from what the session has. */

import { type OfferState, stateOfClaims } from '../client/offer.ts';
import type { SessionSnapshot } from '../client/session-snapshot.ts';
import type { Subscription } from '../client/types.ts';

export interface KnownState {
  /** Whether it is still being found out; then buttons wait, so that none promises the wrong thing. */
  readonly isPending: boolean;
  /** Null while nobody is signed in, or nobody could be asked. */
  readonly state: OfferState | null;
  /** Null where only the token is known. */
  readonly subscription: Subscription | null;
}

const nobody: KnownState = { isPending: false, state: null, subscription: null };

export function knownState(snapshot: SessionSnapshot | null): KnownState {
  if (!snapshot || snapshot.status === 'signed-out' || snapshot.status === 'error') return nobody;
  const { subscription, claims, details } = snapshot;
  if (snapshot.status === 'loading') return { ...nobody, isPending: true };
  if (subscription) return { isPending: false, state: subscription, subscription };
  if (details !== 'error') return { ...nobody, isPending: true };
  return { isPending: false, state: claims && stateOfClaims(claims), subscription: null };
}
