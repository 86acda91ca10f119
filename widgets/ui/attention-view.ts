/** What needs the user, in words, with its one button: the same in the manager and in the banner. */

import type { TemplateResult, nothing } from 'lit';
import type { Attention } from '../client/attention.ts';
import type { Catalogue } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { button } from './button.ts';
import type { IconName } from './icons.ts';
import { linkButton } from './link-button.ts';
import { formatDate } from './money.ts';
import type { ProblemText } from './problems.ts';

export interface AttentionView {
  readonly attention: Attention;
  readonly catalogue: Catalogue;
  /** The plan that the user has; null for none. */
  readonly own: string | null;
  readonly text: Messages;
  readonly locale: string;
}

/** @returns a title without a full stop, and a sentence */
export function attentionText({ attention, catalogue, own, text, locale }: AttentionView): ProblemText {
  const { attention: words } = text;
  const name = (id: string | null): string => planName(id, catalogue, text);
  const date = attention.at === null ? '' : formatDate(attention.at, locale);
  switch (attention.kind) {
    case 'past-due': {
      const detail = date === '' ? words.pastDueNow(name(own)) : words.pastDueBy(date, name(own));
      return { title: words.pastDue, detail };
    }
    case 'off':
      return { title: words.off, detail: words.offDetail };
    case 'confirm':
      return { title: words.confirm, detail: words.confirmDetail(name(attention.plan)) };
    case 'upgrade-unpaid':
      return { title: words.upgradeUnpaid(name(attention.plan)), detail: words.upgradeUnpaidBy(date) };
    case 'paused':
      return { title: words.paused, detail: words.pausedDetail };
    case 'trial-ends':
      return { title: words.trialEnds(date), detail: words.trialEndsDetail(name(own)) };
    case 'ends':
      return { title: words.ends(name(own), date), detail: words.untilThen };
    case 'moves':
      return { title: words.moves(name(attention.plan), date), detail: words.untilThen };
  }
}

/** Says the same as the colour. */
export function attentionIcon({ kind }: Attention): IconName {
  return kind === 'ends' || kind === 'trial-ends' || kind === 'moves' ? 'clock' : 'alert';
}

export interface AttentionButton {
  readonly isBusy: boolean;
  readonly isWaiting: boolean;
  /** Before a link is followed, it may be held back. */
  readonly onClick: (event: Event | null) => void;
}

export function attentionButton(
  { attention, text }: Pick<AttentionView, 'attention' | 'text'>,
  { isBusy, isWaiting, onClick }: AttentionButton,
): TemplateResult | typeof nothing {
  const { action, severity } = attention;
  const label = actionLabel(action.kind, text);
  const look = severity === 'calm' || action.kind === 'resume' ? 'quiet' : 'filled';
  if ('url' in action) return linkButton({ label, href: action.url, look, size: 'small', text, onClick });
  const busy = action.kind === 'resume' || action.kind === 'undo' ? text.saving : text.opening;
  return button({
    label,
    look,
    size: 'small',
    isBusy,
    isWaiting,
    busyLabel: busy,
    onClick: () => onClick(null),
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
