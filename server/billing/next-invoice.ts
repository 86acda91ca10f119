/** What a subscriber will be asked for next, and when. Stripe says so; asked again only after something about the subscription was read. */

import { toIso } from '../clock.ts';
import type { Project } from '../config/project.ts';
import type { Subscription } from '../store/records.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { upcomingInvoice } from '../stripe/upcoming-invoice.ts';
import type { BillingDeps } from './deps.ts';

export interface NextInvoice {
  /** Minor units: what Stripe will really ask, after discounts, tax and balance. */
  readonly amount_due: number;
  readonly currency: string;
  readonly date: string;
}

/** How long an answer is believed while nothing was read, in milliseconds, and how many are kept. */
const believed = 5 * 60_000;
const mostKept = 1000;

interface Answer {
  readonly readAt: number;
  readonly until: number;
  readonly invoice: NextInvoice | null;
}

const answers = new WeakMap<StripeGateway, Map<string, Answer>>();

/** In these statuses the next period is invoiced. */
const renewing = new Set(['active', 'trialing', 'past_due']);

/**
 * Null when nothing more will be charged, and when Stripe cannot be asked: an amount that is not Stripe's is never shown.
 * @param readAt when the subscription was last read, in milliseconds
 */
export async function nextInvoice(
  deps: Pick<BillingDeps, 'stripe' | 'clock' | 'log'>,
  project: Project,
  subscription: Subscription,
  readAt: number,
): Promise<NextInvoice | null> {
  if (!renewing.has(subscription.status) || subscription.cancelAt !== null || subscription.collectionPaused)
    return null;
  const gateway = deps.stripe(project);
  const kept = answers.get(gateway) ?? new Map<string, Answer>();
  answers.set(gateway, kept);
  const known = kept.get(subscription.subscriptionId);
  const now = deps.clock();
  if (known && known.readAt === readAt && now < known.until) return known.invoice;
  try {
    const upcoming = await upcomingInvoice(gateway, subscription);
    const invoice = upcoming && {
      amount_due: upcoming.amountDue,
      currency: upcoming.currency,
      date: toIso(upcoming.date),
    };
    if (kept.size >= mostKept) kept.clear();
    kept.set(subscription.subscriptionId, { readAt, until: now + believed, invoice });
    return invoice;
  } catch (error) {
    deps.log.warn(
      { event: 'next_invoice_unknown', project: project.id, err: error },
      'Stripe could not say what it will invoice next',
    );
    return null;
  }
}
