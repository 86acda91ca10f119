/** What a person should look at. The same thing is one incident however often it is seen. */

import type { Writing } from '../store/schema.ts';

export interface IncidentReport {
  readonly projectId: string;
  readonly userId: string | null;
  /** Stable name, such as `price_unknown`. */
  readonly kind: string;
  /** What makes it the same incident, such as the price's id. */
  readonly subject: string;
  /** What happened and what to do, for a person. No e-mail, key or card detail. */
  readonly detail: string;
}

/** Records it, or counts one more of it. `now` in milliseconds. */
export async function reportIncident(tx: Writing, report: IncidentReport, now: number): Promise<void> {
  await tx
    .insertInto('incident')
    .values({
      incident_id: `inc_${crypto.randomUUID().replaceAll('-', '')}`,
      project_id: report.projectId,
      user_id: report.userId,
      kind: report.kind,
      subject: report.subject,
      detail: report.detail,
      occurrences: 1,
      created_at: now,
      last_seen_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'kind', 'subject'])
        .doUpdateSet((eb) => ({ occurrences: eb('incident.occurrences', '+', 1), last_seen_at: now })),
    )
    .execute();
}
