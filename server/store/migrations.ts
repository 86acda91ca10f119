/** The schema's history. A migration that has been released is never edited; the next change is a new one. */

import { sql, type Kysely, type Migration } from 'kysely';

const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('plan_state')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('plan', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('valid_until', 'bigint')
      .addColumn('reread_at', 'bigint')
      .addColumn('basis', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('plan_state_key', ['project_id', 'user_id'])
      .execute();
    await db.schema
      .createIndex('plan_state_by_plan')
      .on('plan_state')
      .columns(['project_id', 'plan', 'status', 'user_id'])
      .execute();
    await db.schema.createIndex('plan_state_by_time').on('plan_state').column('updated_at').execute();

    await db.schema
      .createTable('assignment')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('plan', 'text', (column) => column.notNull())
      .addColumn('billing_cycle', 'text')
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('free_selection', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('assignment_key', ['project_id', 'user_id'])
      .execute();

    await db.schema
      .createTable('customer')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('is_current', 'integer', (column) => column.notNull())
      .addColumn('marked', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('applied', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('retry_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('customer_key', ['account', 'customer_id'])
      .execute();
    // A user has one current customer an account (R8.1): the database says so, not the code.
    await db.schema
      .createIndex('customer_current')
      .unique()
      .on('customer')
      .columns(['account', 'project_id', 'user_id'])
      .where(sql.ref('is_current'), '=', sql.lit(1))
      .execute();
    await db.schema
      .createIndex('customer_by_user')
      .on('customer')
      .columns(['project_id', 'user_id', 'account'])
      .execute();
    await db.schema
      .createIndex('customer_pending')
      .on('customer')
      .column('retry_at')
      .where(sql.ref('retry_at'), 'is not', sql.lit(null))
      .execute();

    await db.schema
      .createTable('subscription')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('plan', 'text')
      .addColumn('billing_cycle', 'text')
      .addColumn('price_id', 'text')
      .addColumn('item_id', 'text')
      .addColumn('quantity', 'integer', (column) => column.notNull())
      .addColumn('currency', 'text', (column) => column.notNull())
      .addColumn('unit_amount', 'bigint')
      .addColumn('current_period_start', 'bigint')
      .addColumn('current_period_end', 'bigint')
      .addColumn('trial_end', 'bigint')
      .addColumn('trial_start', 'bigint')
      .addColumn('cancel_at', 'bigint')
      .addColumn('canceled_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('collection_paused', 'integer', (column) => column.notNull())
      .addColumn('schedule_id', 'text')
      .addColumn('scheduled', 'text')
      .addColumn('past_due_since', 'bigint')
      .addColumn('payment_method', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('read_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('subscription_key', ['account', 'subscription_id'])
      .execute();
    await db.schema
      .createIndex('subscription_by_user')
      .on('subscription')
      .columns(['project_id', 'user_id', 'account'])
      .execute();

    await db.schema
      .createTable('stripe_event')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('event_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('stripe_event_key', ['account', 'event_id'])
      .execute();
    await db.schema
      .createIndex('stripe_event_by_customer')
      .on('stripe_event')
      .columns(['account', 'customer_id', 'received_at'])
      .execute();

    await db.schema.createIndex('stripe_event_by_time').on('stripe_event').column('received_at').execute();

    await db.schema
      .createTable('checkout_session')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('session_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('plan', 'text', (column) => column.notNull())
      .addColumn('billing_cycle', 'text', (column) => column.notNull())
      .addColumn('quantity', 'integer', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('authenticated', 'integer', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('url', 'text')
      .addColumn('success_url', 'text', (column) => column.notNull())
      .addColumn('cancel_url', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('checkout_session_key', ['account', 'session_id'])
      .execute();
    await db.schema
      .createIndex('checkout_session_by_user')
      .on('checkout_session')
      .columns(['project_id', 'user_id', 'created_at'])
      .execute();

    await db.schema
      .createTable('lease')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('signing_key')
      .addColumn('kid', 'text', (column) => column.primaryKey())
      .addColumn('algorithm', 'text', (column) => column.notNull())
      .addColumn('public_jwk', 'text', (column) => column.notNull())
      .addColumn('sealed_private_jwk', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('signs_from', 'bigint', (column) => column.notNull())
      .addColumn('removed_at', 'bigint')
      .execute();

    await db.schema
      .createTable('authorization_code')
      .addColumn('code_hash', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('redirect_uri', 'text', (column) => column.notNull())
      .addColumn('code_challenge', 'text', (column) => column.notNull())
      .addColumn('kept_claims', 'text', (column) => column.notNull())
      .addColumn('session_expires_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute();

    await db.schema
      .createTable('idempotency_key')
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('status', 'integer')
      .addColumn('content_type', 'text')
      .addColumn('body', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_key_key', ['scope', 'key'])
      .execute();

    await db.schema
      .createTable('incident')
      .addColumn('incident_id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('occurrences', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('incident_once', ['project_id', 'kind', 'subject'])
      .execute();
  },
};

const outgoingEvents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('outgoing_event')
      .addColumn('event_id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('outgoing_event_order', ['project_id', 'user_id', 'sequence'])
      .execute();
    // A version is told once (R2.2): the database says so, not the code.
    await db.schema
      .createIndex('outgoing_event_version')
      .unique()
      .on('outgoing_event')
      .columns(['project_id', 'user_id', 'version'])
      .where(sql.ref('type'), '=', sql.lit('plan.changed'))
      .execute();
    await db.schema
      .createIndex('outgoing_event_by_time')
      .on('outgoing_event')
      .columns(['project_id', 'created_at'])
      .execute();

    await db.schema
      .createTable('outgoing_delivery')
      .addColumn('delivery_id', 'text', (column) => column.primaryKey())
      .addColumn('event_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('due_at', 'bigint')
      .addColumn('claimed_by', 'text')
      .addColumn('last_attempt_at', 'bigint')
      .addColumn('last_status', 'integer')
      .addColumn('last_error', 'text')
      .addUniqueConstraint('outgoing_delivery_once', ['event_id', 'url'])
      .execute();
    await db.schema
      .createIndex('outgoing_delivery_due')
      .on('outgoing_delivery')
      .columns(['project_id', 'url', 'due_at'])
      .where(sql.ref('due_at'), 'is not', sql.lit(null))
      .execute();
    await db.schema
      .createIndex('outgoing_delivery_order')
      .on('outgoing_delivery')
      .columns(['project_id', 'url', 'user_id', 'sequence'])
      .where(sql.ref('due_at'), 'is not', sql.lit(null))
      .execute();

    await db.schema
      .createTable('outgoing_endpoint')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('disabled_at', 'bigint')
      .addColumn('paused_until', 'bigint')
      .addPrimaryKeyConstraint('outgoing_endpoint_key', ['project_id', 'url'])
      .execute();
  },
};

const standings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const [name, type] of [
      ['paid_until', 'bigint'],
      ['owed', 'text'],
      ['pending_change', 'text'],
    ] as const) {
      await db.schema.alterTable('subscription').addColumn(name, type).execute();
    }
    for (const name of ['awaiting_payment', 'legacy_price']) {
      await db.schema
        .alterTable('subscription')
        .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    }
    await db.schema.alterTable('customer').addColumn('currency', 'text').execute();

    await db.schema
      .createTable('price')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('price_id', 'text', (column) => column.notNull())
      .addColumn('plan', 'text', (column) => column.notNull())
      .addColumn('billing_cycle', 'text')
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('price_key', ['account', 'project_id', 'price_id'])
      .execute();
    // What subscriptions were read with is what their prices mean, unless the price was unknown and the last plan was kept.
    await sql`
      insert into price (account, project_id, price_id, plan, billing_cycle, seen_at)
      select account, project_id, price_id, min(plan), min(billing_cycle), max(read_at) from subscription
      where plan is not null and price_id is not null
        and price_id not in (select subject from incident where kind = 'price_unknown')
      group by account, project_id, price_id`.execute(db);

    await db.schema
      .createTable('duplicate')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('kept_subscription_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('duplicate_key', ['account', 'subscription_id'])
      .execute();
    await db.schema.createIndex('duplicate_by_user').on('duplicate').columns(['project_id', 'user_id']).execute();
  },
};

const planTime: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('subscription').addColumn('test_clock', 'text').execute();
    await db.schema.alterTable('subscription').addColumn('test_clock_time', 'bigint').execute();
    await db.schema
      .createIndex('subscription_by_test_clock')
      .on('subscription')
      .columns(['account', 'test_clock'])
      .where(sql.ref('test_clock'), 'is not', sql.lit(null))
      .execute();
    await db.schema.alterTable('plan_state').addColumn('test_clock_time', 'bigint').execute();
    // What time alone changes is looked for every second: only rows that wait for a time are in these.
    for (const column of ['valid_until', 'reread_at']) {
      await db.schema
        .createIndex(`plan_state_by_${column}`)
        .on('plan_state')
        .columns(['project_id', column])
        .where(sql.ref(column), 'is not', sql.lit(null))
        .execute();
    }
  },
};

const portalConfigurations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('portal_configuration')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('configuration_id', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('portal_configuration_key', ['account', 'project_id'])
      .execute();
  },
};

const duplicates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('subscription')
      .addColumn('position', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};

const userDeletion: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('user_deletion')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('requested_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('retry_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('user_deletion_key', ['project_id', 'user_id'])
      .execute();
    await db.schema
      .createTable('forgotten_user')
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_hash', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('forgotten_user_key', ['project_id', 'user_hash'])
      .execute();
  },
};

const reversals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('subscription').addColumn('dispute', 'text').execute();
    await db.schema
      .alterTable('customer')
      .addColumn('charges_marked', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createTable('ending')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('ending_key', ['account', 'subscription_id'])
      .execute();
    await db.schema.createIndex('ending_by_user').on('ending').columns(['project_id', 'user_id']).execute();
  },
};

const continuations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('continuation')
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('price_id', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('continuation_key', ['account', 'subscription_id'])
      .execute();
    await db.schema.createIndex('continuation_by_user').on('continuation').columns(['project_id', 'user_id']).execute();
  },
};

const trialEnds: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('subscription').addColumn('trial_end_told', 'bigint').execute();
  },
};

const neverPaid: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('subscription')
      .addColumn('never_paid', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};

const scheduleContinuations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('continuation').addColumn('quantity', 'integer').execute();
    await db.schema.alterTable('continuation').addColumn('schedule_id', 'text').execute();
  },
};

const settlingDuplicates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('duplicate').addColumn('checked_at', 'bigint').execute();
    await db.schema
      .createIndex('duplicate_by_check')
      .on('duplicate')
      .columns(['project_id', 'checked_at'])
      .where(sql.ref('checked_at'), 'is not', sql.lit(null))
      .execute();
  },
};

/** By the customer alone: half as large, which every event pays for, and found by whoever does not know the account. */
const eventsByCustomer: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.dropIndex('stripe_event_by_customer').execute();
    await db.schema.createIndex('stripe_event_by_customer').on('stripe_event').column('customer_id').execute();
  },
};

/** By name, in the order in which they run. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001_first': first,
  '002_outgoing_events': outgoingEvents,
  '003_standings': standings,
  '004_plan_time': planTime,
  '005_portal_configurations': portalConfigurations,
  '006_duplicates': duplicates,
  '007_user_deletion': userDeletion,
  '008_reversals': reversals,
  '009_continuations': continuations,
  '010_trial_ends': trialEnds,
  '011_never_paid': neverPaid,
  '012_schedule_continuations': scheduleContinuations,
  '013_settling_duplicates': settlingDuplicates,
  '014_events_by_customer': eventsByCustomer,
};
