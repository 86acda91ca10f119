/** The project that a path or query names. */

import type { Config, Project } from '../../config/project.ts';
import { PlanclaimError } from '../../errors.ts';

/** @throws PlanclaimError 404 `project_unknown` */
export function requireProject(config: Config, id: string): Project {
  const project = config.projects.get(id);
  if (project) return project;
  throw new PlanclaimError(`There is no project "${id.slice(0, 100)}" in this backend's config.`, {
    code: 'project_unknown',
    status: 404,
  });
}
