/** One session for each backend, project and source of tokens, whatever number of elements a page has. */

import { BillingApi } from './api.ts';
import { onConfigChange } from './config.ts';
import { accountOf, readClaims } from './jwt.ts';
import { Session } from './session.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import type { TokenSource } from './token-source.ts';

const sessions = new Map<string, Session>();
let isWatching = false;

export interface SessionPlace {
  readonly apiUrl: string;
  readonly projectId: string;
  readonly source: TokenSource;
}

/**
 * @param before the session that an element leaves: where a renewed token is the same user's, what was known of them
 * is shown until there is news, and nothing flickers
 */
export function sessionFor({ apiUrl, projectId, source }: SessionPlace, before: Session | null): Session {
  watch();
  const key = `${apiUrl} ${projectId} ${source.key}`;
  const known = sessions.get(key);
  if (known) return known;
  const made = new Session(
    new BillingApi({ apiUrl, projectId }),
    source,
    carriedOver({ apiUrl, projectId, source }, before),
  );
  sessions.set(key, made);
  return made;
}

/** A session with a token of its own goes when its last element has gone, or has gone on to another token. */
export function leaveSession({ apiUrl, projectId, source }: SessionPlace): void {
  if (source.kind !== 'token') return;
  const key = `${apiUrl} ${projectId} ${source.key}`;
  // An element that is moved leaves and comes back within the task.
  queueMicrotask(() => {
    if (sessions.get(key)?.isUnused) sessions.delete(key);
  });
}

function carriedOver(place: SessionPlace, before: Session | null): SessionSnapshot | null {
  const known = before?.snapshot;
  if (!before || known?.status !== 'ready' || place.source.kind !== 'token') return null;
  if (before.api.apiUrl !== place.apiUrl || before.api.projectId !== place.projectId) return null;
  const next = readClaims(place.source.read({ fresh: false }) as string);
  // Before the exchange only the person is certain: an issuer's token does not name the account as ours does.
  return next?.sub !== undefined && next.sub === known.claims?.sub && !known.claims.account_id && accountOf(next)
    ? known
    : null;
}

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  onConfigChange((reason) => {
    for (const session of sessions.values()) {
      if (session.isUnused) continue;
      if (reason === 'signed-out') session.signOut();
      else if (reason === 'user') void session.userChanged();
    }
  });
}
