/** `/_sandbox`: what no Stripe has. Deliveries to look at and to disturb, faults, the clock, a clean slate. */

import type { Context, Hono } from 'hono';
import type Stripe from 'stripe';
import { z } from 'zod';
import { debitSettingsSchema, readDebitSettings, setDebitSettings } from '../bank-accounts.ts';
import { catchUp } from '../billing/due.ts';
import {
  closeDispute,
  disputeOf,
  disputeSettingsSchema,
  isOpen,
  openDispute,
  readDisputeSettings,
  setDisputeSettings,
} from '../billing/disputes.ts';
import { dunningSchema, readDunning, setDunning } from '../billing/dunning.ts';
import { refundable } from '../billing/refunds.ts';
import { calm, readChaos, setChaos } from '../deliveries/chaos.ts';
import type { Courier } from '../deliveries/courier.ts';
import { endpointsFor } from '../deliveries/enqueue.ts';
import { StripeApiError, invalid } from '../errors.ts';
import type { Faults } from '../http/faults.ts';
import type { RequestLog } from '../http/request-log.ts';
import { sameSiteOnly } from '../hosted/console/same-site.ts';
import { moveClock } from './clock.ts';
import { findEvent } from '../resources/events.ts';
import { saveDefaultConfiguration } from '../resources/portal-configurations.ts';
import type { Change } from '../store/change.ts';
import { readSearchSettings, searchSchema, setSearchSettings } from '../store/earlier-versions.ts';
import type { Store } from '../store/store.ts';

export interface ControlDeps {
  readonly store: Store;
  readonly courier: Courier;
  readonly faults: Faults;
  readonly log: RequestLog;
}

const share = z.union([z.boolean().transform(Number), z.number().min(0).max(1)]);

const chaosBody = z.strictObject({
  shuffle: z.boolean().default(calm.shuffle),
  duplicate: share.default(calm.duplicate),
  drop: share.default(calm.drop),
  delay_ms: z.number().int().min(0).default(calm.delay_ms),
  seed: z.number().int().default(calm.seed),
});

