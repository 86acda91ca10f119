/** What no route took: 405 where the path exists with other methods (RFC 9110 §15.5.6), what they are for OPTIONS, else 404. */

import type { Env, Hono, NotFoundHandler } from 'hono';
import { PlanclaimError } from '../../errors.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE'];

/** @param apps whose routes are looked at */
export function nothingThere(...apps: readonly { readonly router: Hono<Env>['router'] }[]): NotFoundHandler {
  return (c) => {
    const { method, path } = c.req;
    const others = methods.filter((other) =>
      apps.some(({ router }) => router.match(other, path)[0].some(([[, route]]) => route.method === other)),
    );
    if (others.length === 0)
      throw new PlanclaimError(`There is nothing at ${method} ${path}.`, { code: 'not_found', status: 404 });
    // Whoever answers GET answers HEAD.
    const allow = others.flatMap((other) => (other === 'GET' ? ['GET', 'HEAD'] : [other])).join(', ');
    c.header('Allow', allow);
    if (method === 'OPTIONS') return c.body(null, 204);
    throw new PlanclaimError(`${path} does not take ${method}. It takes ${allow}.`, {
      code: 'method_not_allowed',
      status: 405,
    });
  };
}
