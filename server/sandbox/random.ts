/** Where chance comes from: the system's, or a seed's, for runs that can be repeated. */

import { createHash, randomBytes } from 'node:crypto';

/** The next `length` random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

export const systemRandom: RandomBytes = (length) => randomBytes(length);

/** The same seed gives the same bytes in the same order. */
export function seededRandom(seed: string | number): RandomBytes {
  let round = 0;
  let pool = Buffer.alloc(0);
  return (length) => {
    while (pool.length < length) {
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed}:${round++}`).digest()]);
    }
    const bytes = pool.subarray(0, length);
    pool = pool.subarray(length);
    return bytes;
  };
}

/** A number in [0, 1) that depends on nothing but what is given. */
export function chance(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(parts.join(':')).digest().readUInt32BE(0) / 2 ** 32;
}