const faultBody = z.strictObject({
  route: z.string().regex(/^((GET|POST|DELETE) )?\//, 'is a path, with a method before it or without'),
  status: z.number().int().min(400).max(599).optional(),
  code: z.string().optional(),
  stall_ms: z.number().int().min(0).optional(),
  late_ms: z.number().int().min(0).optional(),
  lost: z.boolean().optional(),
  count: z.number().int().min(1).default(1),
});

const settingsBody = z.strictObject({
  ...dunningSchema.shape,
  ...disputeSettingsSchema.shape,
  ...searchSchema.shape,
  ...debitSettingsSchema.shape,
});

const disputeBody = z.strictObject({
  charge: z.string(),
  reason: z.string().default('fraudulent'),
  outcome: z.enum(['won', 'lost']).optional(),
});

const clockBody = z.union([
  z.strictObject({ now: z.number().int() }),
  z.strictObject({ advance_seconds: z.number().int().min(0) }),
]);

const redeliverBody = z.strictObject({
  times: z.number().int().min(1).max(1000).default(1),
  parallel: z.boolean().default(false),
});

export function addControl(app: Hono, deps: ControlDeps): void {
  const { store, courier, faults, log } = deps;
  app.use('/_sandbox/*', sameSiteOnly(store.publicUrl));

  app.get('/_sandbox/chaos', (c) => c.json(readChaos(store.database)));
  app.post('/_sandbox/chaos', async (c) => {
    setChaos(store.database, await read(c, chaosBody));
    return c.json(readChaos(store.database));
  });

  app.get('/_sandbox/faults', (c) => c.json({ data: faults.all() }));
  app.post('/_sandbox/faults', async (c) => {
    faults.add(await read(c, faultBody));
    return c.json({ data: faults.all() });
  });
  app.delete('/_sandbox/faults', (c) => {
    faults.clear();
    return c.json({ data: [] });
  });

  app.get('/_sandbox/clock', (c) => c.json({ now: store.clock.now(), offset: store.clock.offset }));
  app.post('/_sandbox/clock', async (c) => {
    const body = await read(c, clockBody);
    moveClock(store, 'now' in body ? body.now : store.clock.now() + body.advance_seconds);
    return c.json({ now: store.clock.now(), offset: store.clock.offset });
  });

  app.get('/_sandbox/settings', (c) => c.json(settings(store)));
  app.post('/_sandbox/settings', async (c) => {
    const body = await read(c, settingsBody);
    const { on_dispute, search_lag_seconds, bank_debit_seconds, payment_method_types, ...dunning } = body;
    setDunning(store.database, dunning);
    setDisputeSettings(store.database, { on_dispute });
    setSearchSettings(store.database, { search_lag_seconds });
    setDebitSettings(store.database, { bank_debit_seconds, payment_method_types });
    return c.json(settings(store));
  });

  app.post('/_sandbox/disputes', async (c) => {
    const asked = await read(c, disputeBody);
    const clock = store.clockOf(asked.charge);
    catchUp(store, clock);
    const charge = store.get('charge', asked.charge, 'charge');
    const dispute = store.change({ id: null, idempotencyKey: null, clock }, (change) =>
      disputeCharge(change, charge, asked),
    );
    return c.json(dispute);
  });

  // What saving the portal's settings in Stripe's Dashboard does; no call of the API can.
  app.post('/_sandbox/portal_default', (c) =>
    c.json(store.change({ id: null, idempotencyKey: null }, saveDefaultConfiguration)),
  );

  app.get('/_sandbox/requests', (c) => c.json({ data: log.all() }));
  app.delete('/_sandbox/requests', (c) => {
    log.clear();
    return c.json({ data: [] });
  });

  app.get('/_sandbox/deliveries', (c) => c.json({ data: deliveries(store, c.req.query()) }));
  app.post('/_sandbox/events/:id/redeliver', async (c) => {
    const { times, parallel } = await read(c, redeliverBody);
    const event = findEvent(store, c.req.param('id'));
    const endpoints = endpointsFor(store, event.type).map(({ id }) => id);
    const once = () => courier.redeliver(event.id, event.type, endpoints);
    const attempts = [];
    if (parallel) attempts.push(...(await Promise.all(Array.from({ length: times }, once))));
    else for (let time = 0; time < times; time++) attempts.push(await once());
    return c.json({ data: attempts.flat() });
  });

  app.post('/_sandbox/reset', (c) => {
    store.database.clear();
    store.clock.setOffset(0);
    faults.clear();
    log.clear();
    return c.json({ reset: true });
  });
}

function settings(store: Store): object {
  const { database } = store;
  return {
    ...readDunning(database),
    ...readDisputeSettings(database),
    ...readSearchSettings(database),
    ...readDebitSettings(database),
  };
}

/** Opens a dispute where none is open, and decides it where an outcome is given. */
function disputeCharge(change: Change, charge: Stripe.Charge, asked: z.infer<typeof disputeBody>): Stripe.Dispute {
  const known = disputeOf(change, charge);
  const isKnownOpen = known !== null && isOpen(known);
  if (!isKnownOpen && charge.status !== 'succeeded')
    throw invalid('Only a charge that was paid can be disputed.', 'charge');
  if (!isKnownOpen && refundable(charge) === 0) throw invalid('This charge was refunded in full.', 'charge');
  const dispute = isKnownOpen ? known : openDispute(change, charge, { reason: asked.reason, kind: 'chargeback' });
  return asked.outcome === undefined ? dispute : closeDispute(change, dispute, asked.outcome);
}

/** Oldest first; `?event=`, `?endpoint=` and `?state=` narrow them down. */
function deliveries(store: Store, query: Record<string, string>): unknown[] {
  const filters = (['event', 'endpoint', 'state'] as const).filter((name) => query[name] !== undefined);
  const where = ['1 = 1', ...filters.map((name) => `delivery.${name} = ?`)].join(' and ');
  return store.database.all(
    `select delivery.event, event.type, delivery.endpoint, delivery.state, delivery.attempts, delivery.next_attempt_at,
       delivery.last_attempt_at, delivery.last_status, delivery.last_error
     from delivery join event on event.id = delivery.event where ${where} order by delivery.seq`,
    ...filters.map((name) => query[name] ?? ''),
  );
}

/** @throws StripeApiError 400 with every mistake and where it is. */
async function read<Body>(c: Context, schema: z.ZodType<Body>): Promise<Body> {
  const text = await c.req.text();
  let sent: unknown;
  try {
    sent = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StripeApiError('The body is no valid JSON.', { status: 400 });
  }
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  throw new StripeApiError(z.prettifyError(result.error), { status: 400 });
}
