/** The billing portal's pages: every route of a session, and what of it this visit may use. */

import type { Context, Hono } from 'hono';
import type Stripe from 'stripe';
import { payInvoice } from '../../billing/pay-invoice.ts';
import { expirePendingUpdate } from '../../billing/pending-updates.ts';
import { releaseSchedule } from '../../billing/schedules.ts';
import { StripeApiError } from '../../errors.ts';
import { detailFields, renderDetailsPage } from '../../pages/portal/forms.ts';
import type { DetailField, DetailGroup } from '../../pages/portal/forms.ts';
import { renderPortalOverview } from '../../pages/portal/overview.ts';
import { updateCustomer } from '../../resources/customers.ts';
import type { Store } from '../../store/store.ts';
import { idOf } from '../../store/wire.ts';
import { byThePayer } from '../by-the-payer.ts';
import { answerChallenge, challengePage, waitingIntent } from '../challenge-step.ts';
import { intentOfInvoice, isAsked } from '../invoice-payment.ts';
import { readForm } from '../form.ts';
import { goTo } from '../respond.ts';
import { cancel, cancelPage, setCancellation, takeOffer } from './cancel.ts';
import { addCard, cardOf, cardPage, cardSaved, makeDefault, removeCard } from './cards.ts';
import { canCancel, canPause, canUnpause, canUpdate, overviewOf, ownSchedule } from './front.ts';
import { pausePage, pausePlan, unpausePlan } from './pause.ts';
import { confirm, confirmPage, plansPage } from './plans.ts';
import { endPage, failureCode, finish, flowUrl, frameOf, openVisit, remember, show, wayOut } from './visit.ts';
import type { FlowType, Visit } from './visit.ts';

type Answer = (visit: Visit, form: Record<string, string>) => Response;
type AnswerAbout = (visit: Visit, subscription: Stripe.Subscription, form: Record<string, string>) => Response;

export function addPortalPages(app: Hono, store: Store): void {
  const root = '/p/session/:id';
  /** @param flows - those in which the page has its place; outside of them it is open where its feature is. */
  const add = (method: 'get' | 'post', path: string, flows: readonly FlowType[], answer: Answer) =>
    app[method](root + path, async (c: Context) => {
      const form = method === 'post' ? await readForm(c) : {};
      const visit = openVisit(c, store);
      // A page may still be on its way: what is no visit is the answer.
      if (!('session' in visit)) return visit;
      if (visit.flow && !flows.includes(visit.flow.type)) return goTo(c, flowUrl(visit));
      return answer(visit, form);
    });
  const addAbout = (method: 'get' | 'post', path: string, flows: readonly FlowType[], answer: AnswerAbout) =>
    add(method, `/subscriptions/:subscription/${path}`, flows, (visit, form) => {
      const subscription = store.find('subscription', visit.c.req.param('subscription') ?? '');
      const isTheirs = subscription && idOf(subscription.customer) === visit.customer.id;
      // What has ended, or is somebody else's, has no page; the front page, where one may go there, shows what there is.
      if (!isTheirs || subscription.ended_at !== null || !isOfFlow(visit, subscription)) {
        return visit.flow ? notPossible(visit) : goTo(visit.c, visit.base);
      }
      return answer(visit, subscription, form);
    });
  const where =
    (isOpen: (visit: Visit, subscription: Stripe.Subscription) => boolean, answer: AnswerAbout): AnswerAbout =>
    (visit, subscription, form) =>
      isOpen(visit, subscription) ? answer(visit, subscription, form) : notPossible(visit);

  add('get', '', [], (visit) => show(visit, renderPortalOverview(overviewOf(visit))));
  add('get', '/done', [], donePage);

  add(
    'get',
    '/cards/new',
    ['payment_method_update', ...updates],
    whereCards((visit) => cardPage(visit)),
  );
  add('post', '/cards', ['payment_method_update', ...updates], whereCards(addCard));
  add('post', '/cards/:card/default', [], whereCards(chooseDefault));
  add('post', '/cards/:card/remove', [], whereCards(remove));
  add('get', '/challenge', everyFlow, showChallenge);
  add('post', '/challenge', everyFlow, answerBank);

  add('get', '/details', ['customer_update'], (visit) => detailsPage(visit, {}, {}));
  add('post', '/details', ['customer_update'], saveDetails);
  add('post', '/invoices/:invoice/pay', [], pay);

  addAbout('get', 'cancel', ['subscription_cancel'], where(canCancel, cancelPage));
  addAbout('post', 'cancel', ['subscription_cancel'], where(canCancel, cancel));
  addAbout('post', 'offer', ['subscription_cancel'], where(canCancel, takeOffer));
  addAbout('get', 'plans', ['subscription_update'], where(canUpdate, plansPage));
  addAbout('get', 'confirm', updates, where(canUpdate, confirmPage));
  addAbout('post', 'confirm', updates, where(canUpdate, confirm));
  addAbout('get', 'pause', ['subscription_pause'], where(canPause, pausePage));
  addAbout('post', 'pause', ['subscription_pause'], where(canPause, pausePlan));
  addAbout('post', 'unpause', [], where(canUnpause, unpausePlan));
  addAbout('post', 'resume', [], resume);
  addAbout('post', 'undo', [], undo);
}

