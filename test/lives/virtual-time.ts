/**
 * One clock for everything in the process, and chance that a seed decides: whatever runs here runs the same way again.
 * Time stands still until it is moved; timers fire when it reaches them. `setImmediate` and microtasks are left alone.
 */

import {
  KeyObject,
  createHash,
  createHmac,
  sign as signSync,
  timingSafeEqual,
  verify as verifySync,
} from 'node:crypto';
import type { Random } from './random.ts';

interface Timer {
  readonly id: number;
  at: number;
  /** Milliseconds between two calls; null: once. */
  readonly every: number | null;
  readonly run: () => void;
}

const realDate = Date;
const realImmediate = setImmediate;

/** Resolves in the next turn of the event loop, when all that could go on without time has gone on. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    realImmediate(resolve);
  });

export class VirtualTime {
  #now: number;
  #timers: Timer[] = [];
  #ids = 0;

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
      timer.run();
    }
  }

  /** Forgets all timers: what a process that is killed takes with it. */
  forgetTimers(): void {
    this.#timers = [];
  }

  set(every: 'once' | 'again', run: (...parameters: unknown[]) => void, wait: unknown, parameters: unknown[]): object {
    const milliseconds = Math.max(1, Math.trunc(Number(wait)) || 1);
    const timer: Timer = {
      id: (this.#ids += 1),
      at: this.#now + milliseconds,
      every: every === 'again' ? milliseconds : null,
      run: () => run(...parameters),
    };
    this.#timers.push(timer);
    const handle = {
      id: timer.id,
      ref: () => handle,
      unref: () => handle,
      hasRef: () => false,
      refresh: () => {
        timer.at = this.#now + milliseconds;
        if (!this.#timers.includes(timer)) this.#timers.push(timer);
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
    // Node only shows the keys that may be shown.
    replace(crypto.subtle, 'importKey', extractable(crypto.subtle.importKey.bind(crypto.subtle))),
    replace(crypto.subtle, 'digest', digest),
    replace(crypto.subtle, 'sign', sign),
    replace(crypto.subtle, 'verify', verify),
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

// WebCrypto answers from a thread of its own, at a moment that nobody can repeat; the same sums, made at once, do not.

type Import = (...parameters: [string, unknown, unknown, boolean, string[]]) => Promise<CryptoKey>;

const extractable =
  (importKey: unknown): Import =>
  (format, key, algorithm, asked, usages) =>
    // Keys that others are derived from may not be.
    (importKey as Import)(format, key, algorithm, asked || usages.every((usage) => /sign|verify/.test(usage)), usages);

const keys = new WeakMap<CryptoKey, KeyObject>();
const keyOf = (key: CryptoKey): KeyObject => {
  const known = keys.get(key) ?? KeyObject.from(key);
  keys.set(key, known);
  return known;
};
const hashOf = (key: CryptoKey, algorithm: unknown): string => {
  const named = (algorithm as { hash?: string | { name: string } }).hash;
  const own = (key.algorithm as { hash?: { name: string } }).hash?.name;
  return (typeof named === 'string' ? named : (named?.name ?? own ?? 'SHA-256')).replace('-', '').toLowerCase();
};
const bytesOf = (source: BufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
const bufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;

async function digest(algorithm: string | { name: string }, source: BufferSource): Promise<ArrayBuffer> {
  const name = (typeof algorithm === 'string' ? algorithm : algorithm.name).replace('-', '').toLowerCase();
  return bufferOf(createHash(name).update(bytesOf(source)).digest());
}

async function sign(algorithm: unknown, key: CryptoKey, source: BufferSource): Promise<ArrayBuffer> {
  const text = bytesOf(source);
  if (key.algorithm.name === 'HMAC')
    return bufferOf(createHmac(hashOf(key, algorithm), keyOf(key)).update(text).digest());
  return bufferOf(signSync(hashOf(key, algorithm), text, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }));
}

async function verify(
  algorithm: unknown,
  key: CryptoKey,
  signature: BufferSource,
  source: BufferSource,
): Promise<boolean> {
  const text = bytesOf(source);
  const given = bytesOf(signature);
  if (key.algorithm.name === 'HMAC') {
    const right = createHmac(hashOf(key, algorithm), keyOf(key)).update(text).digest();
    return right.length === given.length && timingSafeEqual(right, given);
  }
  return verifySync(hashOf(key, algorithm), text, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }, given);
}
