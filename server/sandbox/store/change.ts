/**
 * One change of the sandbox's state. Every object is made, changed and deleted through here, and here alone its events
 * come about: snapshot, `previous_attributes`, and a delivery for each endpoint that asked for it.
 */

import type Stripe from 'stripe';
import { nextDue } from '../billing/next-due.ts';
import { enqueueDeliveries } from '../deliveries/enqueue.ts';
import { tellEvent } from '../traffic.ts';
import { apiVersion } from '../version.ts';
import { keepVersion } from './earlier-versions.ts';
import { eventsOf } from './objects.ts';
import type { Hidden, ObjectName, StoredObject, StoredObjects } from './objects.ts';
import { previousAttributes } from './previous-attributes.ts';
import type { Store } from './store.ts';
import { idOf } from './wire.ts';

/** Who asked for the change; ids are null where time did. */
export interface ChangeRequest {
  readonly id: string | null;
  readonly idempotencyKey: string | null;
  /** Seconds, where the change belongs to another moment than now: something that fell due earlier. */
  readonly at?: number;
  /** The test clock in whose time it happens. */
  readonly clock?: string | null;
}

export interface ChangeOptions<Name extends ObjectName> {
  readonly hidden?: Hidden<Name>;
  /** Seconds at which the object has something to do by itself; null: never again. Subscriptions and invoices tell it themselves. */
  readonly dueAt?: number | null;
  /** Types of the events, in place of the usual one; `[]`: a silent change. */
  readonly events?: readonly string[];
}

export class Change {
  readonly store: Store;
  readonly request: ChangeRequest;
  /** Seconds; the same for all that happens in one change. */
  readonly now: number;
  /** The test clock that says so; null: the sandbox's own clock. */
  readonly clock: string | null;
  readonly #texts = new WeakMap<StoredObject | Stripe.Plan, string>();

  constructor(store: Store, request: ChangeRequest) {
    this.store = store;
    this.request = request;
    this.clock = request.clock ?? null;
    this.now = request.at ?? store.timeOf(this.clock);
  }

  /** What time does at another moment, as part of this change. */
  at(now: number): Change {
    return new Change(this.store, { id: null, idempotencyKey: null, at: now, clock: this.clock });
  }

  /** Does it, answers what came of it, and leaves no trace: what a preview shows is what would happen. */
  rehearse<Result>(work: () => Result): Result {
    return this.store.database.undone(work);
  }

