/** What a life is lived under: drawn from its seed, and written down with it. */

import { testIssuer, testPlan, testProject } from '../server/support/project.ts';
import type { Project } from '../../server/config/project.ts';
import type { Random } from './random.ts';

export interface Setting {
  /** Milliseconds; when the life begins. */
  readonly start: number;
  readonly users: number;
  readonly trialDays: number | null;
  readonly trialCard: 'required' | 'optional';
  readonly graceDays: number;
  readonly defaultPlan: 'free' | null;
  readonly downgrade: 'now' | 'period_end';
  readonly dunning: {
    readonly retry_days: readonly number[];
    readonly after_retries: 'canceled' | 'unpaid' | 'past_due';
  };
  readonly billingMode: 'flexible' | 'classic';
  readonly onRefund: Project['onRefund'];
  readonly onDispute: Project['onDispute'];
  readonly transport: 'in_process' | 'http';
  readonly delivery: Delivery;
}

/** How reliable deliveries are; shares from 0 to 1. */
export interface Delivery {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** Share of bodies in another shape than the endpoint's. */
  readonly reshaped: number;
  /** Whether what is delivered together goes out in any order. */
  readonly shuffled: boolean;
  /** Share of steps after which what is due is delivered at once. */
  readonly prompt: number;
}

const day = 86_400_000;

export function drawSetting(random: Random, transport: Setting['transport']): Setting {
  const calm = random.happens(0.15);
  return {
    // Around the ends of months, leap days and years, where periods are uneven.
    start: Date.UTC(2027, 0, 1) + random.below(500) * day + random.below(86_400) * 1000,
    users: random.weighted([
      [3, 1],
      [2, 2],
    ]),
    trialDays: random.weighted([
      [3, null],
      [1, 7],
      [1, 14],
    ]),
    trialCard: random.pick(['required', 'optional']),
    graceDays: random.pick([0, 3, 7, 30]),
    defaultPlan: random.happens(0.85) ? 'free' : null,
    downgrade: random.happens(0.8) ? 'period_end' : 'now',
    dunning: {
      retry_days: random.pick([[1, 3, 4, 6], [3], [1, 2]]),
      after_retries: random.pick(['canceled', 'unpaid', 'past_due']),
    },
    billingMode: random.happens(0.8) ? 'flexible' : 'classic',
    onRefund: random.pick(['keep', 'cancel']),
    onDispute: random.pick(['keep', 'suspend', 'cancel']),
    transport,
    delivery: calm
      ? { lost: 0, doubled: 0, late: 0, reshaped: 0, shuffled: false, prompt: 1 }
      : {
          lost: random.pick([0, 0.05, 0.3, 1]),
          doubled: random.pick([0, 0.1, 0.5]),
          late: random.pick([0, 0.1, 0.4]),
          reshaped: random.pick([0, 0.3, 1]),
          shuffled: true,
          prompt: random.pick([0.2, 0.7, 1]),
        },
  };
}

export const issuerSecret = 'a shared secret of the issuer, long enough for HS256';
export const webhookSecret = 'whsec_lives';
/** Old prices that still mean their plan (R23.3); the sandbox makes them with these ids' places taken by real ones. */
export function projectOf(setting: Setting, legacyPrice: string | null): Project {
  const trial = { trialDays: setting.trialDays, trialCard: setting.trialCard };
  const plans = [
    testPlan('free', { entitlements: { projects: 1 } }),
    testPlan('pro', {
      ...trial,
      prices: { monthly: { usd: 1900, eur: 1800 }, yearly: { usd: 19000, eur: 18000 } },
      legacyPrices: legacyPrice === null ? [] : [legacyPrice],
      entitlements: { projects: -1, export: true },
    }),
    testPlan('team', {
      prices: { monthly: { usd: 3900, eur: 3700 }, yearly: { usd: 39000, eur: 37000 } },
      perSeat: true,
      seats: { min: 2, max: 500 },
      entitlements: { projects: -1, export: true, sso: true },
    }),
    testPlan('enterprise', { kind: 'contact', contactUrl: 'https://acme.test/contact', entitlements: { sso: true } }),
  ];
  return testProject({
    plans,
    defaultPlan: setting.defaultPlan,
    pastDueGraceDays: setting.graceDays,
    onRefund: setting.onRefund,
    onDispute: setting.onDispute,
    changes: { upgrade: 'now', downgrade: setting.downgrade, seats: 'now' },
    issuers: [testIssuer({ secret: issuerSecret })],
    checkout: {
      perHour: 1000,
      params: (params) => ({
        ...params,
        subscription_data: {
          ...(params['subscription_data'] as object),
          billing_mode: { type: setting.billingMode },
        },
      }),
    },
    stripe: { secretKey: 'sk_test_acme', webhookSecrets: [webhookSecret], mode: 'test' },
  });
}
