/** Why a user has this plan, in words: the records, the rule that decided, what was heard and recorded, and what Stripe says now. */

import { toIso } from '../clock.ts';
import { findPlan, type Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import { accountOf } from '../stripe/account.ts';
import type { BillingDeps } from './deps.ts';
import { listIncidents, type Incident } from './incidents.ts';
import { decidePlan, type Decided, type DecidingRule, type PlanRecords, type PlanState } from './plan-state.ts';
import { currentPlanState, readRecords } from './plan.ts';
import { rememberedPrices } from './price-memory.ts';
import { entitles, graceEnd, isLive, standingOf, type Offer } from './standing.ts';

/** How many events and incidents are shown. */
const shown = 20;

export interface ExplainedSubscription {
  readonly id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly plan: string | null;
  readonly price_id: string | null;
  readonly current_period_end: string | null;
  readonly cancel_at: string | null;
  readonly grace_until: string | null;
  /** Whether it is the one that speaks for the user. */
  readonly decides: boolean;
  readonly entitles: boolean;
  readonly offer: Offer;
}

export interface StripeSays {
  /** Whether Stripe answered just now. */
  readonly reachable: boolean;
  /** Whether the stored plan is what follows from that; null when Stripe did not answer. */
  readonly agrees: boolean | null;
  readonly plan: string | null;
  readonly subscriptions: readonly { readonly id: string; readonly status: string; readonly plan: string | null }[];
}

export interface Explanation {
  readonly state: PlanState;
  readonly rule: DecidingRule;
  /** Sentences for a person, the most important first. */
  readonly summary: readonly string[];
  readonly assignment: { readonly plan: string; readonly source: string; readonly expires_at: string | null } | null;
  readonly subscriptions: readonly ExplainedSubscription[];
  readonly customers: readonly { readonly id: string; readonly current: boolean; readonly pending: boolean }[];
  readonly events: readonly { readonly id: string; readonly type: string; readonly received_at: string }[];
  readonly incidents: readonly Incident[];
  readonly stripe: StripeSays | null;
}

/** Reads only: asking why changes nothing. Works while Stripe does not answer, and says so. */
export async function explainUser(deps: BillingDeps, project: Project, userId: string): Promise<Explanation> {
  const state = await currentPlanState(deps, project, userId);
  const records = await readRecords(deps.store.read, project, userId, deps.stripe.now(project));
  const decided = decidePlan(records);
  const customers = await customersOf(deps, project, userId);
  const stripe = project.stripe ? await askStripe(deps, records, customers, state) : null;
  const incidents = await listIncidents(deps.store.read, project.id, shown, userId);
  return {
    state,
    rule: decided.rule,
    summary: [
      because(records, decided, state),
      ...records.subscriptions.filter(isLive).map((subscription) => standingInWords(records, decided, subscription)),
      ...whatStripeSays(stripe, state),
      ...(incidents.length > 0
        ? [`${incidents.length} incident(s) concern this user; the newest: ${incidents[0]?.detail}`]
        : []),
      ...(customers.some(({ pending }) => pending)
        ? ['Something was heard from Stripe that has not been applied yet; it is tried again by itself.']
        : []),
    ],
    assignment: records.assignment && {
      plan: records.assignment.plan,
      source: records.assignment.source,
      expires_at: isoOf(records.assignment.expiresAt),
    },
    subscriptions: records.subscriptions.map((subscription) => shownOf(records, decided, subscription)),
    customers,
    events: await eventsOf(
      deps,
      customers.map(({ id }) => id),
    ),
    incidents,
    stripe,
  };
}

const isoOf = (time: number | null): string | null => (time === null ? null : toIso(time));

const nameOf = (project: Project, plan: string | null): string =>
  plan === null ? 'no plan' : (findPlan(project, plan)?.name ?? `"${plan}", which the config no longer lists`);

/** The rule of contract §2 that decided. */
function because({ project, assignment }: PlanRecords, { rule, subscription }: Decided, { plan }: PlanState): string {
  const name = nameOf(project, plan);
  const chosen = assignment?.source === 'api' ? 'set through the API' : 'chosen by the user';
  const until = assignment?.expiresAt ? ` until ${toIso(assignment.expiresAt)}` : '';
  switch (rule) {
    case 'subscription':
      return `The plan is ${name}, because the subscription ${subscription?.subscriptionId} is ${subscription?.status}.`;
    case 'assignment_above_subscription':
      return `The plan is ${name}, ${chosen}${until}: it is higher than the subscription's ${nameOf(project, subscription?.plan ?? null)}.`;
    case 'assignment':
      return `The plan is ${name}, ${chosen}${until}, and no subscription gives one.`;
    case 'default':
      return `The plan is ${name}, the project's default: nothing was assigned that still counts, and no subscription gives a plan.`;
    case 'none':
      return 'There is no plan: nothing was assigned that still counts, no subscription gives one, and the project has no default.';
  }
}

/** What of a live subscription a person should know. */
function standingInWords({ project, now }: PlanRecords, decided: Decided, subscription: Subscription): string {
  const { subscriptionId, status, plan, cancelAt, collectionPaused, dispute, scheduled, pendingChange } = subscription;
  const gives = plan !== null && entitles(project, subscription, now);
  const until = graceEnd(project, subscription);
  const facts = [
    `${subscriptionId} is ${status}`,
    plan === null ? 'has a price that no plan names' : `means ${nameOf(project, plan)}`,
    gives ? 'and gives it' : 'and gives nothing now',
    ...(until === null ? [] : [`grace ends ${toIso(until)}`]),
    ...(cancelAt === null ? [] : [`it ends ${toIso(cancelAt)}`]),
    ...(collectionPaused ? ['its collection is paused'] : []),
    ...(dispute === null ? [] : [`a payment is disputed (${dispute})`]),
    ...(scheduled ? [`it becomes ${nameOf(project, scheduled.plan)} ${scheduled.at}`] : []),
    ...(pendingChange ? [`it becomes ${nameOf(project, pendingChange.plan)} once the open invoice is paid`] : []),
    ...(decided.subscription === subscription ? [] : ['another one speaks for the user']),
  ];
  return `${facts.join(', ')}.`;
}

function whatStripeSays(stripe: StripeSays | null, { plan }: PlanState): string[] {
  if (stripe === null) return ['The project takes no payments; Stripe was not asked.'];
  if (!stripe.reachable) return ['Stripe could not be asked just now; this is what was last read there.'];
  if (stripe.agrees === true) return ['Stripe says the same now.'];
  return [
    `Stripe says otherwise now: the plan would be ${stripe.plan ?? 'none'}, not ${plan ?? 'none'}. Run "planclaim reconcile", or wait for its webhook.`,
  ];
}

function shownOf({ project, now }: PlanRecords, decided: Decided, subscription: Subscription): ExplainedSubscription {
  return {
    id: subscription.subscriptionId,
    customer_id: subscription.customerId,
    status: subscription.status,
    plan: subscription.plan,
    price_id: subscription.priceId,
    current_period_end: isoOf(subscription.currentPeriodEnd),
    cancel_at: isoOf(subscription.cancelAt),
    grace_until: isoOf(graceEnd(project, subscription)),
    decides: decided.subscription === subscription,
    entitles: subscription.plan !== null && entitles(project, subscription, now),
    offer: standingOf(subscription).offer,
  };
}

async function customersOf(deps: BillingDeps, project: Project, userId: string): Promise<Explanation['customers']> {
  const rows = await deps.store.read
    .selectFrom('customer')
    .select(['customer_id', 'is_current', 'retry_at'])
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({ id: row.customer_id, current: row.is_current === 1, pending: row.retry_at !== null }));
}

