/** The text of a PDF as our own writer makes it: glyphs read back through each font's map to letters. */

import { inflateSync } from 'node:zlib';

/** What is written, run by run, in the order in which it was. */
export function textOfPdf(file: Buffer): { readonly text: string; readonly pages: number } {
  const objects = objectsOf(file);
  let text = '';
  let pages = 0;
  for (const { head } of objects.values()) {
    if (!/\/Type \/Page\b/.test(head)) continue;
    pages++;
    const resources = objects.get(reference(head, 'Resources'))?.head ?? '';
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => {
        const map = objects.get(reference(objects.get(id)?.head ?? '', 'ToUnicode'));
        return [name, lettersOf(map?.stream ?? '')] as const;
      }),
    );
    const contents = objects.get(reference(head, 'Contents'))?.stream ?? '';
    let font = fonts.get('');
    for (const [, name, shown] of contents.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
      if (name !== undefined) font = fonts.get(name);
      if (shown === undefined) continue;
      const glyphs = [...shown.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
      text += glyphs.map((glyph) => font?.[Number.parseInt(glyph, 16)] ?? '').join('');
    }
  }
  return { text, pages };
}

interface PdfObject {
  readonly head: string;
  readonly stream: string;
}

function objectsOf(file: Buffer): Map<string, PdfObject> {
  const source = file.toString('latin1');
  const objects = new Map<string, PdfObject>();
  for (const { 0: whole, 1: id = '', index } of source.matchAll(/(\d+) 0 obj\n[\s\S]*?endobj/g)) {
    const start = whole.indexOf('stream\n');
    const head = start === -1 ? whole : whole.slice(0, start);
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    const bytes = start === -1 ? null : file.subarray(index + start + 7, index + start + 7 + length);
    const stream = bytes && head.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : '';
    objects.set(id, { head, stream });
  }
  return objects;
}

function reference(head: string, name: string): string {
  return new RegExp(`/${name} (\\d+) 0 R`).exec(head)?.[1] ?? '';
}

/** Letters by glyph. */
function lettersOf(map: string): string[] {
  return [...map.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g)].flatMap(([, ranges = '']) =>
    [...ranges.matchAll(/\[([^\]]*)\]/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/<([0-9a-f ]*)>/g)].map(([, hex = '']) =>
        Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
      ),
    ),
  );
}
