/** Takes the sandbox's events to the backend, as badly as its setting says: lost, twice, late, in any order, in other shapes. */

import type Stripe from 'stripe';
import { Random } from './random.ts';
import { webhookSecret } from './setting.ts';
import { reshape } from './shapes.ts';
import type { World } from './world.ts';

interface Letter {
  readonly seq: number;
  readonly type: string;
  readonly body: string;
  /** Milliseconds. */
  due: number;
}

const hour = 3_600_000;

export class Postman {
  readonly #world: World;
  readonly #random: Random;
  readonly #signing: Stripe;
  #seen = 0;
  #waiting: Letter[] = [];

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = new Random(seed);
    this.#signing = world.stripe;
  }

  /** Takes up what the sandbox has announced since. */
  collect(): void {
    const { lost, doubled, late, reshaped } = this.#world.setting.delivery;
    const rows = this.#world.sandbox.store.database.all(
      'select seq, type, body from event where seq > ? order by seq',
      this.#seen,
    );
    const random = this.#random;
    const now = this.#world.time.now();
    for (const row of rows) {
      this.#seen = Number(row['seq']);
      if (random.happens(lost)) {
        this.#world.counts.dropped += 1;
        continue;
      }
      const copies = random.happens(doubled) ? 2 : 1;
      if (copies === 2) this.#world.counts.doubled += 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const body = String(row['body']);
        this.#waiting.push({
          seq: this.#seen,
          type: String(row['type']),
          body: random.happens(reshaped) ? reshape(body, random) : body,
          due: random.happens(late) ? now + random.below(random.pick([60_000, hour, 72 * hour])) : now,
        });
      }
    }
  }

  /** Delivers a share of what is due, so many at once. What is refused comes again. */
  async deliver(share: number, together: number): Promise<void> {
    this.collect();
    const random = this.#random;
    const { shuffled } = this.#world.setting.delivery;
    const now = this.#world.time.now();
    const due = this.#waiting.filter((letter) => letter.due <= now);
    const ordered = shuffled ? random.shuffled(due) : due;
    const taken = ordered.slice(0, Math.ceil(ordered.length * share));
    this.#waiting = this.#waiting.filter((letter) => !taken.includes(letter));
    for (let from = 0; from < taken.length; from += together) {
      await Promise.all(taken.slice(from, from + together).map((letter) => this.#deliver(letter)));
    }
  }

  /** Whether the events of the step that has just been made are delivered at once. */
  isPrompt(): boolean {
    return this.#random.happens(this.#world.setting.delivery.prompt);
  }

  /** Delivers all there is, late ones too, whatever it takes. */
  async deliverAll(): Promise<void> {
    this.collect();
    for (const letter of this.#waiting) letter.due = 0;
    await this.deliver(1, 16);
  }

  async #deliver(letter: Letter): Promise<void> {
    const { time, counts } = this.#world;
    const header = this.#signing.webhooks.generateTestHeaderString({
      payload: letter.body,
      secret: webhookSecret,
      timestamp: Math.floor(time.now() / 1000),
    });
    const status = await this.#world.deliver(letter.body, header);
    counts.delivered += 1;
    if (status === 200) return;
    if (status !== 503) throw new Error(`The delivery of ${letter.type} was answered with ${status}.`);
    this.#waiting.push({ ...letter, due: time.now() + 1000 });
  }
}
