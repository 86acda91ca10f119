/** Cancelling: what is kept until when, what goes then, the way out first, and the other way quiet. */

import { html, nothing } from 'lit';
import { lossesOf } from '../client/losses.ts';
import { ownPlan } from '../client/offer.ts';
import { planMeanwhile, standingPlan } from '../client/standing.ts';
import { button } from '../ui/button.ts';
import { formatDate, formatDay } from '../ui/money.ts';
import { notice, problemText } from '../ui/problems.ts';
import type { FlowView } from './flow-step.ts';
import type { DialogView } from './dialog-controller.ts';
import { lossList } from './loss-list.ts';

export function cancelDialog({ step, catalogue, subscription, text, locale, flow }: FlowView<'cancel'>): DialogView {
  const { change } = text;
  const own = flow.planName(subscription && standingPlan(subscription));
  const isWorking = step.state === 'working';
  const fallback = subscription?.fallback_plan ?? null;
  const end = (subscription?.status === 'trialing' && subscription.trial_end) || subscription?.current_period_end;
  const date = end ? formatDate(end, locale) : null;
  const from = ownPlan(subscription, catalogue);
  const to = catalogue.plans.find((plan) => plan.id === fallback) ?? null;
  const about =
    date === null
      ? nothing
      : subscription && planMeanwhile(subscription) !== null
        ? text.manager.endsNow(own, date)
        : fallback === null
          ? change.cancelDetail(own, date)
          : change.cancelThen(own, date, flow.planName(fallback));
  return {
    name: 'cancel',
    title: change.cancelTitle(own),
    body: html`${step.error ? notice(problemText(step.error, 'cancel', text), nothing) : nothing}
      <p>${about}</p>
      ${from ? lossList(lossesOf(from, to, catalogue.plans), text) : nothing}`,
    actions: html`${button({
      label: date === null ? change.cancelConfirm : change.cancelOn(formatDay(end ?? '', locale)),
      look: 'danger',
      isBusy: isWorking,
      busyLabel: change.cancelling,
      onClick: () => void flow.confirmCancel(),
    })}${button({
      label: change.keep(own),
      look: 'filled',
      isFirst: true,
      isWaiting: isWorking,
      isBusy: false,
      busyLabel: '',
      onClick: flow.close,
    })}`,
    said: isWorking ? change.cancelling : '',
    isBusy: isWorking,
  };
}
