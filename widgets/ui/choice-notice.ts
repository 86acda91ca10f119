/** What became of the last choice, where it came to nothing; and that somebody may not choose at all. */

import { nothing, type TemplateResult } from 'lit';
import type { BillingError } from '../client/errors.ts';
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
  if (error) return notice(problemText(error, attempt, text), wayOn(error, pageUrl, text));
  // Contract §3: where billing has a role, the others read and do not choose.
  return subscription?.can_manage_billing === false ? remark(text.problems.billing_role_required) : nothing;
}

/** The page that did not open by itself, or the one at Stripe where what waits can be paid. */
function wayOn(error: BillingError, pageUrl: string | null, text: Messages): TemplateResult | typeof nothing {
  const look = { look: 'filled', size: 'small', text } as const;
  if (error.code === 'navigation_blocked') return linkButton({ label: text.goOn, href: pageUrl, ...look });
  const label = error.code === 'requires_action' ? text.change.toBank : text.change.otherCard;
  return linkButton({ label, href: error.hostedUrl, ...look });
}
