/** The one error handler: a page for people who navigate, a problem document for everything else, a log line for what is our fault. */

import type { Context, ErrorHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isAllowedRedirect } from '../../config/redirects.ts';
import type { Project } from '../../config/project.ts';
import type { PlanclaimError } from '../../errors.ts';
import { pageSecurityPolicy } from '../../pages/assets.ts';
import { renderErrorPage, type ErrorView } from '../../pages/error.ts';
import type { RouteDeps } from '../deps.ts';
import { basePath, frameFor, localeOf } from './page.ts';
import { applyErrorHeaders, asPlanclaimError, problemResponse, wantsPage } from './problem.ts';

export function answerError(deps: RouteDeps): ErrorHandler {
  return (thrown, c) => {
    const error = asPlanclaimError(thrown);
    if (error.status >= 500) {
      const { code } = error;
      deps.log.error({ event: 'request_failed', code, path: c.req.path, err: thrown }, 'A request failed');
    }
    return wantsPage(c) ? errorPage(deps, c, error) : problemResponse(c, error);
  };
}

function errorPage(deps: RouteDeps, c: Context, error: PlanclaimError): Response | Promise<Response> {
  const project = deps.config.projects.get(c.req.query('project_id') ?? '') ?? null;
  applyErrorHeaders(c, error);
  c.header('Content-Security-Policy', pageSecurityPolicy({ redirects: [], logo: project?.branding.logo ?? null }));
  const page = renderErrorPage({
    ...frameFor(deps, project, localeOf(c)),
    status: error.status,
    code: error.code,
    title: null,
    detail: null,
    money: c.req.path.startsWith('/checkout') ? 'nothing_charged' : null,
    action: nextStep(deps, c, project, error),
  });
  return c.html(page, error.status as ContentfulStatusCode);
}

/** Where a person goes on: the checkout that is still open, or back to a page that the project lists; never anywhere else. */
function nextStep(deps: RouteDeps, c: Context, project: Project | null, error: PlanclaimError): ErrorView['action'] {
  const { checkout_url: open, cancel_url: cancel, return_url: back } = error.details;
  if (typeof open === 'string') return { url: open, label: null };
  const isTransient = error.status === 429 || error.status >= 500;
  // By path alone: which host and scheme a proxy asked for says nothing of the address that browsers know (R42.1).
  if (isTransient && c.req.method === 'GET') {
    const { pathname, search } = new URL(c.req.url);
    return { url: `${basePath(deps.config)}${pathname}${search}`, label: null };
  }
  for (const url of [cancel, back, ...['cancel_url', 'redirect_uri', 'return_url'].map((name) => c.req.query(name))]) {
    if (typeof url === 'string' && project && isAllowedRedirect(project, url)) return { url, label: null };
  }
  return null;
}
