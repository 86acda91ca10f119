/** Writing in a PDF: runs of letters that share a font and a direction, measured, wrapped, and set from either side. */

import type PDFDocument from 'pdfkit';
import { faceOf } from './fonts.ts';
import type { Face, Weight } from './fonts.ts';

export type Document = InstanceType<typeof PDFDocument>;

export interface TextStyle {
  /** Points. */
  readonly size: number;
  readonly weight: Weight;
  /** `#rrggbb`. */
  readonly color: string;
}

export interface Placement {
  /** Points from the left and top of the page. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly direction: 'ltr' | 'rtl';
}

interface Run {
  readonly face: Face;
  readonly text: string;
  readonly direction: 'ltr' | 'rtl' | 'neutral';
}

/** Height of a line by its size. */
export const leading = 1.45;

/** Writes a text, over several lines where it has to. @returns the height that it took. */
export function write(document: Document, text: string, style: TextStyle, place: Placement): number {
  const lines = wrap(document, text, style, place.width);
  for (const [index, line] of lines.entries()) {
    writeLine(document, line, style, { ...place, y: place.y + index * style.size * leading });
  }
  return lines.length * style.size * leading;
}

/** The height that a text would take. */
export function heightOf(document: Document, text: string, style: TextStyle, width: number): number {
  return wrap(document, text, style, width).length * style.size * leading;
}

export function widthOf(document: Document, text: string, style: TextStyle): number {
  return runsOf(text, style.weight).reduce((sum, run) => sum + measure(document, run, style), 0);
}

function writeLine(document: Document, text: string, style: TextStyle, place: Placement): void {
  // An address or an amount in a page that is read from the right is read from the left all the same.
  const direction = rightToLeft.test(text) ? place.direction : 'ltr';
  const runs = inOrder(runsOf(text, style.weight), direction);
  const widths = runs.map((run) => measure(document, run, style));
  const full = widths.reduce((sum, width) => sum + width, 0);
  let x = place.align === 'right' ? place.x + place.width - full : place.x;
  document.fillColor(style.color);
  for (const [index, run] of runs.entries()) {
    use(document, run, style);
    // One line for all fonts to stand on.
    document.text(run.text, x, place.y + style.size, { lineBreak: false, baseline: 'alphabetic' });
    x += widths[index] ?? 0;
  }
}

/**
 * As they stand on paper from left to right: groups of one direction follow the paragraph's, and what is written from
 * the right goes backwards inside of its group, word by word (the bidirectional algorithm's first level, UAX #9).
 */
function inOrder(runs: readonly Run[], direction: Placement['direction']): Run[] {
  const groups: Run[][] = [];
  for (const run of resolved(runs, direction)) {
    const last = groups.at(-1);
    if (last?.[0]?.direction === run.direction) last.push(run);
    else groups.push([run]);
  }
  const ordered = direction === 'rtl' ? groups.toReversed() : groups;
  return ordered.flatMap((group) => (group[0]?.direction === 'rtl' ? group.toReversed() : group));
}

/** Spaces and marks go with their neighbours where those agree, else with the paragraph. */
function resolved(runs: readonly Run[], direction: Placement['direction']): Run[] {
  return runs.map((run, place) => {
    if (run.direction !== 'neutral') return run;
    const before = runs.slice(0, place).findLast((one) => one.direction !== 'neutral')?.direction;
    const after = runs.slice(place + 1).find((one) => one.direction !== 'neutral')?.direction;
    return { ...run, direction: before === after && before !== undefined ? before : direction };
  });
}

function measure(document: Document, run: Run, style: TextStyle): number {
  use(document, run, style);
  return document.widthOfString(run.text);
}

function use(document: Document, { face }: Run, style: TextStyle): void {
  registered(document, face);
  document.font(face.name).fontSize(style.size);
}

const seen = new WeakMap<Document, Set<string>>();

function registered(document: Document, face: Face): void {
  const names = seen.get(document) ?? new Set();
  seen.set(document, names);
  if (names.has(face.name)) return;
  names.add(face.name);
  document.registerFont(face.name, face.bytes);
}

/** Marks of direction have no letters; order is ours to keep. */
const marks = /[\u200e\u200f\u061c\u2066-\u2069\u202a-\u202e]/g;
const spaces = /[\u00a0\u202f\u2009]/g;

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
/** An amount and its currency stay together. */
const leftToRight = /[\p{L}\p{N}\p{Sc}]/u;

/** Words from the right are runs of their own, for they change places. */
function runsOf(text: string, weight: Weight): Run[] {
  const runs: { face: Face; text: string; direction: Run['direction'] }[] = [];
  for (const letter of text.replaceAll(marks, '').replaceAll(spaces, ' ').normalize('NFC')) {
    const last = runs.at(-1);
    const direction = rightToLeft.test(letter) ? 'rtl' : leftToRight.test(letter) ? 'ltr' : 'neutral';
    const face = faceOf(letter.codePointAt(0) ?? 0, weight);
    if (last && last.face.name === face.name && last.direction === direction) last.text += letter;
    else runs.push({ face, text: letter, direction });
  }
  return runs;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** At words, and inside of one that is wider than the line. */
function wrap(document: Document, text: string, style: TextStyle, width: number): string[] {
  if (widthOf(document, text, style) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  const add = (piece: string): void => {
    if (line === '' || widthOf(document, line + piece, style) <= width) {
      line += piece;
      return;
    }
    lines.push(line.trimEnd());
    line = piece.trimStart();
  };
  for (const { segment } of segmenter.segment(text)) {
    if (widthOf(document, segment, style) <= width) add(segment);
    else for (const letter of segment) add(letter);
  }
  return [...lines, line.trimEnd()];
}
