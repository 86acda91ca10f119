/** Which Stripe account a project bills through, as a name that ids are stored under: a test id never meets a live key (R9.5). */

import type { Config, Project } from '../config/project.ts';

/** `test`, `live`, or `test:acme` for a project with an account of its own. */
export type AccountName = string;

export function accountOf(project: Project): AccountName {
  const mode = project.stripe?.mode ?? 'test';
  return project.ownStripeAccount ? `${mode}:${project.id}` : mode;
}

/** The first project that bills through the account of `POST /webhooks/stripe`, or the one that `/webhooks/stripe/{project}` names. */
export function projectBehindWebhook(config: Config, projectId: string | null): Project | undefined {
  for (const project of config.projects.values()) {
    const meant = projectId === null ? !project.ownStripeAccount : project.id === projectId;
    if (meant && project.stripe !== null) return project;
  }
  return undefined;
}
