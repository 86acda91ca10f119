/** Does the steps: each through the door that its person would use, and what the world does by itself. */

import { Assignments } from './assignments.ts';
import { backendDoings } from './at-backend.ts';
import { stripeDoings } from './at-stripe.ts';
import type { Books } from './books.ts';
import { Hands, type Doings } from './hands.ts';
import type { Assigned } from './oracle.ts';
import type { Postman } from './postman.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

export class Doer {
  readonly #hands: Hands;
  readonly #postman: Postman;
  readonly #assignments: Assignments;
  readonly #doings: Doings;

  constructor(world: World, books: Books, postman: Postman) {
    this.#hands = new Hands(world, books);
    this.#postman = postman;
    this.#assignments = new Assignments(this.#hands);
    this.#doings = {
      ...backendDoings(this.#hands, this.#assignments),
      ...stripeDoings(this.#hands, () => this.#tellAll()),
      ...this.#worldDoings,
    };
  }

  get users(): readonly string[] {
    return this.#hands.users;
  }

  assignedTo(userId: string): Assigned | null {
    return this.#assignments.of(userId);
  }

  async perform(step: Step): Promise<void> {
    await this.#hands.world.drive(this.#run(step));
    await this.#hands.world.settle();
    if (this.#postman.isPrompt()) await this.#deliver(() => this.#postman.deliver(1, 50));
  }

  /** Stripe is well again, all is delivered, and what waited to be tried again has been. */
  async settle(): Promise<void> {
    await this.#hands.world.sandbox.fetch(new Request('http://sandbox.test/_sandbox/faults', { method: 'DELETE' }));
    this.#hands.faulty = false;
    await this.#deliver(() => this.#postman.deliverAll());
    await this.#hands.world.pass(130_000);
    await this.#deliver(() => this.#postman.deliverAll());
  }

  async #deliver(deliver: () => Promise<void>): Promise<void> {
    this.#hands.world.delivering = true;
    try {
      await this.#hands.world.drive(deliver());
      await this.#hands.world.settle();
    } finally {
      this.#hands.world.delivering = false;
    }
  }

  #run(step: Step): Promise<void> {
    return (this.#doings[step.do] as (step: Step) => Promise<void>)(step);
  }

  readonly #worldDoings: Pick<
    Doings,
    'pass' | 'jump' | 'jump_to_end' | 'deliver' | 'fault' | 'restart' | 'kill' | 'reconcile' | 'settle' | 'together'
  > = {
    pass: async ({ seconds }) => {
      if (this.#hands.isAlone) await this.#hands.world.pass(seconds * 1000);
    },

    jump: async ({ seconds }) => this.#jump(seconds),

    jump_to_end: async ({ user, by }) => {
      const end = this.#hands.books.runningOf(this.#hands.user(user))?.items.data[0]?.current_period_end;
      if (end !== undefined) await this.#jump(end + by - this.#hands.world.time.now() / 1000);
    },

    deliver: async ({ share, together }) => {
      if (!this.#hands.isAlone) return this.#postman.deliver(share, together);
      return this.#deliver(() => this.#postman.deliver(share, together));
    },

    fault: async ({ do: _do, ...fault }) => {
      this.#hands.faulty = true;
      await this.#hands.world.control('faults', fault);
    },

    restart: async () => {
      if (this.#hands.isAlone) await this.#hands.world.restart();
    },

    kill: async ({ at, carried, again, step }) => {
      if (!this.#hands.isAlone) return;
      this.#hands.faulty = true;
      await this.#hands.world.killDuring({ at, carried }, async () => {
        // It answers with 503 from then on, as a connection that is reset: nothing in it waits for the dead.
        if (step.do === 'deliver') await this.#postman.deliver(step.share, step.together);
        else await this.#run(step);
        await this.#hands.world.settle();
      });
      // Nobody is told that a user is forgotten by a process that died meanwhile: whoever wants that asks again.
      if (again || step.do === 'forget') await this.#run(step);
    },

    reconcile: async () => {
      if (this.#hands.isAlone) await this.#hands.world.reconcile();
    },

    settle: () => this.settle(),

    together: async ({ steps }) => {
      this.#hands.isAlone = false;
      try {
        await Promise.all(steps.map((step) => this.#run(step)));
      } finally {
        this.#hands.isAlone = true;
      }
      await this.#assignments.settleRace();
    },
  };

  async #jump(seconds: number): Promise<void> {
    if (!this.#hands.isAlone || seconds <= 0) return;
    await this.#hands.world.jump(Math.ceil(seconds) * 1000);
  }

  async #tellAll(): Promise<void> {
    if (!this.#hands.isAlone) return;
    await this.settle();
    await this.#hands.world.reconcile();
  }
}
