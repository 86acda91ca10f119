/** What whoever does something in a life has in hand. */

import assert from 'node:assert/strict';
import Stripe from 'stripe';
import type { Books } from './books.ts';
import type { Step } from './steps.ts';
import type { Answer, World } from './world.ts';

type Doing<Name extends Step['do']> = (step: Extract<Step, { do: Name }>) => Promise<void>;

/** How each step is done. */
export type Doings = { readonly [Name in Step['do']]: Doing<Name> };

/** What the backend may answer: status, and its codes. */
type Allowed = Readonly<Record<number, readonly string[] | 'any'>>;

export class Hands {
  readonly world: World;
  readonly books: Books;
  readonly users: readonly string[];
  /** Whether requests to Stripe may have failed, or a process may have died, since the last settling. */
  faulty = false;
  /** Whether nothing else is under way. */
  isAlone = true;

  constructor(world: World, books: Books) {
    this.world = world;
    this.books = books;
    this.users = Array.from({ length: world.setting.users }, (_, index) => `u_${index + 1}`);
  }

  user(index: number): string {
    return this.users[index % this.users.length] as string;
  }

  async asUser(userId: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const token = await this.world.tokenOf(userId);
    return this.world.call(path, { method, token, ...(body !== undefined && { body }) });
  }

  /** Fails where the answer is not one that may be given here. Stripe's faults excuse a 503, nothing else. */
  expect(answer: Answer, allowed: Allowed): void {
    const codes = allowed[answer.status];
    const { code } = answer.json;
    if (codes === 'any' || codes?.includes(String(code))) return;
    if (answer.status === 503 && (this.faulty || !this.isAlone)) return;
    assert.fail(`answered ${answer.status} ${answer.text.slice(0, 600)}`);
  }

  /** What the dashboard's user is refused changes nothing; what breaks is a fault of the sandbox. */
  async atStripe(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      if (error instanceof Stripe.errors.StripeAPIError && !this.faulty) throw error;
      return false;
    }
  }

  /** Its user was forgotten, or the process that made it died before anybody was told. */
  isUnknown(session: Stripe.Checkout.Session): boolean {
    return this.books.isForgotten(session) || !this.isAlone || !this.books.wasHandedOut(session);
  }

  newest<Item>(items: readonly Item[], which: number): Item | undefined {
    return items[Math.min(items.length - 1, Math.floor(which * items.length))];
  }

  async challenge(intent: string, passes: 'passes' | 'fails' | 'leaves'): Promise<void> {
    if (passes === 'leaves') return;
    await this.world.post(`/c/challenge/${intent}`, { challenge: passes === 'passes' ? 'complete' : 'fail' });
  }

  async priceOf(lookupKey: string): Promise<string> {
    const found = this.world.sandbox.store.all('price', [
      { sql: "json_extract(body, '$.lookup_key') = ?", values: [lookupKey] },
    ]);
    return found[0]?.id ?? '';
  }
}
