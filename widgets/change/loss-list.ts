/** What goes with a plan. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Messages } from '../locales/index.ts';
import { icon } from '../ui/icons.ts';

/** Nothing where nothing is lost. */
export function lossList(features: readonly string[], text: Messages): TemplateResult | typeof nothing {
  if (features.length === 0) return nothing;
  return html`<div class="losses" part="losses">
    <p class="small" id="losses">${text.change.lose}</p>
    <ul aria-labelledby="losses">
      ${features.map(
        (feature) =>
          html`<li>
            ${icon('close')}<span><bdi>${feature}</bdi></span>
          </li>`,
      )}
    </ul>
  </div>`;
}
