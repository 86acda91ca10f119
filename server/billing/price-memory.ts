/** What prices have once meant, so that a subscriber keeps the plan when the config's lookup key moves on to another price (R23.3). */

import type { BillingCycle, Project } from '../config/project.ts';
import type { Reading, Writing } from '../store/schema.ts';
import { accountOf } from '../stripe/account.ts';
import type { KnownMeanings, PriceMeaning } from '../stripe/price-meaning.ts';

/** Everything that is remembered for a project, by the price's id. */
export async function rememberedPrices(db: Reading, project: Project): Promise<KnownMeanings> {
  const rows = await db
    .selectFrom('price')
    .select(['price_id', 'plan', 'billing_cycle'])
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .execute();
  return new Map(
    rows.map((row) => [row.price_id, { plan: row.plan, billingCycle: row.billing_cycle as BillingCycle | null }]),
  );
}

/** Remembers what a price means now; the last word counts. `now` in milliseconds. */
export async function rememberPrice(
  tx: Writing,
  project: Project,
  priceId: string,
  { plan, billingCycle }: PriceMeaning,
  now: number,
): Promise<void> {
  const meaning = { plan, billing_cycle: billingCycle };
  await tx
    .insertInto('price')
    .values({ account: accountOf(project), project_id: project.id, price_id: priceId, ...meaning, seen_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'project_id', 'price_id'])
        .doUpdateSet({ ...meaning, seen_at: now })
        .where((eb) => eb.or([eb('price.plan', '!=', plan), eb('price.billing_cycle', 'is not', billingCycle)])),
    )
    .execute();
}
