/** How many seats: a number with a step down and up beside it. */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { icon, type IconName } from '../ui/icons.ts';
import { formatNumber } from '../ui/money.ts';
import type { Target } from './flow-step.ts';

export interface SeatsView {
  readonly target: Target;
  readonly subscription: Subscription | null;
  readonly isDisabled: boolean;
  readonly text: Messages;
  readonly locale: string;
  readonly onChange: (seats: number) => void;
}

/** Nothing for a plan that is not sold by the seat. */
export function seatsField(view: SeatsView): TemplateResult | typeof nothing {
  const { target, isDisabled, locale, onChange } = view;
  const { change } = view.text;
  if (!target.plan.per_seat) return nothing;
  const { min, max } = rangeOf(target);
  const now = seatsOf(target, view.subscription);
  const step = (to: number, name: string, shape: IconName): TemplateResult =>
    html`<button
      type="button"
      class="button quiet step"
      part="button"
      aria-label=${name}
      ?disabled=${isDisabled || to < min || to > max}
      @click=${() => onChange(to)}
    >
      ${icon(shape)}
    </button>`;
  const onInput = (event: Event): void => {
    const { valueAsNumber: seats } = event.target as HTMLInputElement;
    // What cannot be bought is put right, not sent.
    onChange(Number.isInteger(seats) ? Math.min(Math.max(seats, min), max) : now);
  };
  return html`<div class="seats" part="seats">
    <label for="seats"
      >${change.seats}
      <span class="muted small">${change.seatsRange(formatNumber(min, locale), formatNumber(max, locale))}</span></label
    >
    <div class="stepper">
      ${step(now - 1, change.fewer, 'minus')}
      <input
        id="seats"
        type="number"
        inputmode="numeric"
        min=${min}
        max=${max}
        step="1"
        ?disabled=${isDisabled}
        .value=${live(String(now))}
        @change=${onInput}
      />
      ${step(now + 1, change.more, 'plus')}
    </div>
  </div>`;
}

/** As the backend counts when it is told no number: those that there are, and not fewer than are sold. */
export function seatsOf(target: Target, subscription: Subscription | null): number {
  return target.quantity ?? Math.max(rangeOf(target).min, subscription?.quantity ?? 1);
}

const rangeOf = ({ plan }: Target): { min: number; max: number } => plan.seats ?? { min: 1, max: 100_000 };