  /** Makes an object. Emits its `…created`, or `options.events`. */
  create<Name extends ObjectName>(
    made: StoredObjects[Name] & { object: Name },
    options: ChangeOptions<Name> = {},
  ): StoredObjects[Name] {
    const clock = this.#clockOf(made);
    const object = clock !== null && 'test_clock' in made ? { ...made, test_clock: clock } : made;
    this.store.database.run(
      'insert into object (id, object, customer, created, due_at, body, hidden, clock) values (?, ?, ?, ?, ?, ?, ?, ?)',
      object.id,
      object.object,
      customerOf(object),
      'created' in object ? Number(object.created) : this.now,
      this.#dueAt(object, () => options.hidden ?? null, options.dueAt) ?? null,
      this.#textOf(object),
      options.hidden ? JSON.stringify(options.hidden) : null,
      clock,
    );
    if (clock !== null) keepVersion(this.store, object, null, this.#searchTime());
    const { created } = eventsOf[object.object as ObjectName];
    for (const type of options.events ?? (created ? [created] : [])) this.announce(type, object);
    return object;
  }

  /**
   * Changes attributes of an object and returns what it is now. What is changed is the object as it is stored, however
   * old the caller's copy. Emits its `…updated` where something did change, or `options.events` whatever changed.
   */
  update<Name extends ObjectName>(
    object: { readonly id: string; readonly object: Name },
    patch: Partial<StoredObjects[Name]>,
    options: ChangeOptions<Name> = {},
  ): StoredObjects[Name] {
    const { text, shown: before, hidden: hiddenBefore } = this.store.getWhole(object.object, object.id);
    const after = { ...before, ...patch };
    const previous = previousAttributes(
      before as unknown as Record<string, unknown>,
      after as unknown as Record<string, unknown>,
    );
    const sets = ['body = ?'];
    const values: (string | number | null)[] = [this.#textOf(after)];
    if (customerOf(after) !== customerOf(before)) {
      sets.push('customer = ?');
      values.push(customerOf(after));
    }
    const hidden = options.hidden === undefined ? hiddenBefore : () => options.hidden;
    const dueAt = this.#dueAt(after, hidden, options.dueAt);
    if (dueAt !== undefined) {
      sets.push('due_at = ?');
      values.push(dueAt);
    }
    if (options.hidden !== undefined) {
      sets.push('hidden = ?');
      values.push(JSON.stringify(options.hidden));
    }
    this.store.database.run(`update object set ${sets.join(', ')} where id = ?`, ...values, before.id);
    if (previous) keepVersion(this.store, before, text, this.#searchTime());
    const { updated } = eventsOf[before.object as ObjectName];
    const types = options.events ?? (updated && previous ? [updated] : []);
    for (const type of types) this.announce(type, after, type.endsWith('.updated') ? previous : null);
    return after;
  }

  /** Deletes an object: `left` is what is answered for its id from now on. Emits its `…deleted` with what it was. */
  remove<Name extends ObjectName>(
    before: StoredObjects[Name] & { object: Name },
    left: { readonly id: string; readonly object: string; readonly deleted: true },
  ): void {
    keepVersion(this.store, before, this.#textOf(before), this.#searchTime());
    this.store.database.run(
      'update object set deleted = 1, due_at = null, body = ? where id = ?',
      JSON.stringify(left),
      before.id,
    );
    const { deleted } = eventsOf[before.object as ObjectName];
    if (deleted) this.announce(deleted, before);
  }

  /** An object lives in its customer's time; a dispute, which names none, in that of its charge. */
  #clockOf(object: StoredObject): string | null {
    if (object.object === 'customer') return typeof object.test_clock === 'string' ? object.test_clock : null;
    const owner = object.object === 'dispute' ? idOf(object.charge) : customerOf(object);
    return owner === null ? null : this.store.clockOf(owner);
  }

  /** Search is behind in the sandbox's own time, on whatever clock its objects are. */
  #searchTime(): number {
    return this.clock === null ? this.now : this.store.clock.now();
  }

  /** Never before this change: what is overdue follows it. */
  #dueAt(object: StoredObject, hidden: () => unknown, asked: number | null | undefined): number | null | undefined {
    const due = nextDue(object, hidden);
    if (due === undefined) return asked;
    return due === null ? null : Math.max(due, this.now);
  }

  /** Emits an event about an object as it is now: one that is stored, or the plan that a stored price is. */
  announce(type: string, object: StoredObject | Stripe.Plan, previous: object | null = null): void {
    const id = this.store.ids.next('evt');
    const pending = enqueueDeliveries(this.store, { id, type });
    const about = `"object":${this.#textOf(object)}`;
    const was = previous ? `,"previous_attributes":${JSON.stringify(previous)}` : '';
    const head = JSON.stringify({ id, object: 'event', api_version: apiVersion, created: this.now });
    const tail = JSON.stringify({
      livemode: false,
      pending_webhooks: pending,
      request: { id: this.request.id, idempotency_key: this.request.idempotencyKey },
      type,
    });
    const body = `${head.slice(0, -1)},"data":{${about}${was}},${tail.slice(1)}`;
    this.store.database.run(
      'insert into event (id, type, created, body) values (?, ?, ?, ?)',
      id,
      type,
      this.now,
      body,
    );
    tellEvent(body);
  }

  /** Once for the object and all events about it: nothing is changed in place. */
  #textOf(object: StoredObject | Stripe.Plan): string {
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const text = JSON.stringify(object);
    this.#texts.set(object, text);
    return text;
  }
}

/** The customer that an object belongs to; a customer belongs to itself. */
function customerOf(object: object): string | null {
  if ('object' in object && object.object === 'customer' && 'id' in object) return String(object.id);
  return 'customer' in object && typeof object.customer === 'string' ? object.customer : null;
}
