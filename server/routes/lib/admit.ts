/**
 * Who calls is asked before what they sent is looked at: a stranger is told 401, and nothing of what is wrong with a body.
 * Handlers ask again for the caller itself, so that no call is open because its path was left out here. OPTIONS is for everybody.
 */

import { createMiddleware } from 'hono/factory';
import type { RouteDeps } from '../deps.ts';
import { authenticateSecretKey, authenticateUser } from './authenticate.ts';

/** What a request carries from here on. */
export interface Admitted {
  readonly Variables: {
    /** The same for everybody who speaks for the same user or project, whatever token or key they show. */
    readonly caller?: string;
  };
}

/** Throws as {@link authenticateUser}. */
export const admitUser = (deps: RouteDeps) =>
  createMiddleware<Admitted>(async (c, next) => {
    if (c.req.method === 'OPTIONS') return next();
    const { project, userId, subject } = await authenticateUser(deps, c.req.raw);
    c.set('caller', JSON.stringify([project.id, userId, subject]));
    return next();
  });

/** Throws as {@link authenticateSecretKey}. */
export const admitSecretKey = (deps: RouteDeps) =>
  createMiddleware<Admitted>(async (c, next) => {
    if (c.req.method === 'OPTIONS') return next();
    c.set('caller', JSON.stringify([authenticateSecretKey(deps, c.req.raw).id]));
    return next();
  });
