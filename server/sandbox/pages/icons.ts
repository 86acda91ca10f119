/** Line icons and card marks, drawn inline so that no page asks for an image. */

import { html, raw } from 'hono/html';
import type { Page } from './shell.ts';

const paths = {
  alert: '<circle cx="10" cy="10" r="7.5"/><path d="M10 6.5v4M10 13.5v.01"/>',
  back: '<path d="M16 10H4.5m5-5.5L4 10l5.5 5.5"/>',
  check: '<path d="m4.5 10.5 4 4 7.5-9"/>',
  chevron: '<path d="m5.5 8 4.5 4.5L14.5 8"/>',
  clock: '<circle cx="10" cy="10" r="7.5"/><path d="M10 6v4.2l2.6 1.6"/>',
  close: '<path d="m6 6 8 8m0-8-8 8"/>',
  download: '<path d="M10 3.5v9m-3.5-3.5L10 12.5 13.5 9M4 16.5h12"/>',
  lock: '<rect x="4.5" y="9" width="11" height="7.5" rx="2"/><path d="M7 9V6.75a3 3 0 0 1 6 0V9"/>',
  shield:
    '<path d="M10 2.75 4 5v4.6c0 3.7 2.5 6.3 6 7.65 3.5-1.35 6-3.95 6-7.65V5z"/><path d="m7.5 9.9 1.8 1.8 3.2-3.6"/>',
} as const;

export type IconName = keyof typeof paths;

/** Decoration only: the words beside it say the same. `back` turns round in right-to-left pages. */
export function icon(name: IconName): Page {
  return html`<svg class="icon icon-${name}" viewBox="0 0 20 20" aria-hidden="true">${raw(paths[name])}</svg>`;
}

const marks = {
  visa: '<rect width="32" height="20" rx="3" fill="#fff"/><path fill="#1434cb" d="M13.9 6.7 11.2 13H9.4L8.1 8c-.1-.3-.2-.4-.4-.6-.4-.2-1-.4-1.6-.5v-.2H9c.4 0 .7.2.8.7l.7 3.7 1.7-4.4zm6.9 4.2c0-1.7-2.3-1.7-2.3-2.5 0-.2.2-.5.7-.5.6-.1 1.2 0 1.7.3l.3-1.4a4.6 4.6 0 0 0-1.6-.3c-1.7 0-2.9.9-2.9 2.2 0 1 .9 1.5 1.5 1.8.7.3.9.5.9.8 0 .4-.5.6-1 .6a3.5 3.5 0 0 1-1.7-.4l-.3 1.4c.4.2 1.1.3 1.8.3 1.8 0 3-.9 3-2.3m4.5 2.1h1.6l-1.4-6.3H24c-.3 0-.6.2-.7.5L20.7 13h1.8l.4-1h2.2zm-1.9-2.4.9-2.5.5 2.5zm-7-3.9L15 13h-1.7l1.4-6.3z"/>',
  mastercard:
    '<rect width="32" height="20" rx="3" fill="#fff"/><circle cx="12.75" cy="10" r="5.25" fill="#eb001b"/><circle cx="19.25" cy="10" r="5.25" fill="#f79e1b"/><path fill="#ff5f00" d="M16 5.88a5.24 5.24 0 0 1 0 8.24 5.24 5.24 0 0 1 0-8.24"/>',
  amex: '<rect width="32" height="20" rx="3" fill="#1f72cd"/><path fill="none" stroke="#fff" stroke-width="1.2" d="M4.5 12.5 6.7 7.5h.8l2.2 5M5.3 11h3.6M11 12.5v-5h.3l2 3 2-3h.3v5M21.3 7.5h-3.5v5h3.5m-3.5-2.5h3.2M23 7.5l4.3 5m0-5-4.3 5"/>',
  discover:
    '<rect width="32" height="20" rx="3" fill="#fff"/><path fill="#f47216" d="M32 11.5V17a3 3 0 0 1-3 3H11c9-1.3 16.5-4.3 21-8.5"/><circle cx="16" cy="8.7" r="3.3" fill="#f47216"/><path stroke="#222" stroke-width="1.1" d="M4 8.7h6M22 8.7h6"/>',
  unknown:
    '<rect x=".75" y=".75" width="30.5" height="18.5" rx="2.75" fill="none" stroke="currentColor" stroke-width="1.5"/><path stroke="currentColor" stroke-width="1.5" d="M1 7h30M5 14h6"/>',
} as const;

export type CardBrand = keyof typeof marks;

/** The mark of a card brand; `unknown` for any that is not drawn. */
export function cardMark(brand: string): Page {
  const name = Object.hasOwn(marks, brand) ? (brand as CardBrand) : 'unknown';
  return html`<svg class="card-mark" data-brand="${name}" viewBox="0 0 32 20" aria-hidden="true">
    ${raw(marks[name])}
  </svg>`;
}

export const cardBrands = ['visa', 'mastercard', 'amex', 'discover'] as const;
