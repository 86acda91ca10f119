/** The sentence that says what will happen to a subscription, when, and for how much. */

import type { Attention } from '../client/attention.ts';
import { type Money, type Outlook, outlookOf, planMeanwhile, type Standing, standingOf } from '../client/standing.ts';
import type { Catalogue, Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { planName } from '../ui/attention-view.ts';
import { formatAmount, formatDate, formatShortDate } from '../ui/money.ts';

export interface OutlookView {
  readonly subscription: Subscription;
  readonly catalogue: Catalogue;
  readonly text: Messages;
  readonly locale: string;
  /** What a notice above says already; null where there is none. */
  readonly said: Attention['kind'] | null;
}

export function outlookText(view: OutlookView): string {
  const { subscription, catalogue, text, said } = view;
  const outlook = outlookOf(subscription);
  const meanwhile = said === 'off' || said === 'paused' ? null : planMeanwhile(subscription);
  if (meanwhile === null) return restText(outlook, view) ?? comingText(outlook, view);
  const { untilPaid, untilResumed } = text.outlook;
  const until = outlook.kind === 'paused' || outlook.kind === 'collection-paused' ? untilResumed : untilPaid;
  return `${comingText(outlook, view)} ${until(planName(meanwhile, catalogue, text))}`;
}

/** What a notice that has said what comes, and when, leaves to say; null where that is the whole sentence. */
function restText(outlook: Outlook, { said, catalogue, text, locale }: OutlookView): string | null {
  const { outlook: words } = text;
  if (said === 'trial-ends' && outlook.kind === 'trial-unpaid') return words.nothingUntilThen;
  if (said === 'ends' && outlook.kind === 'ends' && outlook.next !== null)
    return words.thenMoves(planName(outlook.next, catalogue, text));
  if (said === 'moves' && outlook.kind === 'moves' && outlook.price !== null)
    return words.thenCharged(formatAmount(outlook.price.amount, outlook.price.currency, locale));
  return null;
}

function comingText(outlook: Outlook, { subscription, catalogue, text, locale }: OutlookView): string {
  const words = text.outlook;
  const date = (iso: string): string => formatDate(iso, locale);
  const money = ({ amount, currency }: Money): string => formatAmount(amount, currency, locale);
  const name = (id: string | null): string => planName(id, catalogue, text);
  switch (outlook.kind) {
    case 'renews':
      return outlook.price ? words.renews(date(outlook.at), money(outlook.price)) : words.renewsOn(date(outlook.at));
    case 'trial':
      return outlook.price && (outlook.cycle === 'monthly' || outlook.cycle === 'yearly')
        ? words.trialThen[outlook.cycle](date(outlook.at), money(outlook.price))
        : words.trial(date(outlook.at));
    case 'trial-unpaid':
      return words.trialUnpaid(date(outlook.at), name(subscription.plan));
    case 'moves':
      return movesText(outlook, { isSamePlan: outlook.plan === subscription.plan, words, date, money, name });
    case 'ends':
      return outlook.next === null
        ? words.ends(date(outlook.at))
        : words.endsThen(date(outlook.at), name(outlook.next));
    case 'owed': {
      const owed = [money(outlook.price), date(outlook.since)] as const;
      if (outlook.isOff && planMeanwhile(subscription) === null) return words.owedOff(...owed);
      return outlook.retryAt === null || outlook.isOff
        ? words.owed(...owed)
        : words.owedRetry(...owed, date(outlook.retryAt));
    }
    case 'pending':
      return outlook.plan === subscription.plan
        ? words.pendingChange(date(outlook.until))
        : words.pending(name(outlook.plan), date(outlook.until));
    case 'assigned':
      if (outlook.until === null) return words.assigned;
      return outlook.next === null
        ? words.assignedUntil(date(outlook.until))
        : words.assignedThen(date(outlook.until), name(outlook.next));
    case 'collection-paused':
      return words.collectionPaused;
    case 'unpaid':
      return planMeanwhile(subscription) === null ? words.unpaid : words.unpaidOn;
    default:
      return words[outlook.kind];
  }
}

interface MovesWords {
  readonly isSamePlan: boolean;
  readonly words: Messages['outlook'];
  readonly date: (iso: string) => string;
  readonly money: (price: Money) => string;
  readonly name: (id: string | null) => string;
}

function movesText(
  { at, plan, cycle, price }: Extract<Outlook, { kind: 'moves' }>,
  { isSamePlan, words, date, money, name }: MovesWords,
): string {
  if (isSamePlan && (cycle === 'monthly' || cycle === 'yearly')) return words.movesCycle[cycle](date(at));
  return price ? words.movesFor(name(plan), date(at), money(price)) : words.moves(name(plan), date(at));
}

const looks: Readonly<Record<Standing, string>> = {
  active: 'good',
  trial: 'accent',
  'past-due': 'danger',
  unpaid: 'danger',
  waits: 'warn',
  paused: 'warn',
  'collection-paused': 'accent',
  ends: 'warn',
  assigned: '',
  free: '',
  none: '',
};

/** Null where the plan's name says all. */
export function standingPill({
  subscription,
  text,
  locale,
}: Pick<OutlookView, 'subscription' | 'text' | 'locale'>): { look: string; words: string } | null {
  const standing = standingOf(subscription);
  const words = pillWords(standing, subscription, text, (iso) => formatShortDate(iso, locale));
  return words === null ? null : { look: looks[standing], words };
}

function pillWords(
  standing: Standing,
  { trial_end: trialEnd, cancel_at: end }: Subscription,
  text: Messages,
  day: (iso: string) => string,
): string | null {
  switch (standing) {
    case 'active':
      return text.active;
    case 'trial':
      return trialEnd === null ? text.trial : text.trialUntil(day(trialEnd));
    case 'past-due':
      return text.pastDue;
    case 'unpaid':
      return text.standing.unpaid;
    case 'waits':
      return text.standing.waits;
    case 'paused':
      return text.paused;
    case 'collection-paused':
      return text.standing.collectionPaused;
    case 'ends':
      return end === null ? null : text.endsOn(day(end));
    case 'assigned':
      return text.standing.assigned;
    default:
      return null;
  }
}
