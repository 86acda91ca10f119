/** A project's own accent and radius as the element's default, below whatever the page says. As a sheet: no inline style (R35.1). */

import type { Catalogue } from '../client/types.ts';

/** Replaces what the sheet says. Values that could end a declaration or load something are left out. */
export function brand(sheet: CSSStyleSheet, { accent, radius }: Catalogue['branding']): void {
  const declarations = [
    accent && /^(#[0-9a-f]{3,8}|[a-z]+|[a-z]+\([\w\s.,%/+-]+\))$/i.test(accent) ? `--_brand-accent:${accent};` : '',
    radius && /^\d*\.?\d+(px|rem|em)$/.test(radius) ? `--_brand-radius:${radius};` : '',
  ];
  sheet.replaceSync(`:host{${declarations.join('')}}`);
}
