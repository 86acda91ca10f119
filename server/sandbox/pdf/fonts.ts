/** The fonts of a PDF, and which of them can write a letter: names come in every script. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Weight = 'regular' | 'strong';

export interface Face {
  /** Under which it is registered in a document. */
  readonly name: string;
  readonly bytes: Buffer;
}

const require = createRequire(import.meta.url);

/** Tried in this order; the letters that each has, as the packages list them. */
const families = [
  { package: '@fontsource/inter', subsets: ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'vietnamese'] },
  { package: '@fontsource/noto-sans-arabic', subsets: ['arabic'] },
  { package: '@fontsource/kosugi', subsets: ['japanese'] },
] as const;

interface Subset {
  readonly family: string;
  readonly subset: string;
  readonly has: (codePoint: number) => boolean;
}

let known: readonly Subset[] | null = null;
const faces = new Map<string, Face>();

/** The face that has this letter. What none has is written with the first, which shows an empty box. */
export function faceOf(codePoint: number, weight: Weight): Face {
  known ??= readSubsets();
  const [usual] = known;
  const found = known.find(({ has }) => has(codePoint)) ?? usual;
  if (!found) throw new Error('There are no fonts.');
  return openFace(found, weight);
}

function readSubsets(): Subset[] {
  return families.flatMap(({ package: family, subsets }) => {
    const ranges = JSON.parse(readFileSync(require.resolve(`${family}/unicode.json`), 'utf8')) as Record<
      string,
      string
    >;
    return subsets.map((subset) => ({ family, subset, has: reader(ranges[subset]) }));
  });
}

/** A subset without ranges has the rest: it is the last one asked. */
function reader(ranges: string | undefined): (codePoint: number) => boolean {
  if (ranges === undefined) return (codePoint) => codePoint > 0x2e7f;
  const bounds = ranges.split(',').map((range) => {
    const [from = '', to = from] = range.replace('U+', '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
  });
  return (codePoint) => bounds.some(([from, to]) => codePoint >= from && codePoint <= to);
}

function openFace({ family, subset }: Subset, weight: Weight): Face {
  // Kosugi has one weight.
  const number = weight === 'strong' && !family.endsWith('kosugi') ? 600 : 400;
  const name = `${family.split('/')[1]}-${subset}-${number}-normal`;
  const opened = faces.get(name) ?? { name, bytes: readFileSync(require.resolve(`${family}/files/${name}.woff`)) };
  faces.set(name, opened);
  return opened;
}
