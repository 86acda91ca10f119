/** A test clock of Stripe's was advanced: whoever lives by it may have another plan, with or without an event of their own. */

import type { AccountName } from '../stripe/account.ts';
import type { BillingDeps } from './deps.ts';

/** Marks the customers that live by the clock, as an event of each would. Returns them once that is durable. */
export async function markTestClock(
  { store, clock }: Pick<BillingDeps, 'store' | 'clock'>,
  account: AccountName,
  testClock: string,
): Promise<string[]> {
  const now = clock();
  const rows = await store.write((tx) =>
    tx
      .updateTable('customer')
      .set((eb) => ({ marked: eb('marked', '+', 1), retry_at: eb.fn.coalesce('retry_at', eb.val(now)) }))
      .where('account', '=', account)
      .where('customer_id', 'in', (eb) =>
        eb
          .selectFrom('subscription')
          .select('customer_id')
          .where('account', '=', account)
          .where('test_clock', '=', testClock),
      )
      .returning('customer_id')
      .execute(),
  );
  return rows.map((row) => row.customer_id);
}
