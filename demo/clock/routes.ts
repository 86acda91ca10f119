/** `/api/clock`: the sandbox's time, moved for the panel at the foot of the page. The browser never calls the sandbox itself. */

import { setTimeout } from 'node:timers/promises';
import { Hono, type Context } from 'hono';
import type { Person } from '../identity/people.ts';
import { signedIn } from '../identity/routes.ts';
import type { SiteDeps } from '../site.ts';
import { isBehind, nextDue, type Due, type DueTimes } from './next-due.ts';
import type { Happened, SandboxClock } from './sandbox.ts';

/** Milliseconds that Planclaim may take to hear of what passing time did. */
const patience = 3000;
/** Months are counted on the calendar; the others are seconds. */
const steps: Readonly<Record<string, number | 'month'>> = { day: 86_400, week: 7 * 86_400, month: 'month' };

/**
 * What `GET` answers, and with `?after=evt_…` what happened since then; `POST {"by": "day" | "week" | "month" | "next"}`
 * adds what it made happen. Times are seconds since 1970.
 */
interface ClockAnswer extends Partial<Happened> {
  readonly now: number;
  readonly next: Due | null;
}

export function clockRoutes(deps: SiteDeps, clock: SandboxClock) {
  const app = new Hono();

  app.get('/api/clock', async (c) => {
    const person = await signedIn(deps, c);
    const after = c.req.query('after');
    const answer = await read(deps, clock, person);
    return c.json(person && after ? { ...answer, ...(await clock.since(after, person.id)) } : answer);
  });

  app.post('/api/clock', async (c) => {
    // A form of another site's cannot send this type without being asked first.
    if (!c.req.header('content-type')?.startsWith('application/json')) return refused(c, 'Send JSON.');
    const { by } = (await c.req.json().catch(() => ({}))) as { by?: unknown };
    const person = await signedIn(deps, c);
    const now = await clock.now();
    const to = await target(by, now, () => dueOf(deps, person, now));
    if (to === null)
      return refused(c, 'Say by how much: {"by": "day"}, "week", "month", or "next" while something is due.');
    const happened = await clock.moveTo(to, person?.id ?? null);
    return c.json({ ...(await read(deps, clock, person)), ...happened });
  });
  return app;
}

async function target(by: unknown, now: number, due: () => Promise<Due | null>): Promise<number | null> {
  if (by === 'next') return (await due())?.settledAt ?? null;
  const step = typeof by === 'string' && Object.hasOwn(steps, by) ? steps[by] : undefined;
  if (step === undefined) return null;
  return step === 'month' ? aMonthAfter(now) : now + step;
}

/** The same day of the next month, or its last one. */
function aMonthAfter(now: number): number {
  const date = new Date(now * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return Math.floor(date.getTime() / 1000);
}

async function read(deps: SiteDeps, clock: SandboxClock, person: Person | null): Promise<ClockAnswer> {
  const now = await clock.now();
  return { now, next: await dueOf(deps, person, now) };
}

async function dueOf(deps: SiteDeps, person: Person | null, now: number): Promise<Due | null> {
  if (!person) return null;
  const giveUp = performance.now() + patience;
  let subscription = await readSubscription(deps, person);
  // Stripe's events are on their way.
  while (isBehind(subscription, now) && performance.now() < giveUp) {
    await setTimeout(50);
    subscription = await readSubscription(deps, person);
  }
  return nextDue(subscription, now);
}

/** Asked of Planclaim in the person's own name, as any customer's backend could. */
async function readSubscription(deps: SiteDeps, person: Person): Promise<DueTimes> {
  const response = await fetch(`${deps.backendUrl}/v1/subscription?project_id=driftboard`, {
    headers: { authorization: `Bearer ${await deps.provider.issueToken(person)}` },
  });
  if (!response.ok) throw new Error(`Planclaim answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as DueTimes;
}

const refused = (c: Context, detail: string): Response =>
  c.json({ status: 400, code: 'clock_step_invalid', detail }, 400, { 'content-type': 'application/problem+json' });