const updates = ['subscription_update', 'subscription_update_confirm'] as const;
const everyFlow = ['payment_method_update', 'subscription_cancel', ...updates] as const;

/** Outside of a flow every subscription has its pages; inside, only the one that the flow is about. */
function isOfFlow({ flow }: Visit, { id }: Stripe.Subscription): boolean {
  if (!flow) return true;
  const about =
    flow.subscription_cancel ?? flow.subscription_pause ?? flow.subscription_update ?? flow.subscription_update_confirm;
  return about === null || about.subscription === id;
}

function notPossible(visit: Visit): Response {
  if (!visit.flow) return goTo(visit.c, `${visit.base}?failed=refused`);
  return show(visit, endPage(visit, { title: visit.words.title, detail: visit.words.failed, badge: 'alert' }), 400);
}

function whereCards(answer: Answer): Answer {
  return (visit, form) =>
    visit.configuration.features.payment_method_update.enabled ? answer(visit, form) : notPossible(visit);
}

function donePage(visit: Visit): Response {
  const { session, words, c } = visit;
  const done = c.req.query('done') ?? '';
  const said = Object.hasOwn(words.done, done) ? words.done[done as keyof typeof words.done] : '';
  const custom = session.flow?.after_completion.hosted_confirmation?.custom_message ?? null;
  return show(visit, endPage(visit, { title: said || words.confirmedTitle, detail: custom ?? '', badge: 'check' }));
}

function chooseDefault(visit: Visit): Response {
  const { store, session, c } = visit;
  const method = cardOf(visit, c.req.param('card') ?? '');
  if (!method) return notPossible(visit);
  store.change(byThePayer(store, session.id), (change) => makeDefault(change, visit, method));
  return finish(visit, 'default');
}

function remove(visit: Visit): Response {
  const method = cardOf(visit, visit.c.req.param('card') ?? '');
  const shown = overviewOf(visit).cards.some(({ removeUrl }) => removeUrl?.includes(`/${method?.id}/`));
  if (!method || !shown) return notPossible(visit);
  removeCard(visit, method);
  return finish(visit, 'removed');
}

function showChallenge(visit: Visit): Response {
  const { store, base, progress, locale } = visit;
  const intent = waitingIntent(store, progress.challenged?.intent ?? '');
  const page = intent && challengePage(store, intent, { submitUrl: `${base}/challenge`, locale });
  return page ? show(visit, page) : goTo(visit.c, base);
}

function answerBank(visit: Visit, form: Record<string, string>): Response {
  const { store, session, base, c } = visit;
  const { challenged } = visit.progress;
  const intent = waitingIntent(store, challenged?.intent ?? '');
  if (!challenged || !intent) return goTo(c, base);
  const { about, next } = challenged;
  const passed = store.change(byThePayer(store, session.id), (change) => {
    const taken = answerChallenge(change, intent, form['challenge']);
    const method = change.store.find('payment_method', idOf(intent.payment_method) ?? '');
    if (taken && about === 'card_default' && method) makeDefault(change, visit, method);
    if (!taken && about === 'updated') dropPendingUpdates(visit, change);
    return taken;
  });
  const progress = { ...visit.progress, challenged: null };
  remember(store, session.id, progress);
  const after = { ...visit, progress };
  if (passed) {
    if (about === 'paid' || about === 'updated') return finish(after, about);
    return cardSaved(after, next);
  }
  const back = about === 'paid' ? base : about === 'updated' ? flowOrBase(after) : `${base}/cards/new`;
  return goTo(c, `${back}?failed=authentication_required`);
}

