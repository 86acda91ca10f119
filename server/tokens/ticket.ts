/** Who is choosing on the selection page: an encrypted note that travels with the page, so that it works without cookies and scripts. */

import { expiredPage, openNote, sealNote, type NoteDeps } from './sealed-note.ts';

/** Times in seconds. */
export interface SelectionTicket {
  readonly projectId: string;
  /** The account that pays. */
  readonly userId: string;
  /** The person: the caller's `sub`. */
  readonly subject: string;
  /** The caller's own claims that their token will keep. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the login ends; a token from this page never outlives it. */
  readonly sessionExpiresAt: number;
  readonly redirectUri: string;
  readonly state: string | null;
  /** RFC 7636 S256; null answers with a token in the fragment instead of a code. */
  readonly codeChallenge: string | null;
  readonly skippable: boolean;
}

/** Seconds: a checkout may be paid for a day after it was opened, and the browser then comes back with the ticket. */
const life = 25 * 3600;

export const sealTicket = (deps: NoteDeps, ticket: SelectionTicket): Promise<string> =>
  sealNote(deps, 'selection', ticket, life);

/** @throws PlanclaimError 403 `ticket_invalid` when it was changed, is another's, or has run out */
export async function openTicket(deps: NoteDeps, sealed: string): Promise<SelectionTicket> {
  const { note, expired } = await openNote<SelectionTicket>(deps, 'selection', sealed);
  if (expired) throw expiredPage();
  return note;
}
