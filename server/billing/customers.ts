/** A user's Stripe customers: one current, found by our own user id and never by e-mail or Stripe's search (R8.3). */

import { sha256 } from 'hono/utils/crypto';
import type { Selectable } from 'kysely';
import type { Project } from '../config/project.ts';
import type { CustomerTable } from '../store/schema.ts';
import { accountOf } from '../stripe/account.ts';
import type { BillingDeps } from './deps.ts';

/** The id of the user's current customer; null for who never bought anything. */
export async function currentCustomer(
  deps: Pick<BillingDeps, 'store'>,
  project: Project,
  userId: string,
): Promise<string | null> {
  const row = await deps.store.read
    .selectFrom('customer')
    .select('customer_id')
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  return row?.customer_id ?? null;
}

/** The proven user's current customer, or a new one; a bare link always gets a new one, so that it shows nobody's saved card. */
export async function customerFor(
  deps: BillingDeps,
  project: Project,
  userId: string,
  order: { readonly authenticated: boolean; readonly email: string | null },
): Promise<{ id: string; known: boolean }> {
  const customers = await deps.store.read
    .selectFrom('customer')
    .selectAll()
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
  const current = order.authenticated ? customers.find((customer) => customer.is_current === 1) : undefined;
  if (current && (await deps.stripe(project).customerExists(current.customer_id)))
    return { id: current.customer_id, known: true };
  if (current) await forget(deps, current);
  const made = customers.length;
  // A proven user's retry after a crash finds the customer that it made; a deleted one is not replayed (R9.4).
  const key = order.authenticated ? await idempotencyKey([project.id, userId, made, order.email]) : null;
  const id = await deps.stripe(project).createCustomer(userId, order.email, key);
  await deps.store.write((tx) =>
    tx
      .insertInto('customer')
      .values({
        account: accountOf(project),
        customer_id: id,
        project_id: project.id,
        user_id: userId,
        is_current: order.authenticated ? 1 : 0,
        retry_at: null,
        created_at: deps.clock(),
      })
      .onConflict((conflict) => conflict.columns(['account', 'customer_id']).doNothing())
      .execute(),
  );
  return { id, known: false };
}

/** Stripe has deleted it: it stays watched and is no longer the current one (R9.1). */
async function forget(deps: BillingDeps, customer: Selectable<CustomerTable>): Promise<void> {
  await deps.store.write((tx) =>
    tx
      .updateTable('customer')
      .set({ is_current: 0 })
      .where('account', '=', customer.account)
      .where('customer_id', '=', customer.customer_id)
      .execute(),
  );
}

/** The same for the same parts, and short whatever they are: Stripe takes 255 characters. */
async function idempotencyKey(parts: readonly unknown[]): Promise<string> {
  return `planclaim-customer-${await sha256(JSON.stringify(parts))}`;
}
