/** The picker before it knows its plans: as large as three usual ones will be. */

import { html, type TemplateResult } from 'lit';

/** Features of a plan, one after the other. */
const rows = [3, 5, 4];

/** @param count of plans, as far as the attributes tell */
export function skeleton(count: number): TemplateResult {
  return html`<div class="cycle"><div class="skeleton switch-space" part="skeleton"></div></div>
    <div class="plans columns-${Math.min(count, 4)}" aria-hidden="true">
      ${Array.from(
        { length: count },
        (_, index) =>
          html`<div class="plan">
            <header><div class="skeleton line short"></div></header>
            <div class="about"><div class="skeleton line"></div></div>
            <div class="price">
              <div class="shown">
                <div class="skeleton amount-space"></div>
                <div class="terms"><div class="skeleton line"></div></div>
              </div>
            </div>
            <div class="choice"><div class="skeleton button-space"></div></div>
            <div class="features">
              ${Array.from({ length: rows[index % rows.length] ?? 4 }, () => html`<div class="row"><div class="skeleton line"></div></div>`)}
            </div>
          </div>`,
      )}
    </div>`;
}
