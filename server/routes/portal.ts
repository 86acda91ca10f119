/** Stripe's customer portal: `POST /v1/portal` opens it, `GET /portal/return` is the way back. */

import { createRoute, z } from '@hono/zod-openapi';
import { openPortal, portalFlows, returnFromPortal, type PortalNote } from '../billing/portal.ts';
import { openNote, sealNote } from '../tokens/sealed-note.ts';
import type { RouteDeps } from './deps.ts';
import { createApi, readQuery } from './lib/api.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { requireOwnPageOrRedirects } from './lib/own-page.ts';
import { requireProject } from './lib/project.ts';
import { answers, problems, takes, urlSchema } from './schemas.ts';

/** Seconds; who comes back later is sent on all the same, and Stripe's events have told what changed. */
const noteLife = 3 * 3600;

const open = createRoute({
  method: 'post',
  path: '/v1/portal',
  summary: "Open Stripe's customer portal",
  description:
    'With `flow` straight to one thing, and back when it is done. Where a card replaced the one that failed, what is owed is paid with it on the way back; a bank that refuses adds `payment=failed` or `payment=requires_action` to the return_url.',
  security: [{ userToken: [] }],
  request: {
    body: takes(z.strictObject({ return_url: urlSchema, flow: z.enum(portalFlows).optional() }).openapi('PortalOrder')),
  },
  responses: {
    200: answers('Where to send the browser.', z.object({ url: z.string() }).openapi('Portal')),
    ...problems(400, 401, 403, 409, 415, 503),
  },
});

export function portalRoutes(deps: RouteDeps) {
  const app = createApi();

  app.openapi(open, async (c) => {
    const caller = await authenticateUser(deps, c.req.raw);
    requireBillingRole(caller);
    const { return_url: returnUrl, flow = null } = c.req.valid('json');
    requireOwnPageOrRedirects(deps.config, caller.project, [returnUrl]);
    const back = async (note: PortalNote): Promise<string> => {
      const ticket = await sealNote(deps, 'portal return', note, noteLife);
      return `${deps.config.publicUrl}/portal/return?${new URLSearchParams({ project_id: caller.project.id, ticket })}`;
    };
    const url = await openPortal(deps, caller.project, caller.userId, { returnUrl, flow }, back);
    c.header('Cache-Control', 'no-store');
    return c.json({ url }, 200);
  });

  app.get('/portal/return', async (c) => {
    const { ticket } = readQuery(c.req.query(), z.object({ ticket: z.string() }));
    const { note, expired } = await openNote<PortalNote>(deps, 'portal return', ticket);
    const project = requireProject(deps.config, note.projectId);
    requireOwnPageOrRedirects(deps.config, project, [note.returnUrl]);
    const outcome = expired ? 'none' : await settle(deps, note);
    const target = new URL(note.returnUrl);
    if (outcome === 'failed' || outcome === 'requires_action') target.searchParams.set('payment', outcome);
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'no-referrer');
    return c.redirect(outcome === 'none' || outcome === 'succeeded' ? note.returnUrl : target.href, 303);
  });
  return app;
}

/** Nobody is kept at our door because Stripe is slow: its events tell the same a little later. */
async function settle(deps: RouteDeps, note: PortalNote) {
  const project = requireProject(deps.config, note.projectId);
  try {
    return await returnFromPortal(deps, project, note);
  } catch (error) {
    deps.log.warn(
      { event: 'portal_return_failed', project: project.id, err: error },
      'What was done in the portal could not be read yet; events tell it as well',
    );
    return 'none';
  }
}
