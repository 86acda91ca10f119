/** Our own hosted portal page may be returned to as well as the addresses that a project lists. */

import { requireRedirects } from '../../billing/checkout-order.ts';
import { isAllowedRedirect } from '../../config/redirects.ts';
import type { Config, Project } from '../../config/project.ts';

/** @throws PlanclaimError 400 `redirect_not_allowed` */
export function requireOwnPageOrRedirects(config: Config, project: Project, urls: readonly string[]): void {
  requireRedirects(
    project,
    urls.filter((url) => !isOwnPage(config, project, url)),
  );
}

const isOwnPage = (config: Config, project: Project, url: string): boolean =>
  isAllowedRedirect({ redirects: [`${config.publicUrl}/portal`] }, url) &&
  new URL(url).searchParams.get('project_id') === project.id;
