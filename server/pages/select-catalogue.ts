/** The part of the catalogue's wire shape (`GET /v1/projects/{p}/plans`) that the selection page reads. */

export type Cycle = 'monthly' | 'yearly' | 'one_time';

export interface PriceView {
  /** Minor units. */
  readonly unit_amount: number;
  readonly currency: string;
}

export interface PlanView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly rank: number;
  readonly kind: 'free' | 'paid' | 'contact';
  readonly highlight: string | null;
  readonly features: readonly string[];
  readonly per_seat: boolean;
  readonly seats: { readonly min: number; readonly max: number } | null;
  readonly trial_days: number | null;
  readonly trial_card: 'required' | 'optional' | null;
  readonly contact_url: string | null;
  readonly prices: Readonly<Partial<Record<Cycle, PriceView | undefined>>>;
}

export interface CatalogueView {
  readonly name: string;
  readonly payments: 'stripe' | 'none';
  readonly billing_cycles: readonly Cycle[];
  readonly plans: readonly PlanView[];
}

/** What a plan costs when `cycle` is switched on: its price there, else its only other one. */
export function priceAt(plan: PlanView, cycle: Cycle): { readonly cycle: Cycle; readonly price: PriceView } | null {
  for (const candidate of [cycle, 'monthly', 'yearly', 'one_time'] as const) {
    const price = plan.prices[candidate];
    if (price) return { cycle: candidate, price };
  }
  return null;
}
