/** Which Stripe account a project bills through, as a name that ids are stored under: a test id never meets a live key (R9.5). */

import type { Config, Project } from '../config/project.ts';

/** `test`, `live`, or `test:acme` for a project with an account of its own. */
export type AccountName = string;

export function accountOf(project: Project): AccountName {
  const mode = project.stripe?.mode ?? 'test';
  return project.ownStripeAccount ? `${mode}:${project.id}` : mode;
}

/** The projects that bill through the account of `POST /webhooks/stripe`, or the one that `/webhooks/stripe/{project}` names. */
export function projectsBehindWebhook(config: Config, projectId: string | null): Project[] {
  const billed = [...config.projects.values()].filter((project) => project.stripe !== null);
  return projectId === null
    ? billed.filter((project) => !project.ownStripeAccount)
    : billed.filter((project) => project.id === projectId);
}
