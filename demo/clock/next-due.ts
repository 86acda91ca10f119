/** What is due next for somebody, told from Planclaim's own answer about them. */

/** What is read of `GET /v1/subscription`; times are ISO 8601. */
export interface DueTimes {
  readonly status: string;
  readonly current_period_end: string | null;
  readonly trial_end: string | null;
  readonly cancel_at: string | null;
  readonly grace_until: string | null;
  readonly scheduled: { readonly at: string } | null;
  readonly owed: { readonly next_attempt_at: string | null } | null;
  readonly pending_change: { readonly expires_at: string } | null;
}

export interface Due {
  readonly what: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** To where the clock has to go for all of it to have happened; seconds since 1970. */
  readonly settledAt: number;
}

/** Whether a period has ended that Planclaim has not heard of yet: moments after the clock was moved. */
export const isBehind = ({ status, current_period_end: end }: DueTimes, now: number): boolean =>
  live.has(status) && end !== null && Date.parse(end) / 1000 <= now;

const live = new Set(['trialing', 'active', 'past_due']);

/** Stripe leaves a renewal's invoice open for changes for an hour, then charges it. */
const untilCharged = 3600;
/** So that nothing falls onto the second that is being moved to. */
const margin = 60;

/** @param now seconds since 1970; null where nothing is due */
export function nextDue(subscription: DueTimes, now: number): Due | null {
  const { trial_end, cancel_at, current_period_end, scheduled, owed, grace_until, pending_change } = subscription;
  const ends = cancel_at !== null;
  const candidates: (readonly [what: string, at: string | null | undefined, charged: boolean])[] = [
    ['end of trial', subscription.status === 'trialing' ? trial_end : null, !ends],
    ['end of plan', cancel_at, false],
    ['planned change', ends ? null : scheduled?.at, true],
    ['renewal', ends ? null : current_period_end, true],
    ['next try to pay', owed?.next_attempt_at, false],
    ['end of grace', grace_until, false],
    ['end of unpaid upgrade', pending_change?.expires_at, false],
  ];
  const due = candidates.flatMap(([what, iso, charged]) => {
    const at = iso ? Date.parse(iso) / 1000 : Number.NaN;
    return at > now ? [{ what, at, settledAt: at + margin + (charged ? untilCharged : 0) }] : [];
  });
  // The first named wins a tie: the end of a trial is also the end of its period.
  return due.toSorted((one, other) => one.at - other.at)[0] ?? null;
}
