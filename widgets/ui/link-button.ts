/** A link that looks like a button: to a page of Stripe's, in a tab of its own, so that this one is still there afterwards. */

import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { safeUrl } from '../client/navigate.ts';
import type { Messages } from '../locales/index.ts';
import { icon } from './icons.ts';

export interface LinkButtonView {
  readonly label: string;
  readonly href: string | null;
  readonly look: 'filled' | 'quiet' | 'bare';
  readonly size?: 'small' | 'usual' | 'wide';
  readonly text: Messages;
  /** Where what it says is not enough without what stands beside it. */
  readonly name?: string;
  readonly describedBy?: string;
  readonly isFirst?: boolean;
  readonly onClick?: (click: Event) => void;
}

/** Nothing where there is no address that a browser may safely be sent to (R11.4). */
export function linkButton(view: LinkButtonView): TemplateResult | typeof nothing {
  const href = safeHref(view.href);
  if (href === null) return nothing;
  const { look, size = 'usual', text } = view;
  return html`<a
    class=${classMap({ button: true, [look]: true, [size]: true, first: view.isFirst ?? false })}
    part=${`button ${look === 'filled' ? 'button-filled' : ''}`}
    href=${href}
    target="_blank"
    rel="noopener"
    aria-label=${view.name ? `${view.name} (${text.newTab})` : nothing}
    aria-describedby=${view.describedBy ?? nothing}
    @click=${view.onClick ?? nothing}
    ><span>${view.label}<span class="sr"> (${text.newTab})</span></span
    >${icon('external')}</a
  >`;
}

/** Null for what is no safe address (R11.4). */
export function safeHref(address: string | null): string | null {
  if (address === null) return null;
  try {
    return safeUrl(address).href;
  } catch {
    return null;
  }
}
