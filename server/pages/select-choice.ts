/** One choice of the selection page: a form of its own, so that no key press can send another one. */

import { html } from 'hono/html';
import type { Html } from './lib/html.ts';
import { safeUrl } from './lib/url.ts';
import type { SelectView } from './select.ts';

/**
 * @param fields - What is chosen; the page's `hidden` fields come with it.
 * @param button - The form's submit button.
 */
export function renderChoice(view: SelectView, fields: Readonly<Record<string, string>>, button: Html): Html {
  return html`<form method="post" action="${safeUrl(view.submitUrl)}">
    ${Object.entries({ ...view.hidden, ...fields }).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${button}
  </form>`;
}
