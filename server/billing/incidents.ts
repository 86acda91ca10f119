/** What a person should look at. The same thing is one incident however often it is seen. */

import type { Reading, Writing } from '../store/schema.ts';
import { toIso } from '../clock.ts';

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

/** Records it unless it is known; returns whether it was new. For what is read again and again. */
export async function reportOnce(tx: Writing, report: IncidentReport, now: number): Promise<boolean> {
  const known = await tx
    .selectFrom('incident')
    .select('incident_id')
    .where('project_id', '=', report.projectId)
    .where('kind', '=', report.kind)
    .where('subject', '=', report.subject)
    .executeTakeFirst();
  if (known) return false;
  await reportIncident(tx, report, now);
  return true;
}

/** An incident as the API shows it. */
export interface Incident {
  readonly id: string;
  readonly user_id: string | null;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly occurrences: number;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
}

/** The newest incidents of a project, or of one user. */
export async function listIncidents(
  db: Reading,
  projectId: string,
  limit: number,
  userId?: string,
): Promise<Incident[]> {
  const ofProject = db.selectFrom('incident').selectAll().where('project_id', '=', projectId);
  const rows = await (userId === undefined ? ofProject : ofProject.where('user_id', '=', userId))
    .orderBy('last_seen_at', 'desc')
    .orderBy('incident_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.incident_id,
    user_id: row.user_id,
    kind: row.kind,
    subject: row.subject,
    detail: row.detail,
    occurrences: row.occurrences,
    first_seen_at: toIso(row.created_at),
    last_seen_at: toIso(row.last_seen_at),
  }));
}
