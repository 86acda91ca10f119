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
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length * 0.4))
    ? ` Did you mean "${best.candidate}"?`
    : '';
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution);
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
