/** Ids with Stripe's prefixes and lengths. */

import type { RandomBytes } from './random.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Ten letters that are the same in every long id of one account. */
const account = 'PCs4ndb0xA';

export type IdPrefix =
  | 'prod'
  | 'price'
  | 'cus'
  | 'pm'
  | 'pi'
  | 'py'
  | 'ch'
  | 'txn'
  | 're'
  | 'du'
  | 'di'
  | 'promo'
  | 'cn'
  | 'cnli'
  | 'txr'
  | 'seti'
  | 'seatt'
  | 'sub'
  | 'si'
  | 'in'
  | 'il'
  | 'li'
  | 'inpay'
  | 'ii'
  | 'cbtxn'
  | 'sub_sched'
  | 'we'
  | 'evt'
  | 'req'
  | 'cs_test'
  | 'mtr_test'
  | 'ppage'
  | 'bpc'
  | 'bps'
  | 'clock'
  | 'card';

/** Recorded from Stripe's test mode: these are short, all others carry time and account. */
const short = new Set<IdPrefix>(['prod', 'cus', 'si', 'req']);

export interface Ids {
  next(prefix: IdPrefix): string;
  /** Letters and digits for a secret. */
  secret(length: number): string;
  /** Upper case, for invoice numbers. */
  invoicePrefix(): string;
}

/** @param now - seconds; long ids begin with their time, as Stripe's do. */
export function createIds(random: RandomBytes, now: () => number): Ids {
  const letters = (length: number): string => {
    let text = '';
    // 248 is the largest multiple of 62 in a byte: above it the letters would not be equally likely.
    while (text.length < length) {
      for (const byte of random(length)) if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
    return text;
  };
  return {
    next(prefix) {
      if (short.has(prefix)) return `${prefix}_${letters(14)}`;
      if (prefix === 'cs_test') return `cs_test_a1${letters(56)}`;
      return `${prefix}_1${base62(now(), 5)}${account}${letters(8)}`;
    },
    secret: letters,
    invoicePrefix: () => letters(24).toUpperCase().slice(0, 8),
  };
}

function base62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = alphabet[rest % 62] + text;
  return text;
}
