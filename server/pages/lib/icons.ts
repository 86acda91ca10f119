/** Line icons, drawn inline so that no page asks for an image. */

import { html, raw } from 'hono/html';
import type { Html } from './html.ts';

const paths = {
  alert: '<circle cx="10" cy="10" r="7.5"/><path d="M10 6.5v4M10 13.5v.01"/>',
  arrow: '<path d="M16 10H4.5M9.5 4.5 4 10l5.5 5.5"/>',
  check: '<path d="m4.5 10.5 4 4 7.5-9"/>',
  clock: '<circle cx="10" cy="10" r="7.5"/><path d="M10 6v4.2l2.6 1.6"/>',
  external:
    '<path d="M8.5 5H5.5A1.5 1.5 0 0 0 4 6.5v8A1.5 1.5 0 0 0 5.5 16h8a1.5 1.5 0 0 0 1.5-1.5v-3M11.5 4H16v4.5M15.5 4.5 9.5 10.5"/>',
} as const;

export type IconName = keyof typeof paths;

/** Decoration only: the words beside it say the same. */
export function icon(name: IconName): Html {
  return html`<svg class="icon icon-${name}" viewBox="0 0 20 20" aria-hidden="true">${raw(paths[name])}</svg>`;
}
