/** What a change costs, line by line, when it comes, what goes with it, and a button that repeats the amount. */

import { html, nothing, type TemplateResult } from 'lit';
import { lossesOf } from '../client/losses.ts';
import { ownPlan } from '../client/offer.ts';
import type { ChangePreview } from '../client/types.ts';
import { button } from '../ui/button.ts';
import { formatAmount, formatDate, formatDay } from '../ui/money.ts';
import { methodLine } from '../ui/payment-method.ts';
import { notice, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import type { FlowView } from './change-flow.ts';
import type { DialogView } from './dialog-controller.ts';
import { lossList } from './loss-list.ts';
import { nextPayment } from './next-payment.ts';
import { seatsField } from './seats-field.ts';

type View = FlowView<'change'>;

export function changeDialog(view: View): DialogView {
  const { step, text } = view;
  const working = step.state === 'working';
  return {
    name: 'change',
    title: titleOf(view),
    body: bodyOf(view),
    actions: actionsOf(view),
    said: working ? text.change.working : step.state === 'paying' ? text.change.paying : saidOf(view),
    isBusy: working || step.state === 'paying',
  };
}

function titleOf({ step: { target, preview }, subscription, text }: View): string {
  const { plan, billingCycle } = target;
  if (subscription?.plan !== plan.id)
    return preview?.kind === 'downgrade' ? text.downgradeTo(plan.name) : text.upgradeTo(plan.name);
  const isOtherCycle = billingCycle !== null && billingCycle !== subscription.billing_cycle;
  return isOtherCycle ? text.switchTo[billingCycle] : text.change.seatsTitle(plan.name);
}

function bodyOf(view: View): TemplateResult {
  const { step, text, flow } = view;
  const { preview, error } = step;
  if (error && !preview) {
    const again = error.isTemporary ? retryButton(text, () => void flow.preview()) : nothing;
    return html`${notice(problemText(error, 'preview', text), again)}${seats(view)}`;
  }
  return html`${error ? notice(problemText(error, 'change', text), nothing) : nothing}
  ${step.isOutdated && preview ? notice(text.problems.preview_outdated, nothing) : nothing}
  ${preview ? html`<p class="muted">${aboutOf(view, preview)}</p>` : twoLines} ${seats(view)}
  ${preview ? figures(view, preview) : skeleton()}
  ${preview && preview.effective !== 'now' ? lossList(lostWith(view), text) : nothing}`;
}

const seats = ({ step, subscription, text, locale, flow }: View): TemplateResult | typeof nothing =>
  seatsField({
    target: step.target,
    subscription,
    isDisabled: step.state === 'paying',
    text,
    locale,
    onChange: flow.setSeats,
  });

/** When it comes, and what becomes of what was paid for already. */
function aboutOf({ step: { target }, subscription, text, locale, flow }: View, preview: ChangePreview): string {
  const { change } = text;
  const own = flow.planName(subscription?.plan ?? null);
  const isOtherPlan = subscription?.plan !== target.plan.id;
  if (preview.effective !== 'now') {
    const date = formatDate(preview.effective, locale);
    return isOtherPlan ? change.moves(own, date, target.plan.name) : change.on(date);
  }
  if (subscription?.status === 'trialing' && preview.due_now === 0) return change.nowTrial;
  if (isOtherPlan && preview.lines.some(({ amount }) => amount < 0)) return change.nowCredit(own);
  return isOtherPlan ? change.now : change.nowCycle;
}

function figures(view: View, preview: ChangePreview): TemplateResult {
  const { step, subscription, text, locale } = view;
  const { change } = text;
  const money = (amount: number): string => formatAmount(amount, preview.currency, locale);
  const sum = preview.lines.reduce((total, { amount }) => total + amount, 0);
  const rest = preview.due_now - Math.max(sum, 0);
  const isNow = preview.effective === 'now';
  const method = subscription?.payment_method;
  const notes = [
    isNow && sum < 0 ? change.creditLeft(money(-sum)) : null,
    nextPayment(view, preview),
    method && preview.due_now > 0 ? change.charged(methodLine(method)) : null,
  ].filter((note) => note !== null);
  return html`${
    isNow
      ? html`<dl class=${step.state === 'working' ? 'lines stale' : 'lines'} part="lines">
          ${preview.lines.map(({ description, amount }) => line(description, money(amount)))}
          ${rest === 0 ? nothing : line(rest < 0 ? change.balance : change.otherCosts, money(rest))}
          <dt class="total">${change.due}</dt>
          <dd class="total" part="due">${money(preview.due_now)}</dd>
        </dl>`
      : html`<p class="strong">${change.nothingNow}</p>`
  }
  ${notes.length > 0 ? html`<p class="muted small">${notes.join(' ')}</p>` : nothing}`;
}

const line = (description: string, amount: string): TemplateResult =>
  html`<dt><bdi>${description}</bdi></dt>
    <dd>${amount}</dd>`;

/** As tall as a usual change: two lines, the sum, and a sentence. */
const skeleton = (): TemplateResult =>
  html`<div class="lines" aria-hidden="true">
      ${[1, 2].map(
        () =>
          html`<div class="skeleton line"></div>
            <div class="skeleton line amount"></div>`,
      )}
      <div class="total"><div class="skeleton line"></div></div>
      <div class="total"><div class="skeleton line amount"></div></div>
    </div>
    ${twoLines}`;

const twoLines = html`<div aria-hidden="true">
  <div class="skeleton line wide"></div>
  <div class="skeleton line"></div>
</div>`;

function lostWith({ step: { target }, subscription, catalogue }: View): readonly string[] {
  const own = ownPlan(subscription, catalogue);
  return own && own.id !== target.plan.id ? lossesOf(own, target.plan, catalogue.plans) : [];
}

function saidOf({ step: { preview, isOutdated }, text, locale }: View): string {
  if (!preview) return '';
  const due = `${text.change.due}: ${formatAmount(preview.due_now, preview.currency, locale)}`;
  return isOutdated
    ? `${text.problems.preview_outdated.title}. ${due}`
    : preview.effective === 'now'
      ? due
      : text.change.nothingNow;
}

function actionsOf(view: View): TemplateResult {
  const { step, text, flow } = view;
  const { preview, state } = step;
  const later = preview !== null && preview.effective !== 'now';
  const wayOut = step.hasChoice
    ? { label: text.change.back, onClick: flow.back }
    : { label: later ? keepLabel(view) : text.change.notNow, onClick: flow.close };
  const out = button({
    ...wayOut,
    look: later ? 'filled' : 'quiet',
    isFirst: later,
    isWaiting: state === 'paying',
    isBusy: false,
    busyLabel: '',
  });
  const agree = button({
    label: preview ? agreeLabel(view, preview) : text.change.confirm,
    look: later ? 'quiet' : 'filled',
    isDisabled: preview === null || state === 'working',
    isBusy: state === 'paying',
    busyLabel: preview && preview.due_now > 0 ? text.change.paying : text.saving,
    onClick: () => void flow.confirm(),
  });
  return later ? html`${agree}${out}` : html`${out}${agree}`;
}

function keepLabel({ step, subscription, text, flow }: View): string {
  const isOtherPlan = subscription !== null && subscription.plan !== step.target.plan.id;
  return isOtherPlan ? text.change.keep(flow.planName(subscription.plan)) : text.change.keepAsIs;
}

function agreeLabel({ step: { target }, subscription, text, locale }: View, preview: ChangePreview): string {
  const { change } = text;
  if (preview.due_now > 0) return change.pay(formatAmount(preview.due_now, preview.currency, locale));
  const isOtherPlan = subscription?.plan !== target.plan.id;
  if (preview.effective !== 'now') {
    const date = formatDay(preview.effective, locale);
    if (preview.kind === 'switch') return change.switchOn(date);
    return isOtherPlan ? change.downgradeOn(date) : change.changeOn(date);
  }
  if (isOtherPlan)
    return preview.kind === 'downgrade' ? text.downgradeTo(target.plan.name) : text.upgradeTo(target.plan.name);
  return change.confirm;
}