function flowOrBase(visit: Visit): string {
  return visit.flow ? flowUrl(visit) : visit.base;
}

/** An update whose challenge failed does not go on waiting. */
function dropPendingUpdates({ customer }: Visit, change: Parameters<typeof expirePendingUpdate>[0]): void {
  const held = change.store
    .all('subscription', [{ sql: 'customer = ?', values: [customer.id] }])
    .filter(({ pending_update: pending }) => pending);
  for (const subscription of held) expirePendingUpdate(change, subscription);
}

function pay(visit: Visit): Response {
  const { store, session, base, c } = visit;
  const invoice = store.find('invoice', c.req.param('invoice') ?? '');
  if (!invoice || idOf(invoice.customer) !== visit.customer.id) return notPossible(visit);
  if (invoice.status !== 'open') return goTo(c, base);
  let error: StripeApiError | null = null;
  if (!isAsked(store, invoice)) {
    try {
      ({ error } = store.change(byThePayer(store, session.id), (change) =>
        payInvoice(change, invoice, { method: null, presence: 'on_session' }),
      ));
    } catch (thrown) {
      if (!(thrown instanceof StripeApiError)) throw thrown;
      return goTo(c, `${base}?failed=needs_card`);
    }
  }
  const intent = intentOfInvoice(store, invoice.id);
  if (intent?.status === 'requires_action') {
    remember(store, session.id, {
      ...visit.progress,
      challenged: { intent: intent.id, about: 'paid', next: null },
    });
    return goTo(c, `${base}/challenge`);
  }
  if (!error) return finish(visit, 'paid');
  return goTo(c, `${base}?failed=${failureCode(error)}`);
}

function detailsPage(
  visit: Visit,
  typed: Readonly<Partial<Record<DetailField, string>>>,
  errors: Readonly<Partial<Record<DetailField, string>>>,
): Response {
  const { configuration, customer, base } = visit;
  if (!configuration.features.customer_update.enabled) return notPossible(visit);
  const { name, email, phone, address } = customer;
  const known = Object.entries({ name, email, phone, ...address }).filter(([, value]) => typeof value === 'string');
  const page = renderDetailsPage({
    ...frameOf(visit, 'inside'),
    groups: groupsOf(visit),
    values: { ...(Object.fromEntries(known) as Partial<Record<DetailField, string>>), ...typed },
    errors,
    submitUrl: `${base}/details`,
    keepUrl: wayOut(visit),
  });
  return show(visit, page, Object.keys(errors).length > 0 ? 400 : 200);
}

function groupsOf({ configuration }: Visit): DetailGroup[] {
  const allowed = configuration.features.customer_update.allowed_updates;
  return (Object.keys(detailFields) as DetailGroup[]).filter((group) => allowed.includes(group));
}

function saveDetails(visit: Visit, form: Record<string, string>): Response {
  const { store, session, customer, configuration, words } = visit;
  if (!configuration.features.customer_update.enabled) return notPossible(visit);
  const groups = groupsOf(visit);
  const value = (field: DetailField) => form[field]?.trim() || null;
  const email = value('email');
  if (groups.includes('email') && email !== null && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    return detailsPage(visit, form, { email: words.emailInvalid });
  }
  const plain = groups.filter((group) => group !== 'address').map((group) => [group, value(group)]);
  const address = Object.fromEntries(detailFields.address.map((field) => [field, value(field)]));
  const params = {
    ...Object.fromEntries(plain),
    ...(groups.includes('address') && { address: Object.values(address).some((line) => line !== null) ? address : '' }),
  } as Stripe.CustomerUpdateParams;
  store.change(byThePayer(store, session.id), (change) =>
    updateCustomer(params, { store, change, path: { id: customer.id }, url: '' }),
  );
  return finish(visit, 'details');
}

function resume(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, session, configuration } = visit;
  const isOpen = configuration.features.subscription_cancel.enabled && subscription.schedule === null;
  if (!isOpen || subscription.cancel_at === null) return notPossible(visit);
  store.change(byThePayer(store, session.id), (change) => setCancellation(change, subscription, 'none'));
  return finish(visit, 'resumed');
}

function undo(visit: Visit, subscription: Stripe.Subscription): Response {
  const { store, session } = visit;
  const schedule = ownSchedule(visit, subscription);
  if (schedule?.status !== 'active') return notPossible(visit);
  store.change(byThePayer(store, session.id), (change) => releaseSchedule(change, schedule));
  return finish(visit, 'undone');
}
