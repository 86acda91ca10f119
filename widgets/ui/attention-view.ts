/** What needs the user, in words, with its one button: the same in the manager and in the banner. */

import type { nothing, TemplateResult } from 'lit';
import type { Attention } from '../client/attention.ts';
import { planMeanwhile, standingPlan } from '../client/standing.ts';
import type { Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { attending } from './attend.ts';
import { button } from './button.ts';
import type { Errands } from './errands.ts';
import { linkButton } from './link-button.ts';
import { formatDate } from './money.ts';
import { noticeLine, type NoticeView, type ProblemText } from './problems.ts';

export interface AttentionView {
  readonly attention: Attention;
  readonly catalogue: Catalogue;
  readonly subscription: Subscription;
  readonly text: Messages;
  readonly locale: string;
}

export interface AttentionLine {
  readonly role: NoticeView['role'];
  readonly errands: Errands;
  /** With the click on a link, which may be held back; null for a button. */
  readonly onAction: (click: Event | null) => void;
  /** In the notice's corner. */
  readonly corner?: unknown;
}

/** As a notice, with its button in it. */
export function attentionLine(view: AttentionView, { role, errands, onAction, corner }: AttentionLine): TemplateResult {
  const { kind, severity } = view.attention;
  return noticeLine({
    ...attentionText(view),
    look: severity,
    icon: kind === 'ends' || kind === 'trial-ends' || kind === 'moves' ? 'clock' : 'alert',
    role,
    action: actionButton(view, errands, onAction),
    corner,
  });
}

/** @returns a title without a full stop, and a sentence */
function attentionText({ attention, catalogue, subscription, text, locale }: AttentionView): ProblemText {
  const { attention: words } = text;
  const name = (id: string | null): string => planName(id, catalogue, text);
  const date = attention.at === null ? '' : formatDate(attention.at, locale);
  const own = standingPlan(subscription);
  const meanwhile = planMeanwhile(subscription);
  // Of another cycle, or of more seats.
  const isSamePlan = attention.plan === own;
  switch (attention.kind) {
    case 'past-due': {
      const detail = date === '' ? words.pastDueNow(name(own)) : words.pastDueBy(date, name(own));
      return { title: words.pastDue, detail };
    }
    case 'off':
      return { title: words.off, detail: meanwhile ? words.offOn(name(own), name(meanwhile)) : words.offDetail };
    case 'declined':
      return { title: words.declined, detail: words.declinedDetail };
    case 'confirm-owed':
      return { title: words.confirm, detail: words.confirmOwed };
    case 'confirm':
      return {
        title: words.confirm,
        detail: isSamePlan ? words.confirmChange : words.confirmDetail(name(attention.plan)),
      };
    case 'upgrade-unpaid':
      return {
        title: isSamePlan ? words.changeUnpaid : words.upgradeUnpaid(name(attention.plan)),
        detail: words.upgradeUnpaidBy(date),
      };
    case 'paused':
      return {
        title: words.paused,
        detail: meanwhile ? words.pausedOn(name(own), name(meanwhile)) : words.pausedDetail,
      };
    case 'trial-ends':
      return { title: words.trialEnds(date), detail: words.trialEndsDetail(name(own)) };
    case 'ends':
      return { title: words.ends(name(own), date), detail: words.untilThen };
    case 'moves': {
      const cycle = subscription.scheduled?.billing_cycle;
      const isCycleAlone = isSamePlan && (cycle === 'monthly' || cycle === 'yearly');
      const title = isCycleAlone ? words.movesCycle[cycle](date) : words.moves(name(attention.plan), date);
      return { title, detail: words.untilThen };
    }
  }
}

function actionButton(
  { attention: { action, severity }, text }: AttentionView,
  { busy }: Errands,
  onAction: AttentionLine['onAction'],
): TemplateResult | typeof nothing {
  const label = actionLabel(action.kind, text);
  const isSmall = { size: 'small', text, label } as const;
  const look = severity === 'calm' || action.kind === 'resume' ? 'quiet' : 'filled';
  if ('url' in action) return linkButton({ ...isSmall, look, href: action.url, onClick: onAction });
  return button({
    ...isSmall,
    look,
    isBusy: busy === attending,
    isWaiting: busy !== null,
    busyLabel: action.kind === 'resume' || action.kind === 'undo' ? text.saving : text.opening,
    onClick: () => onAction(null),
  });
}

function actionLabel(kind: Attention['action']['kind'], text: Messages): string {
  switch (kind) {
    case 'fix_payment':
      return text.fix_payment;
    case 'add_payment_method':
      return text.attention.addCard;
    case 'confirm_payment':
      return text.attention.confirmPayment;
    case 'pay':
      return text.attention.payNow;
    case 'resume':
      return text.resume;
    case 'undo':
      return text.undo;
  }
}

/** What the plan is called; its id where it is shown no longer. @param id null for none */
export const planName = (id: string | null, { plans }: Catalogue, text: Messages): string =>
  plans.find((plan) => plan.id === id)?.name ?? id ?? text.manager.noPlan;
