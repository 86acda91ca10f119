/** The console at `/`: what is in the sandbox, each object with all that it points to, time and trouble. */

import type { Context, Hono } from 'hono';
import { html as markup } from 'hono/html';
import type Stripe from 'stripe';
import { catchUp } from '../../billing/due.ts';
import { addIntervals } from '../../billing/periods.ts';
import { moveClock } from '../../control/clock.ts';
import { calm, readChaos, setChaos } from '../../deliveries/chaos.ts';
import type { Courier } from '../../deliveries/courier.ts';
import { endpointsFor } from '../../deliveries/enqueue.ts';
import type { Faults } from '../../http/faults.ts';
import type { RequestLog } from '../../http/request-log.ts';
import { renderConsole } from '../../pages/console/frame.ts';
import type { ConsoleFrame } from '../../pages/console/frame.ts';
import { renderJson } from '../../pages/console/json.ts';
import { renderTable } from '../../pages/console/table.ts';
import type { TableView } from '../../pages/console/table.ts';
import { renderTrouble } from '../../pages/console/trouble.ts';
import type { Page } from '../../pages/shell.ts';
import { safeUrl } from '../../pages/url.ts';
import { findEvent } from '../../resources/events.ts';
import type { Store } from '../../store/store.ts';
import { apiVersion } from '../../version.ts';
import { assetsUrl } from '../checkout-view.ts';
import { readForm } from '../form.ts';
import { html, seeOther } from '../respond.ts';
import { link, when } from './cells.ts';
import { count, readListQuery } from './list-query.ts';
import type { ListQuery } from './list-query.ts';
import * as lists from './lists.ts';
import { sameSiteOnly } from './same-site.ts';

export interface ConsoleDeps {
  readonly store: Store;
  readonly courier: Courier;
  readonly faults: Faults;
  readonly log: RequestLog;
}

