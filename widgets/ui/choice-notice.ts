/** What became of the last choice, where it came to nothing; and that somebody may not choose at all. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import type { ChooseController } from './choose-controller.ts';
import { notice, problemText, remark } from './problems.ts';

export function choiceNotice(
  { error, checkoutUrl }: ChooseController,
  subscription: Subscription | null,
  text: Messages,
): TemplateResult | typeof nothing {
  if (error) {
    const isBlocked = error.code === 'navigation_blocked' && checkoutUrl !== null;
    const goOn = html`<a class="button small" part="button" href=${checkoutUrl ?? ''} target="_blank">${text.goOn}</a>`;
    return notice(problemText(error, 'change', text), isBlocked ? goOn : nothing);
  }
  // Contract §3: where billing has a role, the others read and do not choose.
  return subscription?.can_manage_billing === false ? remark(text.problems.billing_role_required) : nothing;
}
