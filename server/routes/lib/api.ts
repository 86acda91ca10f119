/** A set of documented routes whose requests are checked whole before the handler runs. */

import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Env, HonoRequest } from 'hono';
import { PlanclaimError } from '../../errors.ts';

/** Throws 400 `request_invalid` with `errors: [{path, message}]`, all of them at once. */
export const createApi = (): OpenAPIHono =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });

export function invalidRequest(error: z.ZodError): PlanclaimError {
  const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const summary = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new PlanclaimError(summary, { code: 'request_invalid', status: 400, details: { errors } });
}

/**
 * The query of a page, checked; names that the schema does not know are left alone, since links carry campaign parameters, and
 * an empty value is one that was left out.
 */
export function readQuery<Schema extends z.ZodType>(query: Record<string, string>, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')));
  if (!result.success) throw invalidRequest(result.error);
  return result.data;
}

/** For calls that take no fields: no body or an empty object, whatever its type says. Throws 400 `request_invalid`. */
export async function requireNoFields(request: HonoRequest): Promise<void> {
  const text = await request.text();
  if (/^\s*(\{\s*\})?\s*$/.test(text)) return;
  throw new PlanclaimError('This call takes no fields. Send no body, or {}.', { code: 'request_invalid', status: 400 });
}
