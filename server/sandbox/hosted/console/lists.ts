/** The console's lists, read from the books: newest first, fifty a page, searched by id, e-mail or anything inside. */

import type Stripe from 'stripe';
import type { RequestLog } from '../../http/request-log.ts';
import type { Cell, TableView } from '../../pages/console/table.ts';
import { formatMoney } from '../../pages/money.ts';
import type { SqlValue } from '../../store/database.ts';
import { eventsOf } from '../../store/objects.ts';
import type { ObjectName, StoredObjects } from '../../store/objects.ts';
import type { Store } from '../../store/store.ts';
import { idOf } from '../../store/wire.ts';
import { customerLink, link, nameOf, planWords, toneOf, wall, when } from './cells.ts';
import { count, matches, pattern, perPage, select } from './list-query.ts';
import type { ListQuery } from './list-query.ts';

export function customersTable(store: Store, query: ListQuery): TableView {
  return table(store, 'customer', query, {
    path: '/console/customers',
    columns: ['Customer', 'Name', 'Balance', 'Test clock', 'Created', 'Id'],
    row: (customer) => [
      link(customer.id, customer.email),
      customer.name ?? null,
      customer.balance === 0 ? null : formatMoney(customer.balance, customer.currency ?? 'usd', 'en'),
      link(idOf(customer.test_clock)),
      when(customer.created),
      link(customer.id),
    ],
  });
}

export function subscriptionsTable(store: Store, query: ListQuery): TableView {
  return table(store, 'subscription', query, {
    path: '/console/subscriptions',
    columns: ['Status', 'Customer', 'Plan', 'Next', 'Created', 'Id'],
    row: (subscription) => {
      const ends = Math.min(...subscription.items.data.map((item) => item.current_period_end));
      const isOver = subscription.ended_at !== null;
      return [
        { pill: subscription.status, tone: toneOf(subscription.status) },
        customerLink(store, idOf(subscription.customer)),
        subscription.items.data.map((item) => planWords(store, item, subscription.currency)).join(' + '),
        isOver
          ? `ended ${when(subscription.ended_at)}`
          : subscription.cancel_at === null
            ? `renews ${when(ends)}`
            : `ends ${when(subscription.cancel_at)}`,
        when(subscription.created),
        link(subscription.id),
      ];
    },
  });
}

export function invoicesTable(store: Store, query: ListQuery): TableView {
  return table(store, 'invoice', query, {
    path: '/console/invoices',
    columns: ['Status', 'Customer', 'Total', 'Due', 'Reason', 'Number', 'Created', 'Id'],
    row: (invoice) => [
      { pill: invoice.status ?? 'draft', tone: toneOf(invoice.status ?? 'draft') },
      customerLink(store, idOf(invoice.customer)),
      formatMoney(invoice.total, invoice.currency, 'en'),
      formatMoney(invoice.amount_remaining, invoice.currency, 'en'),
      invoice.billing_reason ?? null,
      invoice.hosted_invoice_url && invoice.number
        ? { text: invoice.number, href: `/i/${invoice.id}` }
        : (invoice.number ?? null),
      when(invoice.created),
      link(invoice.id),
    ],
  });
}

export function clocksTable(store: Store, query: ListQuery): TableView {
  return table(store, 'test_helpers.test_clock', query, {
    path: '/console/clocks',
    columns: ['Name', 'Frozen at', 'Status', 'Customers', 'Id'],
    row: (clock) => [
      clock.name ?? null,
      when(clock.frozen_time),
      { pill: clock.status, tone: clock.status === 'ready' ? 'good' : 'warn' },
      String(count(store, "object where object = 'customer' and clock = ?", clock.id)),
      link(clock.id),
    ],
  });
}

/** Any kind of object that the sandbox keeps. */
export function objectsTable(store: Store, query: ListQuery): TableView {
  const all = Object.keys(eventsOf).toSorted();
  const chosen = (all.includes(query.kind) ? query.kind : 'product') as ObjectName;
  const view = table(store, chosen, query, {
    path: '/console/objects',
    columns: ['Id', 'Status', 'Customer', 'What it is'],
    row: (object) => {
      const status = 'status' in object && typeof object.status === 'string' ? object.status : null;
      return [
        link(object.id),
        status === null ? null : { pill: status, tone: toneOf(status) },
        customerLink(store, 'customer' in object ? idOf(object.customer as string | null) : null),
        nameOf(object as unknown as Record<string, unknown>),
      ];
    },
  });
  return { ...view, kinds: { chosen, all } };
}

export function eventsTable(store: Store, query: ListQuery): TableView {
  const { rows, hasMore } = select(store, 'event', query, matches(query.q, ['id', 'type', 'body']));
  return {
    path: '/',
    search: { value: query.q, hint: 'Id, type, e-mail' },
    columns: ['When', 'Type', 'About', 'Deliveries', 'Id'],
    rows: rows.map((row) => {
      const event = JSON.parse(String(row['body'])) as Stripe.Event;
      const about = event.data.object as { id?: string };
      return [
        when(event.created),
        link(event.id, event.type),
        link(about.id),
        deliveryPill(store, event.id),
        link(event.id),
      ];
    }),
    empty: 'No events yet. They appear here as they happen.',
    page: query.page,
    hasMore,
  };
}

