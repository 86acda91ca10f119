/**
 * One clock for everything in the process, and chance that a seed decides: whatever runs here runs the same way again.
 * Time stands still until it is moved; timers fire when it reaches them. `setImmediate` and microtasks are left alone.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { installPromptCrypto } from './prompt-crypto.ts';
import type { Random } from './random.ts';

/** A process of the world, as far as its timers go: what it started is its own. */
export interface Owner {
  dead: boolean;
}

interface Timer {
  readonly id: number;
  readonly owner: Owner | undefined;
  at: number;
  /** Milliseconds between two calls; null: once. */
  readonly every: number | null;
  readonly run: () => void;
}

const realDate = Date;
const realImmediate = setImmediate;
const realTimeout = setTimeout;

/** Resolves in the next turn of the event loop, when all that could go on without time has gone on. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    realImmediate(resolve);
  });

/** Resolves a little later by the machine's own clock, for what goes over its network. */
export const moment = (): Promise<void> =>
  new Promise((resolve) => {
    realTimeout(resolve, 1);
  });

export class VirtualTime {
  #now: number;
  #timers: Timer[] = [];
  #ids = 0;
  readonly #owners = new AsyncLocalStorage<Owner | undefined>();

  /** @param start milliseconds */
  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  /** When the next timer is due, in milliseconds; null when there is none. */
  nextAt(): number | null {
    let next: number | null = null;
    for (const { at } of this.#timers) if (next === null || at < next) next = at;
    return next;
  }

  /** Moves the clock to a moment and fires what is due by then, each timer once at most, as after a sleep of the machine. */
  moveTo(moment: number): void {
    this.#now = Math.max(this.#now, moment);
    const due = this.#timers.filter(({ at }) => at <= this.#now).toSorted((a, b) => a.at - b.at || a.id - b.id);
    for (const timer of due) {
      if (!this.#timers.includes(timer)) continue;
      if (timer.every === null) this.#timers.splice(this.#timers.indexOf(timer), 1);
      else timer.at = this.#now + timer.every;
      this.#owners.run(timer.owner, timer.run);
    }
  }

  /** Runs `work` as this process; undefined: as nobody who could die. */
  as<T>(owner: Owner | undefined, work: () => T): T {
    return this.#owners.run(owner, work);
  }

  /** A process that is killed takes its timers with it. */
  kill(owner: Owner): void {
    owner.dead = true;
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
  }

  set(every: 'once' | 'again', run: (...parameters: unknown[]) => void, wait: unknown, parameters: unknown[]): object {
    const milliseconds = Math.max(1, Math.trunc(Number(wait)) || 1);
    const owner = this.#owners.getStore();
    const timer: Timer = {
      id: (this.#ids += 1),
      owner,
      at: this.#now + milliseconds,
      every: every === 'again' ? milliseconds : null,
      run: () => run(...parameters),
    };
    if (!owner?.dead) this.#timers.push(timer);
    const handle = {
      id: timer.id,
      ref: () => handle,
      unref: () => handle,
      hasRef: () => false,
      refresh: () => {
        timer.at = this.#now + milliseconds;
        if (!owner?.dead && !this.#timers.includes(timer)) this.#timers.push(timer);
        return handle;
      },
      [Symbol.toPrimitive]: () => timer.id,
    };
    return handle;
  }

  clear(handle: unknown): void {
    const id = Number(handle);
    const index = this.#timers.findIndex((timer) => timer.id === id);
    if (index >= 0) this.#timers.splice(index, 1);
  }
}

/** Puts this time and this chance in the place of the machine's, for the whole process. Returns what takes that back. */
export function install(time: VirtualTime, random: Random): () => void {
  class VirtualDate extends realDate {
    constructor(...parameters: unknown[]) {
      if (parameters.length === 0) super(time.now());
      else super(...(parameters as [number]));
    }

    static override now(): number {
      return time.now();
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]';
    }
  }
  const timeout = (run: () => void, wait?: number, ...parameters: unknown[]) => time.set('once', run, wait, parameters);
  const interval = (run: () => void, wait?: number, ...parameters: unknown[]) =>
    time.set('again', run, wait, parameters);
  const clear = (handle: unknown) => time.clear(handle);
  const undo = [
    replace(globalThis, 'Date', VirtualDate),
    replace(globalThis, 'setTimeout', timeout),
    replace(globalThis, 'setInterval', interval),
    replace(globalThis, 'clearTimeout', clear),
    replace(globalThis, 'clearInterval', clear),
    replace(Math, 'random', () => random.unit()),
    replace(crypto, 'randomUUID', () => uuid(random)),
    installPromptCrypto(replace),
  ];
  return () => {
    for (const back of undo) back();
  };
}

function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}

const uuid = (random: Random): string => {
  const hex = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};
