/**
 * The hosted portal page on our own elements. Who the reader is comes from a signed link or from `#token=` in the fragment; from
 * then on an encrypted note travels with the page, so that the way back from checkout or Stripe's portal leads to it.
 */

import { Hono, type Context } from 'hono';
import { z } from '@hono/zod-openapi';
import { requireRedirects } from '../billing/checkout-order.ts';
import { toSeconds } from '../clock.ts';
import type { Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { pageSecurityPolicy } from '../pages/assets.ts';
import { renderPortalPage, type PortalView } from '../pages/portal.ts';
import { keptClaims } from '../tokens/claims.ts';
import { issueToken } from '../tokens/issue.ts';
import { openNote, sealNote } from '../tokens/sealed-note.ts';
import type { RouteDeps } from './deps.ts';
import { readQuery } from './lib/api.ts';
import { authenticateUser } from './lib/authenticate.ts';
import { basePath, frameFor, localeOf } from './lib/page.ts';
import { requireProject } from './lib/project.ts';
import { isSigned } from './lib/signed-query.ts';
import { urlSchema, userIdSchema } from './schemas.ts';

/** The parameters of the portal page. */
export const requestSchema = z.object({
  project_id: z.string().min(1),
  return_url: urlSchema.optional(),
  user_id: userIdSchema.optional(),
  locale: z.string().max(35).optional(),
});

const ticketSchema = z.object({ ticket: z.string() });

/** Who is reading. Times in seconds. */
interface Visit {
  readonly projectId: string;
  /** The account that pays. */
  readonly userId: string;
  /** The person: the caller's `sub`. */
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly canManageBilling: boolean;
  /** When the link or the login ends, and with it the visit. */
  readonly endsAt: number;
  readonly returnUrl: string | null;
}

export function portalPageRoutes(deps: RouteDeps) {
  const app = new Hono();

  app.get('/portal', async (c) => {
    c.header('Cache-Control', 'no-store');
    const sealed = c.req.query('ticket');
    if (sealed !== undefined) return showPortal(deps, c, await openVisit(deps, sealed), sealed);

    const { project, request } = requirePortal(deps, c);
    const query = new URL(c.req.url).searchParams;
    if (!(await isSigned(project, query, deps.clock))) return askForToken(deps, c, project, request.return_url ?? null);
    if (request.user_id === undefined) {
      throw new PlanclaimError('A signed link to this page names a user_id.', { code: 'request_invalid', status: 400 });
    }
    // The link's own address goes out of the history: it would open this page for whoever finds it.
    return c.redirect(
      await pagePath(deps, request.locale, {
        projectId: project.id,
        userId: request.user_id,
        subject: request.user_id,
        claims: {},
        canManageBilling: true,
        endsAt: Number(query.get('exp')),
        returnUrl: request.return_url ?? null,
      }),
      303,
    );
  });

  app.post('/portal/session', async (c) => {
    const { project, request } = requirePortal(deps, c);
    const caller = await authenticateUser(deps, c.req.raw);
    const redirect = await pagePath(deps, request.locale, {
      projectId: project.id,
      userId: caller.userId,
      subject: caller.subject,
      claims: keptClaims(project, caller.claims),
      canManageBilling: caller.canManageBilling,
      endsAt: caller.expiresAt,
      returnUrl: request.return_url ?? null,
    });
    c.header('Cache-Control', 'no-store');
    return c.json({ redirect });
  });

  // What the elements of the page ask for: an access token while the visit lasts.
  app.get('/portal/token', async (c) => {
    const visit = await openVisit(deps, readQuery(c.req.query(), ticketSchema).ticket);
    const { token } = await issueToken(deps, requireProject(deps.config, visit.projectId), {
      userId: visit.userId,
      subject: visit.subject,
      keptClaims: visit.claims,
      notAfter: visit.endsAt,
      canManageBilling: visit.canManageBilling,
    });
    c.header('Cache-Control', 'no-store');
    return c.json({ token });
  });
  return app;
}

/** Project and address, checked before anything is shown. */
function requirePortal(deps: RouteDeps, c: Context) {
  const request = readQuery(c.req.query(), requestSchema);
  const project = requireProject(deps.config, request.project_id);
  if (request.return_url !== undefined) requireRedirects(project, [request.return_url]);
  return { project, request };
}

async function pagePath(deps: RouteDeps, locale: string | undefined, visit: Visit): Promise<string> {
  const life = Math.max(1, visit.endsAt - toSeconds(deps.clock()));
  const ticket = await sealNote(deps, 'portal page', visit, life);
  return `${basePath(deps.config)}/portal?${new URLSearchParams({ project_id: visit.projectId, ...(locale && { locale }), ticket })}`;
}

/** @throws PlanclaimError 403 `ticket_invalid`, or `link_expired` with the way back to the app */
async function openVisit(deps: RouteDeps, sealed: string): Promise<Visit> {
  const { note, expired } = await openNote<Visit>(deps, 'portal page', sealed);
  if (!expired) return note;
  throw new PlanclaimError('This page has expired. Go back to the app and open it again.', {
    code: 'link_expired',
    status: 403,
    details: { return_url: note.returnUrl },
  });
}

function showPortal(deps: RouteDeps, c: Context, visit: Visit, ticket: string): Response | Promise<Response> {
  const project = requireProject(deps.config, visit.projectId);
  const prefix = basePath(deps.config);
  const page = new URLSearchParams({ project_id: project.id, ticket });
  return answerPage(deps, c, project, {
    returnUrl: visit.returnUrl,
    boot: null,
    session: {
      widgetsUrl: `${prefix}/widgets.js`,
      tokenUrl: `${prefix}/portal/token?${page}`,
      pageUrl: `${deps.config.publicUrl}/portal?${page}`,
    },
  });
}

/** A script shows the token of the fragment to `/portal/session` and comes back with a note. */
function askForToken(
  deps: RouteDeps,
  c: Context,
  project: Project,
  returnUrl: string | null,
): Response | Promise<Response> {
  const url = `${basePath(deps.config)}/portal/session${new URL(c.req.url).search}`;
  return answerPage(deps, c, project, { returnUrl, session: null, boot: { url, returnUrl } });
}

function answerPage(
  deps: RouteDeps,
  c: Context,
  project: Project,
  view: Pick<PortalView, 'returnUrl' | 'session' | 'boot'>,
): Response | Promise<Response> {
  c.header('Content-Security-Policy', pageSecurityPolicy({ redirects: [], logo: project.branding.logo }));
  c.header('Referrer-Policy', 'no-referrer');
  return c.html(
    renderPortalPage({
      ...frameFor(deps, project, localeOf(c)),
      ...view,
      projectId: project.id,
      name: project.name,
      payments: project.payments,
    }),
  );
}
