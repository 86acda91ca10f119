/** A picker's part in a form (R38.2): its value, what is required of it, and how it goes back. */

import type { ReactiveController } from 'lit';
import type { Offer } from '../client/offer.ts';
import type { BillingCycle } from '../client/types.ts';
import { PlanSelectEvent } from '../ui/events.ts';
import type { PlanPicker } from './plan-picker.ts';

export class FormValue implements ReactiveController {
  readonly internals: ElementInternals;
  readonly #picker: PlanPicker;
  /** `''` for none. */
  #value = '';
  isDisabled = false;

  constructor(picker: PlanPicker) {
    this.#picker = picker;
    this.internals = picker.attachInternals();
    picker.addController(this);
  }

  hostConnected(): void {
    if (this.#value === '') this.reset();
  }

  get form(): HTMLFormElement | null {
    return this.internals.form;
  }

  get value(): string {
    return this.#value;
  }

  /** Without a name a picker in a form is what it is elsewhere. */
  get isUsed(): boolean {
    return this.form !== null && Boolean(this.#picker.name);
  }

  /** By the user: announced, and not done where somebody objects. */
  select(offer: Offer): void {
    const selection = { plan: offer.plan.id, billingCycle: offer.billingCycle, quantity: null };
    if (this.isDisabled || !this.#picker.dispatchEvent(new PlanSelectEvent(selection))) return;
    this.choose(offer.plan.id, offer.billingCycle);
    this.#picker.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Sent as `name`, and the cycle beside it as `name` with `_billing_cycle` at its end. */
  choose(plan: string, cycle: BillingCycle | null): void {
    this.#value = plan;
    const { name } = this.#picker;
    if (plan === '' || !name) this.internals.setFormValue(null);
    else {
      const entries = new FormData();
      entries.set(name, plan);
      if (cycle !== null) entries.set(`${name}_billing_cycle`, cycle);
      this.internals.setFormValue(entries, plan);
    }
    this.#picker.requestUpdate();
  }

  /** To what the `value` attribute says. */
  reset(): void {
    this.choose(this.#picker.getAttribute('value') ?? '', this.#picker.billingCycle);
  }

  /** @param message shown where a plan is required and none is chosen */
  check(message: string): void {
    const isMissing = this.isUsed && this.#picker.required && this.#value === '';
    const anchor = this.#picker.renderRoot.querySelector<HTMLElement>('.choice .button') ?? undefined;
    if (isMissing) this.internals.setValidity({ valueMissing: true }, message || ' ', anchor);
    else this.internals.setValidity({});
  }
}