export function addConsole(app: Hono, deps: ConsoleDeps): void {
  const { store, courier, faults, log } = deps;
  app.use('/console/*', sameSiteOnly(store.publicUrl));
  for (const pages of ['/', '/console/*']) {
    app.use(pages, async (_c, next) => {
      catchUp(store);
      await next();
    });
  }

  const list = (path: string, title: string, view: (query: ListQuery) => TableView) =>
    app.get(path, (c) => {
      const query = readListQuery(c.req.query());
      // A whole id is the object itself.
      if (/^\w+_\w{8,}$/.test(query.q) && isKnown(store, query.q)) return seeOther(c, `/console/o/${query.q}`);
      return show(c, deps, { here: path, title, isLive: true }, renderTable(view(query)));
    });
  list('/', 'Events', (query) => lists.eventsTable(store, query));
  list('/console/customers', 'Customers', (query) => lists.customersTable(store, query));
  list('/console/subscriptions', 'Subscriptions', (query) => lists.subscriptionsTable(store, query));
  list('/console/invoices', 'Invoices', (query) => lists.invoicesTable(store, query));
  list('/console/deliveries', 'Deliveries', (query) => lists.deliveriesTable(store, query));
  list('/console/clocks', 'Test clocks', (query) => lists.clocksTable(store, query));
  list('/console/objects', 'All objects', (query) => lists.objectsTable(store, query));
  list('/console/requests', 'Requests', (query) => lists.requestsTable(log, query));

  app.get('/console/trouble', (c) => {
    const body = renderTrouble({ chaos: readChaos(store.database), faults: faults.all(), back: '/console/trouble' });
    return show(c, deps, { here: '/console/trouble', title: 'Trouble', isLive: false }, body);
  });

  app.get('/console/o/:id', (c) => {
    const id = c.req.param('id');
    const body = id.startsWith('evt_') ? eventPage(store, id) : objectPage(store, id);
    if (body) return show(c, deps, { here: `/console/o/${id}`, title: id, isLive: true }, body);
    return show(c, deps, { here: '', title: 'Not here', isLive: false }, markup`<p>There is no object ${id}.</p>`, 404);
  });

  app.post('/console/clock', async (c) => {
    const form = await readForm(c);
    const to = timeOf(store, form);
    if (to === null || to < store.clock.now()) return back(c, form, { bad: 'Time here goes forward only.' });
    moveClock(store, to);
    return back(c, form, { good: `It is ${when(store.clock.now())} UTC.` });
  });

  app.post('/console/chaos', async (c) => {
    const form = await readForm(c);
    const number = (name: string, most: number) => Math.min(most, Math.max(0, Number(form[name]) || 0));
    const wanted = {
      shuffle: form['shuffle'] === 'true',
      duplicate: number('duplicate', 1),
      drop: number('drop', 1),
      delay_ms: Math.round(number('delay_ms', 3_600_000)),
      seed: Math.round(number('seed', Number.MAX_SAFE_INTEGER)),
    };
    setChaos(store.database, form['calm'] === 'true' ? calm : wanted);
    return back(c, form, { good: form['calm'] === 'true' ? 'All is calm.' : 'Chaos is set.' });
  });

  app.post('/console/faults', async (c) => {
    const form = await readForm(c);
    if (form['clear'] === 'true') {
      faults.clear();
      return back(c, form, { good: 'No faults.' });
    }
    const route = form['route']?.trim() ?? '';
    if (!/^((GET|POST|DELETE) )?\//.test(route)) {
      return back(c, form, { bad: 'A route is a path, with a method before it or without: POST /v1/subscriptions' });
    }
    const given = (name: string) => (form[name] ? { [name]: Number(form[name]) } : {});
    faults.add({
      route,
      ...given('status'),
      ...(form['code'] && { code: form['code'] }),
      ...given('stall_ms'),
      ...given('late_ms'),
      count: Math.max(1, Number(form['count']) || 1),
    });
    return back(c, form, { good: `The next calls of ${route} are hit.` });
  });

  app.post('/console/events/:id/redeliver', async (c) => {
    const form = await readForm(c);
    const event = findEvent(store, c.req.param('id'));
    const endpoints = endpointsFor(store, event.type).map(({ id }) => id);
    const attempts = await courier.redeliver(event.id, event.type, endpoints);
    const answers = attempts.map(({ status, error }) => status ?? error).join(', ');
    const isGood = attempts.every(({ status }) => status !== null && status < 300);
    if (attempts.length === 0) return back(c, form, { bad: 'No endpoint asks for this event.' });
    return back(c, form, isGood ? { good: `Delivered: ${answers}.` } : { bad: `Not taken: ${answers}.` });
  });
}

/** Seconds that a form asks for; null where it is no time. */
function timeOf(store: Store, form: Readonly<Record<string, string>>): number | null {
  const now = store.clock.now();
  const { by, to } = form;
  if (by === 'next') return store.nextDue();
  if (by === 'month') return addIntervals(now, 'month', 1);
  if (by !== undefined) return /^\d{1,9}$/.test(by) ? now + Number(by) : null;
  const asked = Date.parse(`${to}Z`);
  return Number.isNaN(asked) ? null : Math.floor(asked / 1000);
}

function objectPage(store: Store, id: string): Page | null {
  const object = store.findAny(id);
  if (!object) return null;
  const row = store.database.first('select customer, clock, due_at, hidden from object where id = ?', id);
  const about = store.database.all(
    `select body from event where json_extract(body, '$.data.object.id') = ? order by seq desc limit 25`,
    id,
  );
  const events = about.map((one) => JSON.parse(String(one['body'])) as Stripe.Event);
  const pages = [
    ['Hosted page', 'hosted_invoice_url'],
    ['PDF', 'invoice_pdf'],
    ['Page', 'url'],
  ].flatMap(([name, key]) => {
    const url = safeUrl((object as unknown as Record<string, string | null>)[String(key)]);
    return url ? [markup`<a class="chip" href="${url}">${name}</a>`] : [];
  });
  const customer = row?.['customer'];
  const theirs =
    object.object === 'customer'
      ? [
          markup`<a class="chip" href="/console/subscriptions?q=${id}">Subscriptions</a><a class="chip" href="/console/invoices?q=${id}">Invoices</a>`,
        ]
      : [];
  return markup`<div class="console-links">
      ${theirs}${pages}
      ${typeof customer === 'string' && customer !== id ? markup`<a class="chip" href="/console/o/${customer}">Customer</a>` : ''}
      ${row?.['due_at'] === null || row === undefined ? '' : markup`<span class="muted">Has something to do at ${when(Number(row['due_at']))}</span>`}
    </div>
    <div class="console-columns">
      ${renderJson(object, (one) => isKnown(store, one))}
      <section aria-labelledby="about">
        <h2 id="about">Events</h2>
        ${renderTable({
          path: '',
          search: null,
          columns: ['When', 'Type', 'Deliveries'],
          rows: events.map((event) => [
            when(event.created),
            link(event.id, event.type),
            lists.deliveryPill(store, event.id),
          ]),
          empty: 'None.',
          page: 1,
          hasMore: false,
        })}
      </section>
    </div>`;
}

