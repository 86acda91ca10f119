/** What is drawn of one plan, worked out once for the card and for the column of the comparison. */

import { html, nothing, type TemplateResult } from 'lit';
import { type Offer, offerFor } from '../client/offer.ts';
import { standingPlan } from '../client/standing.ts';
import type { BillingCycle, Catalogue, Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { button } from '../ui/button.ts';
import { icon } from '../ui/icons.ts';
import type { KnownState } from '../ui/known-state.ts';
import { formatShortDate } from '../ui/money.ts';
import { linkButton } from '../ui/link-button.ts';
import { busyLabel, offerLabel } from '../ui/offer-label.ts';
import { type PriceView, priceView } from '../ui/price-view.ts';

/** What all plans of a picker share. */
export interface PickerView {
  readonly catalogue: Catalogue;
  readonly plans: readonly Plan[];
  readonly cycle: BillingCycle;
  readonly cycles: readonly BillingCycle[];
  readonly known: KnownState;
  readonly suggested: Plan | null;
  /** The offer that is being carried out. */
  readonly busy: Offer | null;
  /** As a form control: the plan that is chosen, `''` for none. Null outside of a form. */
  readonly value: string | null;
  readonly isDisabled: boolean;
  readonly text: Messages;
  readonly locale: string;
  readonly onChoose: (offer: Offer) => void;
  readonly onContact: (offer: Offer, click: Event) => void;
}

export const headingId = (plan: Plan): string => `plan-${plan.id}`;

export const isSuggested = (plan: Plan, { value, suggested }: PickerView): boolean =>
  value ? value === plan.id : suggested?.id === plan.id;

/** How the user's own plan stands, or what is special about this one. */
export function pill(plan: Plan, view: PickerView): TemplateResult | typeof nothing {
  const { subscription, state, isPending } = view.known;
  const { text, locale } = view;
  const draw = (look: string, words: string): TemplateResult =>
    html`<span class="pill ${look}" part="pill">${words}</span>`;
  const day = (iso: string): string => formatShortDate(iso, locale);
  if (subscription?.scheduled?.plan === plan.id) return draw('warn', text.startsOn(day(subscription.scheduled.at)));
  if ((subscription ? standingPlan(subscription) : state?.plan) === plan.id && state) {
    const end = subscription?.cancel_at ?? null;
    if (end !== null) return draw('warn', text.endsOn(day(end)));
    if (state.status === 'past_due') return draw('danger', text.pastDue);
    if (state.status === 'unpaid') return draw('danger', text.standing.unpaid);
    if (state.status === 'paused') return draw('warn', text.paused);
    if (state.offer === 'wait') return draw('warn', text.standing.waits);
    if (state.status !== 'trialing') return plan.kind === 'free' ? nothing : draw('good', text.active);
    return draw('accent', subscription?.trial_end ? text.trialUntil(day(subscription.trial_end)) : text.trial);
  }
  const own = view.catalogue.plans.find((each) => each.id === state?.plan);
  const isSubscriber = own !== undefined && own.kind !== 'free';
  return plan.highlight && !isSubscriber && !isPending ? draw('accent', plan.highlight) : nothing;
}

/** Every cycle's price lies in one cell: switching changes numbers in place and moves nothing. */
export function price(plan: Plan, view: PickerView): TemplateResult {
  const own = view.known.subscription;
  const drawn = view.cycles.map((cycle) => ({ cycle, price: priceView(plan, { ...view, cycle, own }) }));
  const shown = drawn.find(({ cycle }) => cycle === view.cycle) ?? { price: priceView(plan, { ...view, own }) };
  const others = drawn.filter(({ price }) => !isSamePrice(price, shown.price));
  return html`<div class="price" part="price">
    ${[...others, shown].map(({ price }) => priceLine(price, price === shown.price))}
  </div>`;
}

/** Characters of an amount from which on it has no room beside others in its usual size. */
const longAmount = 10;

/** Of any plan in any cycle: switching changes no size. */
export const hasLongPrices = (view: PickerView): boolean =>
  view.plans.some((plan) =>
    view.cycles.some((cycle) => {
      const { amount, isMoney } = priceView(plan, { ...view, cycle, own: view.known.subscription });
      return isMoney && amount.length >= longAmount;
    }),
  );

const isSamePrice = (a: PriceView, b: PriceView): boolean =>
  a.amount === b.amount && a.per === b.per && a.terms === b.terms;

function priceLine({ amount, isMoney, per, terms }: PriceView, isShown: boolean): TemplateResult {
  return html`<p class=${isShown ? 'shown' : ''} aria-hidden=${isShown ? nothing : 'true'}>
    <bdi class=${isMoney ? 'amount' : 'amount words'} part=${isShown ? 'amount' : nothing}>${amount}</bdi
    >${per ? html` <span class="per">${per}</span>` : nothing}
    <span class="terms" part=${isShown ? 'terms' : nothing}>${terms}</span>
  </p>`;
}

/** The plan's button, saying what it will do. */
export function choice(plan: Plan, view: PickerView): TemplateResult | typeof nothing {
  const { text, known, value } = view;
  const described = { describedBy: headingId(plan), size: 'wide', busyLabel: '', isBusy: false } as const;
  const look = isSuggested(plan, view) ? 'filled' : 'quiet';
  const offer = offerFor(plan, view.cycle, value === null ? known.state : null, view.catalogue);
  if (offer.kind === 'contact') return contactLink(offer, view);
  if (value !== null) {
    const isChosen = value === plan.id;
    return button({
      ...described,
      look,
      isPressed: isChosen,
      isDisabled: view.isDisabled,
      label: isChosen ? html`${icon('check')}${text.selected}` : text.choosePlan,
      onClick: () => view.onChoose(offer),
    });
  }
  if (known.isPending) return html`<div class="skeleton button-space" part="skeleton"></div>`;
  if (offer.way === 'pay') {
    const href = known.state?.pending_change?.hosted_url ?? null;
    return linkButton({ label: text.pay, href, look, size: 'wide', describedBy: headingId(plan), text });
  }
  if (offer.kind === 'current' || offer.way === 'none' || offer.blocked) {
    // What comes first is said above, and at its own plan; here only what waits for it.
    const words = offerLabel({ ...offer, kind: offer.blocked ?? offer.kind }, text);
    return button({
      ...described,
      look: 'current',
      isDisabled: true,
      label: offer.kind === 'current' ? html`${icon('check')}${words}` : words,
      onClick: () => undefined,
    });
  }
  return button({
    ...described,
    look: offer.kind === 'switch' ? 'quiet' : look,
    label: offerLabel(offer, text),
    isBusy: view.busy?.plan.id === plan.id,
    isWaiting: view.busy !== null && view.busy.plan.id !== plan.id,
    isDisabled: view.isDisabled,
    busyLabel: busyLabel(offer, text),
    onClick: () => view.onChoose(offer),
  });
}

/** Where to write to; only to addresses that a link may hold. */
function contactLink(offer: Offer, { text, onContact }: PickerView): TemplateResult | typeof nothing {
  const address = offer.plan.contact_url;
  if (address === null || !/^(https?:|mailto:)/i.test(address)) return nothing;
  return html`<a
    class="button quiet wide"
    part="button"
    href=${address}
    target="_blank"
    rel="noopener"
    aria-describedby=${headingId(offer.plan)}
    @click=${(event: Event) => onContact(offer, event)}
    ><span>${text.contact}<span class="sr"> (${text.newTab})</span></span
    >${icon('external')}</a
  >`;
}
