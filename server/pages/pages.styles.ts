/** `pages.css`: the look of every hosted page. A project's own sheet comes after it and is in no layer, so it wins. */

import { baseStyles } from './styles/base.styles.ts';
import { docsStyles } from './styles/docs.styles.ts';
import { partsStyles } from './styles/parts.styles.ts';
import { portalStyles } from './styles/portal.styles.ts';
import { selectStyles } from './styles/select.styles.ts';
import { sheetStyles } from './styles/sheet.styles.ts';

export const pageStyles = [
  '@layer base, parts, pages;',
  baseStyles,
  partsStyles,
  selectStyles,
  portalStyles,
  sheetStyles,
  docsStyles,
].join('\n');
