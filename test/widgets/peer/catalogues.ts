/** Catalogues as a backend would answer them, for tests and the gallery. */

import type { Catalogue, Plan } from '../../../widgets/client/types.ts';

const plan = (id: string, rank: number, more: Partial<Plan> = {}): Plan => ({
  id,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  description: null,
  rank,
  kind: 'paid',
  highlight: null,
  features: [],
  entitlements: {},
  per_seat: false,
  seats: null,
  trial_days: null,
  trial_card: null,
  contact_url: null,
  prices: {},
  ...more,
});

const prices = (monthly: number, yearly: number): Plan['prices'] => ({
  monthly: { unit_amount: monthly, currency: 'usd' },
  yearly: { unit_amount: yearly, currency: 'usd' },
});

const free = plan('free', 0, {
  kind: 'free',
  description: 'For trying things out.',
  features: ['1 project', '3 exports a month', 'Community help'],
  entitlements: { projects: 1 },
});
const pro = plan('pro', 1, {
  description: 'For people who ship every week.',
  highlight: 'Most popular',
  features: ['Unlimited projects', 'Unlimited exports', 'Custom domain', 'Priority help'],
  entitlements: { projects: -1, export: true },
  prices: prices(1900, 19_000),
});
const team = plan('team', 2, {
  description: 'For teams who build together.',
  features: ['Shared workspaces', 'Roles and audit log', 'Single sign-on'],
  entitlements: { projects: -1, export: true, sso: true },
  per_seat: true,
  seats: { min: 1, max: 500 },
  prices: prices(2900, 29_000),
});
const enterprise = plan('enterprise', 3, {
  kind: 'contact',
  description: 'For companies with lawyers.',
  features: ['A contract of your own', 'Audits and invoices', 'Someone to call'],
  entitlements: { projects: -1, export: true, sso: true, audit: true },
  contact_url: 'https://acme.test/contact',
});

/** Free, Pro and Team, with payments on. */
export const usual: Catalogue = {
  project_id: 'acme',
  name: 'Acme',
  branding: { logo: null, accent: null, radius: null, font: null },
  payments: 'stripe',
  default_plan: 'free',
  currency: 'usd',
  currencies: ['usd', 'eur'],
  billing_cycles: ['monthly', 'yearly'],
  plans: [free, pro, team],
};

export const withTrial: Catalogue = {
  ...usual,
  plans: [free, { ...pro, trial_days: 14, trial_card: 'required' }, team],
};
export const withoutPayments: Catalogue = { ...usual, payments: 'none' };
export const fourPlans: Catalogue = { ...usual, plans: [free, pro, team, enterprise] };
export const noPlans: Catalogue = { ...usual, plans: [], billing_cycles: [] };
export const fivePlans: Catalogue = {
  ...usual,
  plans: [
    free,
    plan('starter', 1, {
      features: ['1 project', 'Community help', 'Custom domain'],
      entitlements: { projects: 3 },
      prices: prices(900, 9000),
    }),
    { ...pro, rank: 2, features: ['Custom domain', 'Unlimited projects', 'Priority help'] },
    { ...team, rank: 3, features: ['Custom domain', 'Unlimited projects', 'Priority help', 'Single sign-on'] },
    { ...enterprise, rank: 4, features: ['Unlimited projects', 'Priority help', 'Single sign-on', 'Audit log'] },
  ],
};

/** What a translator or a marketing department may write. */
export const longNames: Catalogue = {
  ...usual,
  plans: usual.plans.map((each) => ({
    ...each,
    name: `${each.name}-Unternehmenslösung mit Prioritätsunterstützung`,
    description: 'Für alle, die jede Woche sehr viel veröffentlichen und dabei nie den Überblick verlieren möchten.',
    features: [...each.features, 'Rindfleischetikettierungsüberwachungsaufgabenübertragung'],
    highlight: each.highlight && 'Was unsere Kundinnen und Kunden am liebsten wählen',
  })),
};
function inRupiah(prices: Plan['prices']): Plan['prices'] {
  const each = Object.entries(prices).flatMap(([cycle, price]) =>
    price ? [[cycle, { currency: 'idr', unit_amount: price.unit_amount * 15_900 }] as const] : [],
  );
  return Object.fromEntries(each);
}
/** Rupiah: two digits more than most currencies have. */
export const manyDigits: Catalogue = {
  ...usual,
  currency: 'idr',
  currencies: ['idr'],
  plans: usual.plans.map((each) => ({
    ...each,
    prices: inRupiah(each.prices),
  })),
};
export const ninePlans: Catalogue = {
  ...usual,
  plans: Array.from({ length: 9 }, (_, index) => ({
    ...(index === 0 ? free : pro),
    id: `plan${index}`,
    rank: index,
    name: `Team ${index}`,
    highlight: index === 4 ? 'Most popular' : null,
  })),
};

/** As a token states them. */
export function entitlementsOf(entitlements: Readonly<Record<string, boolean | number>>): {
  features: string[];
  limits: Record<string, number>;
} {
  const all = Object.entries(entitlements);
  return {
    features: all.filter(([, value]) => value === true).map(([name]) => name),
    limits: Object.fromEntries(all.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
  };
}
