/** The few drawn marks of the site. */

import { html, raw } from 'hono/html';

const paths = {
  arrow: '<path d="M4 10h12m-5-5 5 5-5 5"/>',
  chevron: '<path d="m5 12.5 5-5 5 5"/>',
  refresh: '<path d="M16 10a6 6 0 1 1-1.8-4.3M16 3v3.2h-3.2"/>',
  lock: '<rect x="4.5" y="9" width="11" height="7.5" rx="2"/><path d="M7 9V6.8a3 3 0 0 1 6 0V9"/>',
  download: '<path d="M10 3.5v9m-3.8-3.6L10 12.6l3.8-3.7M4 16.5h12"/>',
  clock: '<circle cx="10" cy="10" r="6.5"/><path d="M10 6.2V10l2.6 1.8"/>',
  forward: '<path d="M4 5v10l6-5zm7 0v10l6-5z"/>',
  card: '<rect x="3" y="5" width="14" height="10.5" rx="2"/><path d="M3 8.5h14"/>',
  check: '<path d="m4.5 10.5 3.6 3.6 7.4-8"/>',
} as const;

/** Decoration: the words beside it say the same. */
export const icon = (name: keyof typeof paths) =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${raw(paths[name])}</svg>`;

/** Three cards, adrift. */
export const logo = () =>
  html`<svg class="logo" viewBox="0 0 28 28" aria-hidden="true">
    <rect class="logo-far" x="3" y="4" width="12" height="9" rx="2.5" transform="rotate(-8 9 8)" />
    <rect class="logo-mid" x="14" y="8" width="10" height="12" rx="2.5" transform="rotate(7 19 14)" />
    <rect class="logo-near" x="6" y="14" width="12" height="10" rx="2.5" transform="rotate(-3 12 19)" />
  </svg>`;
