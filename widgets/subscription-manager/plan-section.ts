/** The plan, how it stands, what will happen, and what can be done: two buttons at most, cancelling the quiet one. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Attention } from '../client/attention.ts';
import { hasSubscription, mayChangePlan } from '../client/offer.ts';
import { standingPlan } from '../client/standing.ts';
import type { Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { planName } from '../ui/attention-view.ts';
import { button } from '../ui/button.ts';
import type { About } from '../ui/errands.ts';
import { linkButton } from '../ui/link-button.ts';
import { formatAmount, formatNumber } from '../ui/money.ts';
import { outlookText, standingPill } from './outlook-text.ts';

export interface PlanSectionView {
  readonly subscription: Subscription;
  readonly catalogue: Catalogue;
  readonly text: Messages;
  readonly locale: string;
  /** What the notice above says already; null where there is none. */
  readonly said: Attention['kind'] | null;
  /** Something is being done, and by which button. */
  readonly isWaiting: boolean;
  readonly busy: About | null;
  readonly onChange: () => void;
  readonly onCancel: () => void;
}

export function planSection(view: PlanSectionView): TemplateResult {
  const { subscription, catalogue, text, locale } = view;
  const pill = standingPill(view);
  const own = standingPlan(subscription);
  const plan = catalogue.plans.find(({ id }) => id === subscription.plan && id === own);
  const { quantity } = subscription;
  return html`<section part="section section-plan" aria-labelledby="plan-title">
    <h3 id="plan-title">${text.manager.plan}</h3>
    <div class="row">
      <div class="grow">
        <p class="plan-name" part="plan" tabindex="-1">
          <bdi>${planName(own, catalogue, text)}</bdi>
          ${pill ? html`<span class="pill ${pill.look}" part="pill">${pill.words}</span>` : nothing}
          ${
            plan?.per_seat
              ? html`<span class="seats-count">${text.manager.seats(quantity, formatNumber(quantity, locale))}</span>`
              : nothing
          }
        </p>
        <p class="muted" part="outlook">${outlookText(view)}</p>
      </div>
      ${subscription.can_manage_billing ? actions(view) : nothing}
    </div>
  </section>`;
}

function actions(view: PlanSectionView): TemplateResult | typeof nothing {
  const { subscription, catalogue, text, locale, isWaiting } = view;
  const { offer, owed, cancel_at: end } = subscription;
  const usual = { size: 'small', isWaiting, busyLabel: '' } as const;
  const isSubscriber = hasSubscription(subscription);
  const change = button({
    ...usual,
    look: 'quiet',
    isBusy: view.busy === 'change',
    label: isSubscriber || subscription.plan !== null ? text.manager.changePlan : text.choosePlan,
    onClick: view.onChange,
  });
  const cancel = button({
    ...usual,
    look: 'bare',
    isBusy: view.busy === 'cancel',
    label: text.manager.cancel,
    name: text.manager.cancelPlan(planName(standingPlan(subscription), catalogue, text)),
    onClick: view.onCancel,
  });
  // What is owed can also be paid on Stripe's page, with any card.
  const pay =
    owed &&
    linkButton({
      label: text.manager.payOwed(formatAmount(owed.amount_due, owed.currency, locale)),
      href: owed.hosted_url,
      look: 'quiet',
      size: 'small',
      text,
    });
  if (offer === 'wait') return nothing;
  const mayChange = (isSubscriber && mayChangePlan(subscription)) || (!isSubscriber && catalogue.plans.length > 1);
  return html`<div class="actions">
    ${mayChange ? change : (pay ?? nothing)}${isSubscriber && end === null ? cancel : nothing}
  </div>`;
}
