/** Which plan, in which cycle, for how many. */

import { html, nothing, type TemplateResult } from 'lit';
import { type Offer, type OfferState, mayChangePlan, offerFor, priceAt } from '../client/offer.ts';
import type { Plan } from '../client/types.ts';
import { button } from '../ui/button.ts';
import { cycleSwitch } from '../ui/cycle-switch.ts';
import { linkButton } from '../ui/link-button.ts';
import { formatShortDate } from '../ui/money.ts';
import { offerLabel } from '../ui/offer-label.ts';
import { priceView } from '../ui/price-view.ts';
import type { FlowView, Target } from './flow-step.ts';
import type { DialogView } from './dialog-controller.ts';
import { seatsField, seatsOf } from './seats-field.ts';

type View = FlowView<'choice'>;

export function choiceDialog(view: View): DialogView {
  const { step, catalogue, subscription, text, locale, flow } = view;
  const { plans } = catalogue;
  return {
    name: 'choice',
    title: subscription && mayChangePlan(subscription) ? text.change.title : text.change.choose,
    body: html`${cycleSwitch({ plans, cycle: step.cycle, text, locale, onSwitch: flow.pickCycle })}
      <div class="choices" role="radiogroup" aria-label=${text.plans}>
        ${plans.toSorted((a, b) => a.rank - b.rank).map((plan) => choice(plan, view))}
      </div>
      ${
        step.target && offerOf(step.target.plan, view).way !== 'resume'
          ? seatsField({
              target: step.target,
              subscription,
              isDisabled: false,
              text,
              locale,
              onChange: flow.setSeats,
            })
          : nothing
      }`,
    actions: html`${button({ label: text.change.notNow, look: 'quiet', isBusy: false, busyLabel: '', onClick: flow.close })}
    ${button({
      label: text.change.continue,
      look: 'filled',
      isDisabled: !canGoOn(view),
      isBusy: false,
      busyLabel: '',
      onClick: flow.takeChoice,
    })}`,
    said: '',
    isBusy: false,
  };
}

function choice(plan: Plan, view: View): TemplateResult {
  const { step, catalogue, subscription, text, locale, flow } = view;
  const offer = offerOf(plan, view);
  const { amount, isMoney, per, terms } = priceView(plan, {
    cycle: step.cycle,
    catalogue,
    text,
    locale,
    own: subscription,
  });
  const words = html`<span class="what"
      ><bdi class="name">${plan.name}</bdi
      ><span class="muted small"
        >${standsFor(offer, view) ?? (offer.kind === 'contact' ? plan.description : terms)}</span
      ></span
    ><span class="cost"
      ><bdi class=${isMoney ? 'strong' : ''}>${amount}</bdi
      >${per ? html` <span class="muted small">${per}</span>` : nothing}</span
    >`;
  if (offer.kind === 'contact') {
    return html`<div class="choice-row">
      <span class="what"><bdi class="name">${plan.name}</bdi></span
      >${linkButton({ label: text.contact, href: plan.contact_url, look: 'quiet', size: 'small', text, name: `${plan.name}: ${text.contact}` })}
    </div>`;
  }
  const isPicked = step.target?.plan.id === plan.id;
  // Their own plan can be chosen for another number of seats alone.
  const isDisabled =
    offer.kind === 'undo' ||
    (offer.way === 'none' && !(offer.kind === 'current' && plan.per_seat && subscription?.offer === 'manage'));
  return html`<label class="choice-row" part="choice">
    <input
      type="radio"
      name="plan"
      value=${plan.id}
      .checked=${isPicked}
      ?disabled=${isDisabled}
      @change=${() => flow.pick(targetOf(plan, view))}
    />
    ${words}
    ${offer.way === 'none' || offer.way === 'resume' ? nothing : html`<span class="sr">${offerLabel(offer, text)}</span>`}
  </label>`;
}

/** What is special about a plan for this user, in the place of its terms; what comes already cannot be chosen again. */
function standsFor({ kind }: Offer, { subscription, text, locale }: View): string | null {
  if (kind === 'current') return text.current;
  if (kind === 'resume') return text.resume;
  const scheduled = subscription?.scheduled;
  return kind === 'undo' && scheduled ? text.startsOn(formatShortDate(scheduled.at, locale)) : null;
}

const offerOf = (plan: Plan, { step, catalogue, subscription }: View): Offer =>
  offerFor(plan, step.cycle, subscription satisfies OfferState | null, catalogue);

const targetOf = (plan: Plan, { step }: View): Target => ({
  plan,
  billingCycle: priceAt(plan, step.cycle)?.cycle ?? null,
  quantity: null,
});

/** Something has to be another than it is. */
function canGoOn(view: View): boolean {
  const { target } = view.step;
  if (!target) return false;
  if (offerOf(target.plan, view).kind !== 'current') return true;
  return view.subscription !== null && seatsOf(target, view.subscription) !== view.subscription.quantity;
}
