/** Where time comes from. Billing, tokens and routes get a clock; only this file reads the machine's. */

/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Whole seconds since 1970, rounded down: an `iat` is never in the future (R33.1). */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** `2026-12-23T10:00:00Z`: ISO 8601 in UTC, to the second, as the contract shows it. */
export const toIso = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, -'.000Z'.length)}Z`;
