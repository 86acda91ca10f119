/** A plan as a card; its rows line up with its neighbours'. */

import { html, nothing, type TemplateResult } from 'lit';
import { includes } from '../client/offer.ts';
import type { Plan } from '../client/types.ts';
import { icon } from '../ui/icons.ts';
import { choice, headingId, isSuggested, type PickerView, pill, price } from './plan-view.ts';

export function planCard(plan: Plan, view: PickerView): TemplateResult {
  const isHighlighted = isSuggested(plan, view);
  return html`<article
    class=${isHighlighted ? 'plan highlight' : 'plan'}
    part=${isHighlighted ? 'plan plan-suggested' : 'plan'}
    aria-labelledby=${headingId(plan)}
  >
    <header>
      <h3 id=${headingId(plan)} part="name"><bdi>${plan.name}</bdi></h3>
      ${pill(plan, view)}
    </header>
    <p class="about" part="description"><bdi>${plan.description}</bdi></p>
    ${price(plan, view)}
    <div class="choice">${choice(plan, view)}</div>
    ${features(plan, view)}
  </article>`;
}

function features(plan: Plan, { plans, text }: PickerView): TemplateResult {
  if (plan.features.length === 0) return html`<div></div>`;
  const below = plans
    .filter((each) => each.rank < plan.rank && each.kind !== 'contact')
    .toSorted((a, b) => b.rank - a.rank)[0];
  const isMore = below !== undefined && plan.kind !== 'contact' && includes(plan, below) && !repeats(plan, below);
  return html`<div class="features" part="features">
    ${isMore ? html`<p class="intro">${text.everythingIn(below.name)}</p>` : nothing}
    <ul aria-label=${text.features(plan.name)}>
      ${plan.features.map(
        (feature) =>
          html`<li part="feature">
            ${icon('check')}<span><bdi>${feature}</bdi></span>
          </li>`,
      )}
    </ul>
  </div>`;
}

/** A list that names what the plan below has is a whole list already. */
const repeats = (plan: Plan, below: Plan): boolean => plan.features.some((each) => below.features.includes(each));
