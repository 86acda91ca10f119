/**
 * Remembers, over the way to checkout and back, which plan the user had: the page that they come back to
 * then knows whether to announce a change (R29.4). Storage may be blocked; then there is nothing to announce with.
 */

import type { BillingCycle } from './types.ts';

const name = 'planclaim:checkout';
/** Milliseconds: as long as a checkout session can be paid. */
const lifetime = 24 * 60 * 60 * 1000;

export interface CheckoutMark {
  /** Backend, project and account that it is about. */
  readonly about: string;
  readonly plan: string | null;
  readonly billingCycle: BillingCycle | null;
}

export function leaveMark(mark: CheckoutMark): void {
  withStorage((storage) => storage.setItem(name, JSON.stringify({ ...mark, at: Date.now() })));
}

/** The mark, if there is one about this; it is read once. */
export function takeMark(about: string): CheckoutMark | null {
  return (
    withStorage((storage) => {
      const text = storage.getItem(name);
      if (text === null) return null;
      const mark = JSON.parse(text) as CheckoutMark & { at: number };
      if (mark.about !== about) return null;
      storage.removeItem(name);
      return Date.now() - mark.at < lifetime ? mark : null;
    }) ?? null
  );
}

/** With cookies blocked even naming `sessionStorage` throws, and a stranger may have written to it. */
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(globalThis.sessionStorage);
  } catch {
    return undefined;
  }
}
