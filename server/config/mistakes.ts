/** Collects every mistake in the config and the environment, so that one start shows them all. */

import { PlanclaimError } from '../errors.ts';

/** Where a mistake is: keys and indexes from the top of the config, or the name of an environment variable. */
export type MistakePath = readonly PropertyKey[];

export class Mistakes {
  readonly #lines = new Set<string>();

  /** `message` goes on after the path: it says what is wrong and what to do. It never holds a secret. */
  add(path: MistakePath, message: string): void {
    this.#lines.add(`  ${formatPath(path)}: ${message}`);
  }

  get count(): number {
    return this.#lines.size;
  }

  /** Throws `config_invalid` with the whole list, unless there is nothing to list. */
  throwIfAny(source: string): void {
    if (this.count === 0) return;
    const title = this.count === 1 ? 'has a mistake' : `has ${this.count} mistakes`;
    throw configInvalid(`${source} ${title}:\n${[...this.#lines].join('\n')}`);
  }
}

/** The one error of this folder; the command line exits with 2 for it. */
export const configInvalid = (message: string, cause?: unknown): PlanclaimError =>
  new PlanclaimError(message, { code: 'config_invalid', status: 500, cause });

/** `projects.acme.plans[1].prices`. */
export function formatPath(path: MistakePath): string {
  const text = path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = String(part);
      return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
  return text === '' ? 'config' : text.replace(/^\./, '');
}

/** ` Did you mean "prices"?`, or nothing when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const scored = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? ` Did you mean "${best.candidate}"?`
    : '';
}

/** How many letters to change, add, drop or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row[j] = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution, swap);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
