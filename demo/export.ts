/** `GET /api/export`: the route that people pay for. Nothing here asks Planclaim or Stripe; the token says it all. */

import { createVerifier, VerifyError } from '@planclaim/server/verify';
import { Hono } from 'hono';
import { boardFile } from './pages/board.ts';
import type { SiteDeps } from './site.ts';

const problem = (status: number, code: string, detail: string): Response =>
  Response.json({ status, code, detail }, { status, headers: { 'content-type': 'application/problem+json' } });

export function exportRoutes({ backendUrl }: SiteDeps) {
  const app = new Hono();
  const verifyToken = createVerifier({ issuer: backendUrl, audience: 'driftboard' });

  app.get('/api/export', async (c) => {
    const token = c.req.header('authorization')?.match(/^Bearer (.+)$/i)?.[1];
    if (token === undefined) return problem(401, 'token_missing', 'Send your access token as a bearer token.');
    let user: Awaited<ReturnType<typeof verifyToken>>;
    try {
      user = await verifyToken(token);
    } catch (error) {
      if (error instanceof VerifyError) return problem(error.status, error.code, error.message);
      throw error;
    }
    if (!user.can('export')) return problem(403, 'plan_required', 'Export is part of Pro.');
    c.header('Content-Disposition', 'attachment; filename="harbour-house.svg"');
    c.header('Content-Type', 'image/svg+xml; charset=utf-8');
    return c.body(boardFile());
  });
  return app;
}
