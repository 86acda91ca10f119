/** A user's Stripe customers: one current, found by our own user id and never by e-mail or Stripe's search (R8.3). */

import { sha256 } from 'hono/utils/crypto';
import type { Project } from '../config/project.ts';
import { accountOf } from '../stripe/account.ts';
import type { BillingDeps } from './deps.ts';
import { forgottenVersion } from './forget-user.ts';

/** The user's current customer; null for who never bought anything. */
export async function currentCustomer(
  deps: Pick<BillingDeps, 'store'>,
  project: Project,
  userId: string,
): Promise<{ readonly id: string; readonly currency: string | null } | null> {
  const row = await deps.store.read
    .selectFrom('customer')
    .select(['customer_id', 'currency'])
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .where('is_current', '=', 1)
    .executeTakeFirst();
  return row ? { id: row.customer_id, currency: row.currency } : null;
}

/** Who a checkout is for, at Stripe. */
export interface Payer {
  readonly id: string;
  /** Whether it was there before. */
  readonly known: boolean;
  /** What it is bound to (R13.1); null while free. */
  readonly currency: string | null;
}

/** The proven user's current customer, or a new one; a bare link always gets a new one, so that it shows nobody's saved card. */
export async function customerFor(
  deps: BillingDeps,
  project: Project,
  userId: string,
  order: { readonly authenticated: boolean; readonly email: string | null },
): Promise<Payer> {
  const customers = await deps.store.read
    .selectFrom('customer')
    .selectAll()
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .where('user_id', '=', userId)
    .execute();
  const current = order.authenticated ? customers.find((customer) => customer.is_current === 1) : undefined;
  const found = current ? await deps.stripe(project).findCustomer(current.customer_id) : null;
  if (found) return { ...found, known: true };
  if (current) await forgetCustomer(deps, project, current.customer_id);
  const made = customers.length;
  // A proven user's retry after a crash finds the customer that it made; a deleted one is not replayed (R9.4).
  // Nor is that of somebody who was forgotten since and has come back (R27.1).
  const earlier = await forgottenVersion(deps.store.read, project, userId);
  const key = order.authenticated ? await idempotencyKey([project.id, userId, made, earlier, order.email]) : null;
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
  return { id, known: false, currency: null };
}

/** Stripe has deleted it: it stays watched and is no longer the current one (R9.1). */
export async function forgetCustomer(deps: BillingDeps, project: Project, customerId: string): Promise<void> {
  await deps.store.write((tx) =>
    tx
      .updateTable('customer')
      .set({ is_current: 0 })
      .where('account', '=', accountOf(project))
      .where('customer_id', '=', customerId)
      .execute(),
  );
}

/** The same for the same parts, and short whatever they are: Stripe takes 255 characters. */
async function idempotencyKey(parts: readonly unknown[]): Promise<string> {
  return `planclaim-customer-${await sha256(JSON.stringify(parts))}`;
}
