/** What became of the last choice, where it came to nothing; and that somebody may not choose at all. */

import { nothing, type TemplateResult } from 'lit';
import type { Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import type { Errands } from './errands.ts';
import { linkButton } from './link-button.ts';
import { notice, problemText, remark } from './problems.ts';

export function choiceNotice(
  { error, attempt, pageUrl }: Errands,
  subscription: Subscription | null,
  text: Messages,
): TemplateResult | typeof nothing {
  if (error) {
    const isBlocked = error.code === 'navigation_blocked';
    const goOn = linkButton({ label: text.goOn, href: pageUrl, look: 'filled', size: 'small', text });
    return notice(problemText(error, attempt, text), isBlocked ? goOn : nothing);
  }
  // Contract §3: where billing has a role, the others read and do not choose.
  return subscription?.can_manage_billing === false ? remark(text.problems.billing_role_required) : nothing;
}
