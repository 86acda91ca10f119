/** `sandbox.css`: the look of every sandbox page, from tokens to pages. */

import { baseStyles } from './styles/base.styles.ts';
import { checkoutStyles } from './styles/checkout.styles.ts';
import { consoleStyles } from './styles/console.styles.ts';
import { partsStyles } from './styles/parts.styles.ts';
import { portalStyles } from './styles/portal.styles.ts';
import { sheetStyles } from './styles/sheet.styles.ts';

export const sandboxStyles = [
  '@layer base, parts, pages;',
  baseStyles,
  partsStyles,
  checkoutStyles,
  sheetStyles,
  portalStyles,
  consoleStyles,
].join('\n');