/** By customers alone: their ids are of one account, and a condition on it would be answered by the index that is not meant. */
async function eventsOf(deps: BillingDeps, customers: string[]): Promise<Explanation['events']> {
  if (customers.length === 0) return [];
  const rows = await deps.store.read
    .selectFrom('stripe_event')
    .select(['event_id', 'type', 'received_at'])
    .where('customer_id', 'in', customers)
    .orderBy('received_at', 'desc')
    .limit(shown)
    .execute();
  return rows.map((row) => ({ id: row.event_id, type: row.type, received_at: toIso(row.received_at) }));
}

/** What would follow from Stripe's books as they are now, held against what is stored. */
async function askStripe(
  deps: BillingDeps,
  records: PlanRecords,
  customers: Explanation['customers'],
  state: PlanState,
): Promise<StripeSays> {
  const { project } = records;
  try {
    const known = await rememberedPrices(deps.store.read, project);
    const found: Subscription[] = [];
    for (const { id } of customers) {
      for (const reading of (await deps.stripe(project).listSubscriptions(id, known)) ?? []) {
        const stored = records.subscriptions.find(({ subscriptionId }) => subscriptionId === reading.subscriptionId);
        const owing = reading.status === 'past_due';
        found.push({
          ...reading,
          plan: reading.plan ?? stored?.plan ?? null,
          dispute: stored?.dispute ?? null,
          trialEndTold: stored?.trialEndTold ?? null,
          pastDueSince: owing ? (stored?.pastDueSince ?? reading.owedSince ?? records.now) : null,
        });
      }
    }
    const { decision } = decidePlan({ ...records, subscriptions: found, now: deps.stripe.now(project) });
    return {
      reachable: true,
      agrees:
        decision.plan === state.plan && decision.status === state.status && decision.cancel_at === state.cancel_at,
      plan: decision.plan,
      subscriptions: found.map(({ subscriptionId: id, status, plan }) => ({ id, status, plan })),
    };
  } catch (error) {
    deps.log.warn({ event: 'explain_unanswered', project: project.id, err: error }, 'Stripe could not be asked');
    return { reachable: false, agrees: null, plan: null, subscriptions: [] };
  }
}
