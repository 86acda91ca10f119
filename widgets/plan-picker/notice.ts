/** The line above the plans, when there is something to say of them. */

import { nothing, type TemplateResult } from 'lit';
import { type Attention, attentionOf } from '../client/attention.ts';
import type { Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { attend } from '../ui/attend.ts';
import { attentionLine } from '../ui/attention-view.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import type { Errands } from '../ui/errands.ts';
import { notice, noticeLine, problemText } from '../ui/problems.ts';
import { portalReturn } from '../ui/portal-return.ts';
import { retryButton } from '../ui/retry-button.ts';
import type { SessionController } from '../ui/session-controller.ts';

export interface PickerNoticeView {
  readonly errands: Errands;
  readonly billing: SessionController;
  readonly catalogue: Catalogue;
  readonly text: Messages;
  readonly locale: string;
}

export function pickerNotice(view: PickerNoticeView): TemplateResult | typeof nothing {
  const { errands, text } = view;
  const { session, snapshot } = view.billing;
  const isUnknown = snapshot?.status === 'error' || snapshot?.details === 'error';
  if (!errands.error && isUnknown && snapshot.error) {
    const again = (): void => void session?.refresh({ fresh: true });
    return notice(problemText(snapshot.error, 'look', text), retryButton(text, again));
  }
  const said = choiceNotice(errands, snapshot?.subscription ?? null, text);
  if (said !== nothing) return said;
  return snapshot?.subscription?.offer === 'wait' ? waitNotice(text) : blockedNotice(view);
}

const waitNotice = (text: Messages): TemplateResult =>
  noticeLine({
    title: text.standing.waits,
    detail: text.outlook.waits,
    action: nothing,
    look: 'calm',
    icon: 'clock',
    role: 'status',
  });

const blocking: ReadonlySet<Attention['kind']> = new Set(['past-due', 'off', 'declined', 'confirm-owed', 'paused']);

/** What has to be done about the subscription before any other plan can be had; null where nothing has. */
export function blockingAttention(subscription: Subscription | null): Attention | null {
  const attention = subscription && attentionOf(subscription, portalReturn());
  return attention && blocking.has(attention.kind) ? attention : null;
}

/** What stands between a subscriber and any other plan, and the way past it. */
function blockedNotice({
  errands,
  billing,
  catalogue,
  text,
  locale,
}: PickerNoticeView): TemplateResult | typeof nothing {
  const subscription = billing.snapshot?.subscription ?? null;
  const attention = blockingAttention(subscription);
  if (!subscription || !attention) return nothing;
  const view = { attention, catalogue, subscription, text, locale };
  return attentionLine(view, {
    role: 'note',
    errands,
    onAction: (click) => click === null && void attend(errands, attention, { returnUrl: null }),
  });
}
