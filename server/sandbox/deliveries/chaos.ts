/** Deliveries made unreliable on purpose, and repeatably: each decision depends on the seed and the delivery's number. */

import { chance } from '../random.ts';
import type { Database } from '../store/database.ts';

export interface Chaos {
  /** Deliveries go out one by one in an order drawn by lot. */
  readonly shuffle: boolean;
  /** Share of deliveries that are sent twice, 0 to 1. */
  readonly duplicate: number;
  /** Share of deliveries that are never sent, 0 to 1; 1 switches webhooks off. */
  readonly drop: number;
  /** Each delivery waits for anything up to this. */
  readonly delay_ms: number;
  readonly seed: number;
}

export const calm: Chaos = { shuffle: false, duplicate: 0, drop: 0, delay_ms: 0, seed: 1 };

/** What is to happen to one delivery. */
export interface Fate {
  readonly dropped: boolean;
  readonly copies: 1 | 2;
  readonly delayMs: number;
  /** Lower goes first. */
  readonly rank: number;
}

export function readChaos(database: Database): Chaos {
  const stored = database.setting('chaos');
  return stored === null ? calm : (JSON.parse(stored) as Chaos);
}

/** Sets how unreliable deliveries are; their numbering begins anew, so the same seed gives the same fates. */
export function setChaos(database: Database, chaos: Chaos): void {
  database.setSetting('chaos', JSON.stringify(chaos));
  database.setSetting('chaos_deliveries', '0');
}

/** The fate of the next delivery. */
export function drawFate(database: Database, chaos: Chaos): Fate {
  if (chaos === calm || isCalm(chaos)) return { dropped: false, copies: 1, delayMs: 0, rank: 0 };
  const number = Number(database.setting('chaos_deliveries') ?? 0);
  database.setSetting('chaos_deliveries', String(number + 1));
  const draw = (what: string) => chance(chaos.seed, number, what);
  return {
    dropped: draw('drop') < chaos.drop,
    copies: draw('duplicate') < chaos.duplicate ? 2 : 1,
    delayMs: Math.floor(draw('delay') * chaos.delay_ms),
    rank: chaos.shuffle ? draw('shuffle') : 0,
  };
}

function isCalm(chaos: Chaos): boolean {
  return !chaos.shuffle && chaos.duplicate === 0 && chaos.drop === 0 && chaos.delay_ms === 0;
}
