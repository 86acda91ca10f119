/** Line icons, drawn inline: no element asks for an image. Decoration only; the words beside them say the same. */

import { html, svg, type TemplateResult } from 'lit';

const shapes = {
  alert: svg`<circle cx="10" cy="10" r="7.5"></circle><path d="M10 6.5v4M10 13.5v.01"></path>`,
  check: svg`<path d="m4.5 10.5 4 4 7.5-9"></path>`,
  clock: svg`<circle cx="10" cy="10" r="7.5"></circle><path d="M10 6v4.2l2.6 1.6"></path>`,
  close: svg`<path d="m5 5 10 10m0-10L5 15"></path>`,
  dash: svg`<path d="M7 10h6"></path>`,
  download: svg`<path d="M10 3.5v8.5m-3.5-3.5 3.5 3.5 3.5-3.5M4 16h12"></path>`,
  external: svg`<path d="M8.5 5H5.5A1.5 1.5 0 0 0 4 6.5v8A1.5 1.5 0 0 0 5.5 16h8a1.5 1.5 0 0 0 1.5-1.5v-3M11.5 4H16v4.5M15.5 4.5 9.5 10.5"></path>`,
  info: svg`<circle cx="10" cy="10" r="7.5"></circle><path d="M10 9.5v4M10 6.5v.01"></path>`,
  lock: svg`<rect x="4" y="8.75" width="12" height="8" rx="2"></rect><path d="M6.5 8.75V6.5a3.5 3.5 0 0 1 7 0v2.25"></path>`,
  minus: svg`<path d="M5 10h10"></path>`,
  plus: svg`<path d="M10 5v10M5 10h10"></path>`,
  wrench: svg`<path d="M12.2 3.2a4 4 0 0 0-4.9 5.2l-4.6 4.6a1.6 1.6 0 0 0 0 2.3l.9.9a1.6 1.6 0 0 0 2.3 0l4.6-4.6a4 4 0 0 0 5.2-4.9l-2.4 2.4-2.6-.9-.9-2.6z"></path>`,
} as const;

export type IconName = keyof typeof shapes;

export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon icon-${name}" part="icon" viewBox="0 0 20 20" aria-hidden="true">${shapes[name]}</svg>`;
