/** Monthly or yearly: radio buttons, so that arrow keys and screen readers know them. */

import { html, nothing, type TemplateResult } from 'lit';
import { savings, switchableCycles } from '../client/offer.ts';
import type { BillingCycle, Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { formatPercent } from './money.ts';

export interface CycleSwitchView {
  readonly plans: readonly Plan[];
  readonly cycle: BillingCycle;
  readonly text: Messages;
  readonly locale: string;
  readonly onSwitch: (cycle: BillingCycle) => void;
}

/** Nothing where there is nothing to switch. */
export function cycleSwitch({
  plans,
  cycle,
  text,
  locale,
  onSwitch,
}: CycleSwitchView): TemplateResult | typeof nothing {
  const cycles = switchableCycles(plans);
  if (cycles.length < 2) return nothing;
  const saved = savings(plans);
  const percent = formatPercent(saved.percent, locale);
  return html`<div class="cycle">
    <fieldset class="segments" part="cycle" role="radiogroup" aria-label=${text.billingCycle}>
      ${cycles.map(
        (each) =>
          html`<label part="cycle-option">
            <input type="radio" name="cycle" value=${each} .checked=${each === cycle} @change=${() => onSwitch(each)} />
            <span>${text.cycles[each]}</span>
            ${
              each === 'yearly' && saved.percent > 0
                ? html`<span class="save" part="save"
                    >${saved.same ? text.save(percent) : text.saveUpTo(percent)}</span
                  >`
                : nothing
            }
          </label>`,
      )}
    </fieldset>
  </div>`;
}
