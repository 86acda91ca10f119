/** The line above the plans, when there is something to say of them. */

import type { nothing, TemplateResult } from 'lit';
import type { Messages } from '../locales/index.ts';
import { choiceNotice } from '../ui/choice-notice.ts';
import type { ChooseController } from '../ui/choose-controller.ts';
import { notice, problemText } from '../ui/problems.ts';
import { retryButton } from '../ui/retry-button.ts';
import type { SessionController } from '../ui/session-controller.ts';

export function pickerNotice(
  chooser: ChooseController,
  { session, snapshot }: SessionController,
  text: Messages,
): TemplateResult | typeof nothing {
  const isUnknown = snapshot?.status === 'error' || snapshot?.details === 'error';
  if (chooser.error || !isUnknown || !snapshot.error)
    return choiceNotice(chooser, snapshot?.subscription ?? null, text);
  const again = (): void => void session?.refresh({ fresh: true });
  return notice(problemText(snapshot.error, 'look', text), retryButton(text, again));
}
