/** What Stripe's events mean to the person that they are about, a sentence each. */

import type Stripe from 'stripe';

export interface Happening {
  /** Seconds since 1970, in the sandbox's time. */
  readonly at: number;
  /** `{date}` stands for `date`, which only the reader's browser can write in the reader's time zone. */
  readonly text: string;
  /** Seconds since 1970. */
  readonly date?: number;
  readonly mood: 'good' | 'bad' | 'plain';
}

/** @param events of one person, oldest first; those that say nothing to a person are left out */
export function tell(events: readonly Stripe.Event[]): Happening[] {
  return events.flatMap((event) => {
    const told = sentence(event);
    return told === null ? [] : [{ at: event.created, ...told }];
  });
}

function sentence(event: Stripe.Event): Omit<Happening, 'at'> | null {
  switch (event.type) {
    case 'invoice.paid':
      return paid(event.data.object);
    case 'invoice.payment_failed':
      return failed(event.data.object);
    case 'customer.subscription.trial_will_end':
      return trialWillEnd(event.data.object);
    case 'customer.subscription.updated':
      return changed(event.data.object, event.data.previous_attributes ?? {});
    case 'customer.subscription.deleted':
      return { text: 'Subscription ended.', mood: 'bad' };
    case 'charge.refunded':
      return {
        text: `${money(event.data.object.amount_refunded, event.data.object.currency)} refunded.`,
        mood: 'plain',
      };
    default:
      return null;
  }
}

const trialWillEnd = ({ trial_end: end }: Stripe.Subscription): Omit<Happening, 'at'> | null =>
  end === null ? null : { text: 'Notice: the trial ends on {date}.', date: end, mood: 'plain' };

function paid(invoice: Stripe.Invoice): Omit<Happening, 'at'> | null {
  const { billing_reason: reason, amount_paid: amount, currency, attempt_count: attempts } = invoice;
  if (amount === 0)
    return reason === 'subscription_cycle' ? { text: 'Renewed, with nothing to pay.', mood: 'good' } : null;
  const sum = money(amount, currency);
  if (attempts > 1) return { text: `${sum} paid, at attempt ${attempts}.`, mood: 'good' };
  return { text: reason === 'subscription_cycle' ? `Renewed and paid ${sum}.` : `${sum} paid.`, mood: 'good' };
}

function failed(invoice: Stripe.Invoice): Omit<Happening, 'at'> {
  const { amount_remaining: amount, currency, next_payment_attempt: next } = invoice;
  const text = `Payment of ${money(amount, currency)} failed.`;
  if (next === null) return { text: `${text} That was the last try.`, mood: 'bad' };
  return { text: `${text} Next try on {date}.`, date: next, mood: 'bad' };
}

const byStatus: Partial<Record<Stripe.Subscription.Status, Omit<Happening, 'at'>>> = {
  active: { text: 'Subscription is active.', mood: 'good' },
  unpaid: { text: 'Subscription is unpaid: Stripe no longer tries.', mood: 'bad' },
  paused: { text: 'Subscription paused.', mood: 'plain' },
};

function changed(now: Stripe.Subscription, before: Partial<Stripe.Subscription>): Omit<Happening, 'at'> | null {
  const [oldPrice, newPrice] = [before.items?.data[0]?.price.id, now.items.data[0]?.price.id];
  if (oldPrice !== undefined && oldPrice !== newPrice) return { text: 'Plan changed.', mood: 'plain' };
  if (before.status === undefined || before.status === now.status) return null;
  if (before.status === 'trialing' && now.status === 'active') return { text: 'Trial over.', mood: 'plain' };
  return byStatus[now.status] ?? null;
}

/** @param amount in the currency's minor unit */
function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