function eventPage(store: Store, id: string): Page | null {
  if (!isKnown(store, id)) return null;
  const event = findEvent(store, id);
  const rows = store.database.all(
    `select delivery.*, event.type from delivery join event on event.id = delivery.event
     where event = ? order by delivery.seq`,
    id,
  );
  return markup`<p class="muted">${event.type} · ${when(event.created)} UTC</p>
    <h2>Deliveries</h2>
    ${renderTable({
      path: '',
      search: null,
      ...lists.deliveryRows(store, rows, `/console/o/${id}`),
      empty: 'No endpoint asked for this event.',
      page: 1,
      hasMore: false,
    })}
    <h2>Event</h2>
    ${renderJson(event, (one) => isKnown(store, one))}`;
}

function isKnown(store: Store, id: string): boolean {
  const table = id.startsWith('evt_') ? 'event' : 'object';
  return store.database.first(`select 1 as found from ${table} where id = ?`, id) !== undefined;
}

function show(
  c: Context,
  deps: ConsoleDeps,
  what: Pick<ConsoleFrame, 'here' | 'title' | 'isLive'>,
  body: Page,
  status: 200 | 404 = 200,
): Response {
  const { store } = deps;
  const objects = (object: string) => count(store, 'object where object = ? and deleted = 0', object);
  const good = c.req.query('good');
  const bad = c.req.query('bad');
  const frame: ConsoleFrame = {
    ...what,
    assetsUrl,
    apiVersion,
    counts: {
      '/': count(store, 'event'),
      '/console/customers': objects('customer'),
      '/console/subscriptions': objects('subscription'),
      '/console/invoices': objects('invoice'),
      '/console/deliveries': count(store, 'delivery'),
      '/console/clocks': objects('test_helpers.test_clock'),
      '/console/requests': deps.log.all().length,
    },
    clock: clockOf(store),
    notice: bad !== undefined ? { tone: 'bad', text: bad } : good !== undefined ? { tone: 'good', text: good } : null,
  };
  return html(c, renderConsole(frame, body), { status });
}

function clockOf(store: Store): ConsoleFrame['clock'] {
  const { clock } = store;
  const next = store.firstDue(Number.MAX_SAFE_INTEGER, null);
  const days = Math.floor(Math.abs(clock.offset) / 86_400);
  const hours = Math.round((Math.abs(clock.offset) % 86_400) / 3600);
  return {
    now: new Date(clock.now() * 1000).toISOString(),
    ahead: clock.offset === 0 ? null : `${days} d ${hours} h ${clock.offset > 0 ? 'ahead' : 'behind'}`,
    next: next && { what: next.object, id: next.id, at: when(next.dueAt) },
  };
}

/** To the page that the form was on, with a word about what was done. */
function back(c: Context, form: Readonly<Record<string, string>>, said: { good: string } | { bad: string }): Response {
  const path = /^\/(console\/[\w/]*)?$/.test(form['back'] ?? '') ? form['back'] : '/';
  return seeOther(c, `${path}?${new URLSearchParams(said)}`);
}
