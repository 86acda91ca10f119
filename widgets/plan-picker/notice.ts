/** The line above the plans, when there is something to say of them. */

import { nothing, type TemplateResult } from 'lit';
import { attentionOf } from '../client/attention.ts';
import type { Catalogue } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { attend, attending } from '../ui/attend.ts';
import { attentionButton, attentionIcon, attentionText } from '../ui/attention-view.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import type { Errands } from '../ui/errands.ts';
import { notice, noticeLine, problemText } from '../ui/problems.ts';
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
  return said === nothing ? blockedNotice(view) : said;
}

/** What stands between a subscriber and any other plan, and the way past it. */
function blockedNotice({
  errands,
  billing,
  catalogue,
  text,
  locale,
}: PickerNoticeView): TemplateResult | typeof nothing {
  const subscription = billing.snapshot?.subscription;
  const attention = subscription ? attentionOf(subscription, Date.now()) : null;
  if (!subscription || !attention || !/^(past-due|off|paused)$/.test(attention.kind)) return nothing;
  const view = { attention, catalogue, own: subscription.plan, text, locale };
  return noticeLine({
    ...attentionText(view),
    look: attention.severity,
    icon: attentionIcon(attention),
    role: 'note',
    action: attentionButton(view, {
      isBusy: errands.busy === attending,
      isWaiting: errands.busy !== null,
      onClick: () => void attend(errands, attention, { returnUrl: null }),
    }),
  });
}
