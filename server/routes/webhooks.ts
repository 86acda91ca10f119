/** The door for Stripe's events: verify the raw bytes, mark the customer, answer, apply. */

import { Hono, type Context } from 'hono';
import { markTestClock } from '../billing/test-clocks.ts';
import { PlanclaimError, unavailable } from '../errors.ts';
import { accountOf, projectBehindWebhook } from '../stripe/account.ts';
import { customerOfCharge } from '../stripe/reversals.ts';
import { readDoorbell } from '../stripe/webhook-event.ts';
import type { RouteDeps } from './deps.ts';
import { requireProject } from './lib/project.ts';

/** What became of a delivery; Stripe reads the status, people read this. */
type Receipt = { received: true; outcome: 'marked' | 'repeated' | 'unknown_customer' | 'ignored' };

export function webhookRoutes(deps: RouteDeps) {
  const app = new Hono();

  /** 200 only when what it meant is stored; 400 for a bad signature; 503 when no secret is configured or the mark is not durable. */
  const receive = async (c: Context, projectId: string | null): Promise<Receipt> => {
    if (projectId !== null) requireProject(deps.config, projectId);
    const project = projectBehindWebhook(deps.config, projectId);
    const secrets = project?.stripe?.webhookSecrets ?? [];
    if (!project?.stripe || secrets.length === 0) {
      throw new PlanclaimError('No webhook secret is configured here. Set STRIPE_WEBHOOK_SECRET.', {
        code: 'webhook_secret_missing',
        status: 503,
      });
    }
    const bell = await readDoorbell(await c.req.text(), c.req.header('stripe-signature') ?? '', secrets);
    const account = accountOf(project);
    if (bell.testClock !== null && !bell.livemode) {
      const moved = await markTestClock(deps, account, bell.testClock).catch((error: unknown) => {
        throw unavailable('The database', error);
      });
      for (const customer of moved) deps.sync.kick(account, customer);
      return { received: true, outcome: moved.length > 0 ? 'marked' : 'ignored' };
    }
    if (bell.livemode !== (project.stripe.mode === 'live')) return { received: true, outcome: 'ignored' };
    // A dispute names a charge alone. While Stripe cannot say whose it is, this is 503 and Stripe sends it again.
    const customerId =
      bell.chargeId === null ? bell.customerId : await customerOfCharge(deps.stripe(project), bell.chargeId);
    if (customerId === null) return { received: true, outcome: 'ignored' };
    const { eventId, type } = bell;
    const outcome = await deps
      .ring({ account, eventId, type, customerId, receivedAt: deps.clock() })
      .catch((error: unknown) => {
        throw unavailable('The database', error);
      });
    if (outcome === 'marked') deps.sync.kick(account, customerId);
    return { received: true, outcome };
  };

  const counted = async (c: Context, projectId: string | null): Promise<Receipt> => {
    const count = (outcome: string): void => deps.metrics?.count('planclaim_webhook_events_total', { outcome });
    try {
      const receipt = await receive(c, projectId);
      count(receipt.outcome);
      return receipt;
    } catch (error) {
      count(error instanceof PlanclaimError && error.status < 500 ? 'refused' : 'failed');
      throw error;
    }
  };

  app.post('/webhooks/stripe', async (c) => c.json(await counted(c, null)));
  app.post('/webhooks/stripe/:project', async (c) => c.json(await counted(c, c.req.param('project'))));
  return app;
}