/** How the deliveries of an event stand, the worst first. */
export function deliveryPill(store: Store, event: string): Cell {
  const states = store.database
    .all('select state, count(*) as n from delivery where event = ? group by state', event)
    .map((row) => [String(row['state']), Number(row['n'])] as const);
  const worst =
    states.find(([state]) => state === 'failed') ?? states.find(([state]) => state !== 'delivered') ?? states[0];
  return worst ? { pill: states.map(([state, n]) => `${n} ${state}`).join(', '), tone: toneOf(worst[0]) } : null;
}

export function deliveriesTable(store: Store, query: ListQuery): TableView {
  const where = matches(query.q, ['delivery.event', 'event.type', 'delivery.endpoint', 'delivery.state']);
  const found = store.database.all(
    `select delivery.*, event.type from delivery join event on event.id = delivery.event
     ${where.sql} order by delivery.seq desc limit ? offset ?`,
    ...where.values,
    perPage + 1,
    (query.page - 1) * perPage,
  );
  return {
    path: '/console/deliveries',
    search: { value: query.q, hint: 'Event, type, endpoint, state' },
    ...deliveryRows(store, found.slice(0, perPage), '/console/deliveries'),
    empty: 'No deliveries. Make a webhook endpoint and they appear here.',
    page: query.page,
    hasMore: found.length > perPage,
  };
}

export function deliveryRows(
  store: Store,
  rows: readonly Record<string, SqlValue>[],
  back: string,
): Pick<TableView, 'columns' | 'rows'> {
  return {
    columns: ['State', 'Event', 'Endpoint', 'Attempts', 'Last answer', 'Last attempt', 'Next attempt', 'Again'],
    rows: rows.map((row) => {
      const state = String(row['state']);
      const endpoint = store.find('webhook_endpoint', String(row['endpoint']));
      const next = row['next_attempt_at'];
      const last = row['last_attempt_at'];
      return [
        { pill: state, tone: toneOf(state) },
        link(String(row['event']), String(row['type'])),
        link(String(row['endpoint']), endpoint && 'url' in endpoint ? endpoint.url : null),
        String(row['attempts']),
        row['last_status'] === null
          ? row['last_error'] === null
            ? null
            : String(row['last_error'])
          : String(row['last_status']),
        typeof last === 'number' ? wall(last) : null,
        typeof next === 'number' && state === 'pending' ? wall(next) : null,
        { post: `/console/events/${String(row['event'])}/redeliver`, label: 'Deliver again', back },
      ];
    }),
  };
}

export function requestsTable(log: RequestLog, query: ListQuery): TableView {
  const all = log.all().toReversed();
  const found = query.q === '' ? all : all.filter((one) => JSON.stringify(one).includes(query.q));
  const from = (query.page - 1) * perPage;
  return {
    path: '/console/requests',
    search: { value: query.q, hint: 'Path, id, parameter' },
    columns: ['When', 'Status', 'Call', 'Parameters', 'Version', 'Id'],
    rows: found
      .slice(from, from + perPage)
      .map((one) => [
        new Date(one.at).toISOString().slice(11, 23),
        { pill: String(one.status), tone: one.status < 400 ? 'good' : one.status < 500 ? 'warn' : 'bad' },
        `${one.method} ${one.path}`,
        Object.keys(one.params as object).length === 0 ? null : JSON.stringify(one.params),
        one.stripe_version,
        one.id,
      ]),
    empty: 'Nothing was asked yet. Point the SDK at this address with any key that begins with sk_test_.',
    page: query.page,
    hasMore: found.length > from + perPage,
  };
}

interface TableShape<Name extends ObjectName> {
  readonly path: string;
  readonly columns: readonly string[];
  readonly row: (object: StoredObjects[Name]) => readonly Cell[];
}

function table<Name extends ObjectName>(
  store: Store,
  object: Name,
  query: ListQuery,
  shape: TableShape<Name>,
): TableView {
  const found = matches(query.q, ['id', 'body']);
  // By the customer's e-mail one finds what is theirs.
  const theirs = "or customer in (select id from object where object = 'customer' and body like ? escape '\\')";
  const where =
    query.q === ''
      ? { sql: 'where object = ? and deleted = 0', values: [object] }
      : {
          sql: `where object = ? and deleted = 0 and (${found.sql.replace('where ', '')} ${theirs})`,
          values: [object, ...found.values, pattern(query.q)],
        };
  const { rows, hasMore } = select(store, 'object', query, where);
  return {
    path: shape.path,
    search: { value: query.q, hint: 'Id, e-mail, anything inside' },
    columns: shape.columns,
    rows: rows.map((row) => shape.row(JSON.parse(String(row['body'])) as StoredObjects[Name])),
    empty: 'None yet.',
    page: query.page,
    hasMore,
  };
}
