/** Five plans or more, side by side: what each has, feature by feature. */

import { html, type TemplateResult } from 'lit';
import type { Plan } from '../client/types.ts';
import { icon } from '../ui/icons.ts';
import { choice, headingId, isSuggested, type PickerView, pill, price } from './plan-view.ts';

export function comparison(view: PickerView): TemplateResult {
  const { plans, text } = view;
  const features = [...new Set(plans.flatMap((plan) => plan.features))];
  const look = (plan: Plan): string => (isSuggested(plan, view) ? 'suggested' : '');
  return html`<div class="scroll" part="comparison">
    <table>
      <thead>
        <tr>
          <th scope="col"><span class="sr">${text.feature}</span></th>
          ${plans.map(
            (plan) =>
              html`<th scope="col" class=${look(plan)} part="plan">
                <div class="head">
                  <span class="pills">${pill(plan, view)}</span>
                  <bdi id=${headingId(plan)} class="name" part="name">${plan.name}</bdi>
                  ${price(plan, view)}
                </div>
              </th>`,
          )}
        </tr>
        <tr>
          <td></td>
          ${plans.map((plan) => html`<td class=${look(plan)}>${choice(plan, view)}</td>`)}
        </tr>
      </thead>
      <tbody>
        ${features.map(
          (feature) =>
            html`<tr>
              <th scope="row"><bdi>${feature}</bdi></th>
              ${plans.map((plan) => {
                const has = plan.features.includes(feature);
                return html`<td class=${look(plan)}>
                  ${icon(has ? 'check' : 'dash')}<span class="sr">${has ? text.included : text.notIncluded}</span>
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
