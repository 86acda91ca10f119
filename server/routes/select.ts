/**
 * The hosted plan selection after login. Who the user is comes from a signed link or from `#token=` in the fragment; from
 * then on an encrypted ticket travels with the page, so that it works without cookies and, behind a link, without scripts.
 */

import { Hono, type Context } from 'hono';
import { z } from '@hono/zod-openapi';
import { choosePlan } from '../billing/assignment.ts';
import { catalogue } from '../billing/catalogue.ts';
import { requireRedirects } from '../billing/checkout-order.ts';
import { purchase } from '../billing/purchase.ts';
import { subscriptionView } from '../billing/subscription-view.ts';
import { billingCycles, findPlan, type BillingCycle, type Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { toSeconds } from '../clock.ts';
import { pageSecurityPolicy } from '../pages/assets.ts';
import { renderSelectPage, type SelectView } from '../pages/select.ts';
import { keptClaims } from '../tokens/claims.ts';
import { createAuthorizationCode } from '../tokens/authorization-code.ts';
import { issueToken } from '../tokens/issue.ts';
import { openTicket, sealTicket, type SelectionTicket } from '../tokens/ticket.ts';
import type { RouteDeps } from './deps.ts';
import { readQuery } from './lib/api.ts';
import { authenticateUser, requireBillingRole } from './lib/authenticate.ts';
import { basePath, frameFor, localeOf } from './lib/page.ts';
import { requireProject } from './lib/project.ts';
import { isSigned } from './lib/signed-query.ts';
import { planIdSchema, urlSchema, userIdSchema } from './schemas.ts';

/** The parameters of the selection page. */
export const requestSchema = z.object({
  project_id: z.string().min(1),
  redirect_uri: urlSchema,
  state: z.string().max(1024).optional(),
  code_challenge: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the base64url of a SHA-256 (RFC 7636 §4.2)')
    .optional(),
  code_challenge_method: z.literal('S256', 'must be S256').optional(),
  skip: z.enum(['0', '1']).optional(),
  user_id: userIdSchema.optional(),
});

const choiceSchema = z.object({
  ticket: z.string(),
  plan: planIdSchema.optional(),
  billing_cycle: z.enum(billingCycles).optional(),
  skip: z.literal('1').optional(),
});

type SelectRequest = z.output<typeof requestSchema>;

export function selectRoutes(deps: RouteDeps) {
  const app = new Hono();

  app.get('/select', async (c) => {
    c.header('Cache-Control', 'no-store');
    const sealed = c.req.query('ticket');
    if (sealed !== undefined) return showPlans(deps, c, await openTicket(deps, sealed), null);

    const request = readQuery(c.req.query(), requestSchema);
    const project = requireSelection(deps, request);
    if (!(await isSigned(project, new URL(c.req.url).searchParams, deps.clock)))
      return askForToken(deps, c, project, request);
    if (request.user_id === undefined) {
      throw new PlanclaimError('A signed link to this page names a user_id.', { code: 'request_invalid', status: 400 });
    }
    // A link proves who somebody is and brings no login of its own: its token lives as long as any access token.
    const ticket = ticketFor(project, request, {
      userId: request.user_id,
      subject: request.user_id,
      claims: {},
      sessionExpiresAt: toSeconds(deps.clock()) + project.token.ttl,
    });
    return showPlans(deps, c, ticket, null);
  });

  app.post('/select/session', async (c) => {
    const request = readQuery(c.req.query(), requestSchema);
    const project = requireSelection(deps, request);
    const caller = await authenticateUser(deps, c.req.raw);
    requireBillingRole(caller);
    const ticket = ticketFor(project, request, {
      userId: caller.userId,
      subject: caller.subject,
      claims: keptClaims(project, caller.claims),
      sessionExpiresAt: caller.expiresAt,
    });
    c.header('Cache-Control', 'no-store');
    return c.json({ redirect: pagePath(deps, project, await sealTicket(deps, ticket)) });
  });

  app.post('/select', async (c) => {
    c.header('Cache-Control', 'no-store');
    const form = readQuery(Object.fromEntries(new URLSearchParams(await c.req.text())), choiceSchema);
    const ticket = await openTicket(deps, form.ticket);
    if (form.skip === '1' && ticket.skippable) return c.redirect(await wayBack(deps, ticket), 303);
    try {
      return c.redirect(await choose(deps, ticket, form), 303);
    } catch (error) {
      if (!(error instanceof PlanclaimError) || error.status >= 500) throw error;
      c.status(error.status as 400);
      return showPlans(deps, c, ticket, error);
    }
  });

  // `/checkout/return` has applied the paid session before it sends the browser here.
  app.get('/select/return', async (c) => {
    const { ticket } = readQuery(c.req.query(), z.object({ ticket: z.string() }));
    c.header('Cache-Control', 'no-store');
    return c.redirect(await wayBack(deps, await openTicket(deps, ticket)), 303);
  });
  return app;
}

/** Project and addresses, checked before anything is shown. */
function requireSelection(deps: RouteDeps, request: SelectRequest): Project {
  const project = requireProject(deps.config, request.project_id);
  requireRedirects(project, [request.redirect_uri]);
  if (request.code_challenge !== undefined && request.code_challenge_method !== 'S256') {
    throw new PlanclaimError('Send code_challenge_method=S256 with code_challenge (RFC 7636).', {
      code: 'request_invalid',
      status: 400,
    });
  }
  return project;
}

const ticketFor = (
  project: Project,
  request: SelectRequest,
  who: Pick<SelectionTicket, 'userId' | 'subject' | 'claims' | 'sessionExpiresAt'>,
): SelectionTicket => ({
  ...who,
  projectId: project.id,
  redirectUri: request.redirect_uri,
  state: request.state ?? null,
  codeChallenge: request.code_challenge ?? null,
  skippable: request.skip === '1',
});

const pagePath = (deps: RouteDeps, project: Project, sealed: string): string =>
  `${basePath(deps.config)}/select?${new URLSearchParams({ project_id: project.id, ticket: sealed })}`;

/** Carries out a choice and says where the browser goes: back to the app, or to the checkout. */
async function choose(deps: RouteDeps, ticket: SelectionTicket, form: z.output<typeof choiceSchema>): Promise<string> {
  const project = requireProject(deps.config, ticket.projectId);
  const plan = findPlan(project, form.plan ?? null);
  if (!plan) throw new PlanclaimError('Choose one of the plans.', { code: 'plan_unknown', status: 400 });
  const cycles = Object.keys(plan.prices) as BillingCycle[];
  const billingCycle = cycles.find((cycle) => cycle === form.billing_cycle) ?? cycles[0] ?? null;
  if (project.payments === 'none' || plan.kind !== 'paid') {
    await choosePlan(deps, project, ticket.userId, { plan: plan.id, billingCycle });
    return wayBack(deps, ticket);
  }
  // The form's own ticket, so that a second click is the same order and gets the same session.
  const { ticket: sealed } = form;
  const { url } = await purchase(deps, project, ticket.userId, {
    plan: plan.id,
    billingCycle,
    quantity: null,
    currency: null,
    // Ours, not the project's list: this page sends the browser on itself.
    successUrl: `${deps.config.publicUrl}/select/return?${new URLSearchParams({ ticket: sealed })}`,
    cancelUrl: new URL(pagePath(deps, project, sealed), deps.config.publicUrl).href,
    ui: 'hosted',
    email: typeof ticket.claims['email'] === 'string' ? ticket.claims['email'] : null,
    authenticated: true,
  });
  return url ?? ticket.redirectUri;
}

/** Back to the app: with a one-time code where it sent a challenge, else with the token in the fragment, which no server logs. */
async function wayBack(deps: RouteDeps, ticket: SelectionTicket): Promise<string> {
  const project = requireProject(deps.config, ticket.projectId);
  const url = new URL(ticket.redirectUri);
  if (ticket.sessionExpiresAt <= toSeconds(deps.clock())) {
    // The login ended while the user was paying: the app signs in again, and the plan is there.
    url.searchParams.set('error', 'login_required');
    if (ticket.state !== null) url.searchParams.set('state', ticket.state);
    return url.href;
  }
  const who = { userId: ticket.userId, subject: ticket.subject, keptClaims: ticket.claims };
  if (ticket.codeChallenge !== null) {
    const code = await createAuthorizationCode(deps, project, {
      ...who,
      redirectUri: ticket.redirectUri,
      codeChallenge: ticket.codeChallenge,
      sessionExpiresAt: ticket.sessionExpiresAt,
    });
    url.searchParams.set('code', code);
    url.searchParams.set('iss', deps.config.publicUrl);
    if (ticket.state !== null) url.searchParams.set('state', ticket.state);
    return url.href;
  }
  const { token, expiresIn } = await issueToken(deps, project, { ...who, notAfter: ticket.sessionExpiresAt });
  url.hash = new URLSearchParams({
    access_token: token,
    token_type: 'Bearer',
    expires_in: String(expiresIn),
    ...(ticket.state !== null && { state: ticket.state }),
  }).toString();
  return url.href;
}

async function showPlans(
  deps: RouteDeps,
  c: Context,
  ticket: SelectionTicket,
  refused: PlanclaimError | null,
): Promise<Response> {
  const project = requireProject(deps.config, ticket.projectId);
  const current = await subscriptionView(deps, project, ticket.userId);
  return answerPage(deps, c, project, {
    current,
    submitUrl: `${basePath(deps.config)}/select`,
    hidden: { ticket: await sealTicket(deps, ticket) },
    skippable: ticket.skippable,
    error: refused && { title: 'Your plan was not changed', detail: refused.message },
    boot: null,
    redirectUri: ticket.redirectUri,
  });
}

/** The plans, with buttons that wait: a script shows the token of the fragment to `/select/session` and comes back with a ticket. */
function askForToken(deps: RouteDeps, c: Context, project: Project, request: SelectRequest): Promise<Response> {
  return answerPage(deps, c, project, {
    current: null,
    submitUrl: `${basePath(deps.config)}/select`,
    hidden: {},
    skippable: false,
    error: null,
    boot: {
      url: `${basePath(deps.config)}/select/session${new URL(c.req.url).search}`,
      returnUrl: request.redirect_uri,
    },
    redirectUri: request.redirect_uri,
  });
}

async function answerPage(
  deps: RouteDeps,
  c: Context,
  project: Project,
  view: Pick<SelectView, 'current' | 'submitUrl' | 'hidden' | 'skippable' | 'error' | 'boot'> & { redirectUri: string },
): Promise<Response> {
  const plans = catalogue(project, null);
  const policy = { redirects: [view.redirectUri, checkoutOrigin(deps)], logo: project.branding.logo };
  c.header('Content-Security-Policy', pageSecurityPolicy(policy));
  c.header('Referrer-Policy', 'no-referrer');
  const page = renderSelectPage({
    ...frameFor(deps, project, localeOf(c)),
    ...view,
    catalogue: plans,
    billingCycle: view.current?.billing_cycle ?? plans.billing_cycles[0] ?? 'monthly',
  });
  return c.html(page);
}

/** Where a paid choice leads: a browser holds `form-action` against the whole chain of redirects. */
const checkoutOrigin = (deps: RouteDeps): string => deps.config.stripeApiBase ?? 'https://checkout.stripe.com';
