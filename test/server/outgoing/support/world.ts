/** A project that lists a webhook, its database, a clock that is moved by hand, and a receiver. */

import { assignPlan } from '../../../../server/billing/assignment.ts';
import { OutgoingDelivery, type DeliveryOptions } from '../../../../server/billing/deliver-outgoing.ts';
import type { BillingDeps } from '../../../../server/billing/deps.ts';
import { listOutgoing, type ListedDelivery } from '../../../../server/billing/outgoing-list.ts';
import type { PlanState } from '../../../../server/billing/plan-state.ts';
import type { Config, OutgoingWebhook, Project } from '../../../../server/config/project.ts';
import type { Store } from '../../../../server/store/store.ts';
import { createGateways } from '../../../../server/stripe/gateway.ts';
import { openTestStore, testClock, testConfig, testLog, testProject, type TestClock } from '../../support/project.ts';
import { receiverSecret, startReceiver, type Receiver } from './receiver.ts';

export interface World {
  readonly deps: BillingDeps;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly clock: TestClock;
  readonly project: Project;
  readonly receiver: Receiver;
  /** A process that delivers; retries come without jitter. */
  delivery(options?: DeliveryOptions): OutgoingDelivery;
  /** Sets the user's plan through the API's own function: one change, one version. */
  change(userId: string, plan: string): Promise<PlanState>;
  /** All deliveries, the newest first. */
  listed(): Promise<ListedDelivery[]>;
  /** Resolves when `check` holds; fails after five seconds. */
  until(check: () => Promise<boolean>, what: string): Promise<void>;
  close(): Promise<void>;
}

/** Looks until `check` holds; fails after five seconds. */
export async function until(check: () => Promise<boolean>, what: string): Promise<void> {
  const giveUp = performance.now() + 5000;
  while (!(await check())) {
    if (performance.now() > giveUp) throw new Error(`did not happen in five seconds: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

export interface WorldOptions {
  /** Default: the receiver, once. */
  readonly webhooks?: (receiver: Receiver) => OutgoingWebhook[];
  readonly config?: Partial<Config>;
  readonly secrets?: readonly string[];
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const receiver = await startReceiver(options.secrets);
  const { store, databaseUrl, close } = await openTestStore();
  const clock = testClock();
  const webhooks = options.webhooks?.(receiver) ?? [{ url: receiver.url, secret: receiverSecret }];
  const project = testProject({ payments: 'none', webhooks });
  const config = testConfig([project], { publicUrl: 'http://localhost:8787', ...options.config });
  const deps = { config, store, clock, log: testLog(), stripe: createGateways(config, clock) };
  const made: OutgoingDelivery[] = [];
  return {
    deps,
    store,
    databaseUrl,
    clock,
    project,
    receiver,
    delivery: (delivery) => {
      const process = new OutgoingDelivery(deps, { chance: () => 0, ...delivery });
      made.push(process);
      return process;
    },
    until,
    change: (userId, plan) => assignPlan(deps, project, userId, { plan, expiresAt: null }),
    listed: () => listOutgoing(store, project, { limit: 1000 }),
    close: async () => {
      receiver.hangUp();
      await Promise.all(made.map((process) => process.stop()));
      await receiver.close();
      await close();
    },
  };
}
