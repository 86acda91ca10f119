/** Links that prove for whom they were made. */

import { toSeconds, type Clock } from '../../clock.ts';
import type { Project } from '../../config/project.ts';
import { PlanclaimError } from '../../errors.ts';
import { verifyLink } from '../../links.ts';

/**
 * Whether the query carries a valid signature of the project; false when it carries none.
 * @throws PlanclaimError 403 `signature_invalid` or `link_expired`
 */
export async function isSigned(project: Project, query: URLSearchParams, clock: Clock): Promise<boolean> {
  if (!query.has('sig')) return false;
  if (!(await verifyLink(query, project.apiKeys))) {
    throw new PlanclaimError('This link was changed or was not made for this project. Ask for a new one.', {
      code: 'signature_invalid',
      status: 403,
    });
  }
  const expires = Number(query.get('exp'));
  if (!Number.isSafeInteger(expires) || expires <= toSeconds(clock())) {
    throw new PlanclaimError('This link has expired. Ask for a new one.', { code: 'link_expired', status: 403 });
  }
  return true;
}
