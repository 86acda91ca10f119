/** What the peer does for a subscriber: preview, change, cancel, resume, the portal and the invoices. */

import type {
  BillingCycle,
  Catalogue,
  ChangeOrder,
  ChangePreview,
  Plan,
  Subscription,
} from '../../../widgets/client/types.ts';
import { entitlementsOf } from './catalogues.ts';
import type { Asked } from './peer.ts';

export interface SubscriberAsked extends Asked {
  readonly user: string;
  readonly state: Subscription;
  readonly catalogue: Catalogue;
  /** The user's state is another one from now on. */
  readonly change: (state: Subscription) => Subscription;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const refuse = (status: number, code: string): Answer => ({
  status,
  body: { title: code, status, code, detail: `Refused: ${code}.` },
});

/** Null for what is no business of a subscriber's. */
export function serveSubscriber(asked: SubscriberAsked): Answer | null {
  const { method, path, project, origin, state } = asked;
  switch (`${method} ${path}`) {
    case 'POST /v1/subscription/preview':
      return previewed(asked) ?? refuse(409, 'no_change');
    case 'POST /v1/subscription/change':
      return changed(asked);
    case 'POST /v1/subscription/cancel': {
      const at = state.trial_end ?? state.current_period_end ?? '2026-12-23T10:00:00Z';
      const scheduled = { plan: state.fallback_plan, billing_cycle: null, at };
      return ok(changeTo(asked, { cancel_at: at, scheduled, next_invoice: null, offer: 'resume' }));
    }
    case 'POST /v1/subscription/resume':
      return ok(
        changeTo(asked, {
          cancel_at: null,
          scheduled: null,
          offer: 'manage',
          ...(state.status === 'paused' ? { status: 'active' } : {}),
        }),
      );
    case 'POST /v1/portal':
      return ok({ url: project.settings.checkoutUrl ?? `${origin}/portal/bps_1` });
    case 'GET /v1/invoices':
      return invoices(asked);
    default:
      return null;
  }
}

const changeTo = ({ change, state }: SubscriberAsked, more: Partial<Subscription>): Subscription =>
  change({ ...state, ...more });

function previewed(asked: SubscriberAsked): Answer | null {
  const preview = previewOf(asked);
  return preview && ok(preview);
}

/** By rank: up is now, with what is left taken off; down is with the period. */
function previewOf({ body, state, catalogue, project }: SubscriberAsked): ChangePreview | null {
  const order = body as ChangeOrder;
  const [from, to] = [state.plan, order.plan].map((id) => catalogue.plans.find((plan) => plan.id === id));
  if (!to) return null;
  const cycle = order.billing_cycle ?? state.billing_cycle ?? 'monthly';
  const seats = order.quantity ?? state.quantity;
  const isSame = to === from && cycle === state.billing_cycle && seats === state.quantity;
  if (isSame) return null;
  const kind =
    to === from && cycle !== state.billing_cycle
      ? 'switch'
      : isUp({ from, to, seats, state })
        ? 'upgrade'
        : 'downgrade';
  const price = (plan: Plan | undefined, each: BillingCycle | null): number =>
    plan?.prices[each ?? 'monthly']?.unit_amount ?? 0;
  const full = price(to, cycle) * seats;
  const used = -Math.round(price(from, state.billing_cycle) * state.quantity * 0.5);
  const usual: ChangePreview =
    kind === 'downgrade'
      ? {
          kind,
          effective: state.current_period_end ?? '2026-12-23T10:00:00Z',
          due_now: 0,
          next_amount: to.kind === 'free' ? null : full,
          currency: 'usd',
          lines: [],
          proration_date: null,
        }
      : {
          kind,
          effective: 'now',
          due_now: Math.max(0, full + used),
          next_amount: full,
          currency: 'usd',
          lines: [
            { description: `Unused time on ${from?.name ?? 'nothing'}`, amount: used },
            { description: `${to.name} × ${seats}`, amount: full },
          ],
          proration_date: 1_764_151_200,
        };
  return { ...usual, ...project.settings.preview };
}

const isUp = ({
  from,
  to,
  seats,
  state,
}: {
  from: Plan | undefined;
  to: Plan;
  seats: number;
  state: Subscription;
}): boolean => to.rank > (from?.rank ?? -1) || (to === from && seats > state.quantity);

function changed(asked: SubscriberAsked): Answer {
  const preview = previewOf(asked);
  if (!preview) return refuse(409, 'no_change');
  const { body, catalogue, state } = asked;
  const order = body as ChangeOrder & Pick<ChangePreview, 'due_now' | 'proration_date'>;
  if (order.due_now !== preview.due_now || order.proration_date !== preview.proration_date)
    return refuse(409, 'preview_outdated');
  const plan = catalogue.plans.find(({ id }) => id === order.plan);
  const cycle = plan?.kind === 'free' ? null : (order.billing_cycle ?? state.billing_cycle);
  if (preview.effective !== 'now') {
    const scheduled = { plan: order.plan, billing_cycle: cycle, at: preview.effective };
    const isEnd = plan?.kind === 'free';
    return ok(
      changeTo(asked, {
        scheduled,
        cancel_at: isEnd ? preview.effective : null,
        offer: isEnd ? 'resume' : 'manage',
      }),
    );
  }
  return ok(
    changeTo(asked, {
      plan: order.plan,
      billing_cycle: cycle,
      quantity: order.quantity ?? state.quantity,
      cancel_at: null,
      scheduled: null,
      offer: 'manage',
      ...entitlementsOf(plan?.entitlements ?? {}),
    }),
  );
}

function invoices({ project, query }: SubscriberAsked): Answer {
  const all = project.settings.invoices ?? [];
  const start = query['starting_after'] ? all.findIndex(({ id }) => id === query['starting_after']) + 1 : 0;
  const end = start + Number(query['limit'] ?? 10);
  return ok({ data: all.slice(start, end), has_more: end < all.length });
}
