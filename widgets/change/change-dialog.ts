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
import type { FlowView } from './flow-step.ts';
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

function titleOf(view: View): string {
  const { step, text } = view;
  const { plan, billingCycle } = step.target;
  switch (changeOf(view)) {
    case 'plan':
      return isDown(view) ? text.downgradeTo(plan.name) : text.upgradeTo(plan.name);
    case 'cycle':
      return text.switchTo[billingCycle ?? 'monthly'];
    case 'seats':
      return text.change.seatsTitle(plan.name);
  }
}

/** By rank until the backend has said what it is. */
function isDown({ step: { preview, target }, subscription, catalogue }: View): boolean {
  if (preview) return preview.kind === 'downgrade';
  return (ownPlan(subscription, catalogue)?.rank ?? -1) > target.plan.rank;
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

/** What is another one than before. */
function changeOf({ step: { target }, subscription }: View): 'plan' | 'cycle' | 'seats' {
  if (subscription?.plan !== target.plan.id) return 'plan';
  return target.billingCycle !== null && target.billingCycle !== subscription.billing_cycle ? 'cycle' : 'seats';
}

/** When it comes, and what becomes of what was paid for already. */
function aboutOf(view: View, preview: ChangePreview): string {
  const { step, subscription, text, locale, flow } = view;
  const { change } = text;
  const own = flow.planName(subscription?.plan ?? null);
  const what = changeOf(view);
  if (preview.effective !== 'now') {
    const date = formatDate(preview.effective, locale);
    return what === 'plan' ? change.moves(own, date, step.target.plan.name) : change.on(date);
  }
  if (what === 'seats') return change.nowSeats;
  if (subscription?.status === 'trialing' && preview.due_now === 0) return change.nowTrial;
  if (what === 'cycle') return change.nowCycle;
  return preview.lines.some(({ amount }) => amount < 0) ? change.nowCredit(own) : change.now;
}

function figures(view: View, preview: ChangePreview): TemplateResult {
  const { step, subscription, text, locale } = view;
  const { change } = text;
  const money = (amount: number): string => formatAmount(amount, preview.currency, locale);
  const sum = preview.lines.reduce((total, { amount }) => total + amount, 0);
  // Seats are charged with the next invoice, unless the project says otherwise; then what they cost is due now.
  const isForNext = changeOf(view) === 'seats' && preview.due_now === 0 && sum !== 0;
  const rest = isForNext ? 0 : preview.due_now - Math.max(sum, 0);
  const isNow = preview.effective === 'now';
  const method = subscription?.payment_method;
  const notes = [
    isNow && sum < 0 && !isForNext ? change.creditLeft(money(-sum)) : null,
    nextPayment(view, preview),
    method && preview.due_now > 0 ? change.charged(methodLine(method)) : null,
  ].filter((note) => note !== null);
  return html`${
    isNow
      ? html`<dl class=${step.state === 'working' ? 'lines stale' : 'lines'} part="lines">
          ${preview.lines.map(({ description, amount }) => line(description, money(amount)))}
          ${isForNext ? line(change.onNext, money(sum)) : nothing}
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
  // Who loses something is shown the way out first.
  const isLoss = preview?.kind === 'downgrade' && preview.effective !== 'now';
  const wayOut = isLoss
    ? { label: keepLabel(view), onClick: flow.close }
    : step.hasChoice
      ? { label: text.change.back, onClick: flow.back }
      : { label: text.change.notNow, onClick: flow.close };
  const out = button({
    ...wayOut,
    look: isLoss ? 'filled' : 'quiet',
    isFirst: isLoss,
    isWaiting: state === 'paying',
    isBusy: false,
    busyLabel: '',
  });
  const agree = button({
    label: preview ? agreeLabel(view, preview) : text.change.confirm,
    look: isLoss ? 'quiet' : 'filled',
    // Asked again, what was refused for good would be refused again.
    isDisabled: preview === null || state === 'working' || step.error?.isTemporary === false,
    isBusy: state === 'paying',
    busyLabel: preview && preview.due_now > 0 ? text.change.paying : text.saving,
    onClick: () => void flow.confirm(),
  });
  return isLoss ? html`${agree}${out}` : html`${out}${agree}`;
}

const keepLabel = (view: View): string =>
  changeOf(view) === 'plan'
    ? view.text.change.keep(view.flow.planName(view.subscription?.plan ?? null))
    : view.text.change.keepAsIs;

/** With the amount, else with the day, else with what it does. */
function agreeLabel(view: View, preview: ChangePreview): string {
  const { step, text, locale } = view;
  const { change } = text;
  const { plan, billingCycle } = step.target;
  if (preview.due_now > 0) return change.pay(formatAmount(preview.due_now, preview.currency, locale));
  const what = changeOf(view);
  if (preview.effective !== 'now') {
    const day = formatDay(preview.effective, locale);
    if (what === 'cycle') return change.switchOn(day);
    return what === 'plan' && preview.kind === 'downgrade' ? change.downgradeOn(day) : change.changeOn(day);
  }
  if (what === 'seats') return change.changeSeats;
  if (what === 'cycle') return text.switchTo[billingCycle ?? 'monthly'];
  return preview.kind === 'downgrade' ? text.downgradeTo(plan.name) : text.upgradeTo(plan.name);
}
