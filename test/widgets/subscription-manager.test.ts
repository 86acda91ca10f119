/** `<subscription-manager>`: what it says, what it does, and what it does not let happen by itself. */

import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/subscription-manager/define.ts';
import type { SubscriptionManager } from '../../widgets/subscription-manager/define.ts';
import type { Invoice, Subscription } from '../../widgets/client/types.ts';
import * as catalogues from './peer/catalogues.ts';
import type { PeerProject } from './peer/peer.ts';
import { allInside, buttonSaying, inside, says, shown, textOf } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, type TestProject } from './support/peer.ts';
import {
  beyondGrace,
  downgrading,
  ending,
  pastDue,
  paused,
  subscriptionOf,
  waitsToBePaid,
} from './support/subscriptions.ts';

const invoice = (index: number, more: Partial<Invoice> = {}): Invoice => ({
  id: `in_${index}`,
  number: `PC-${index}`,
  date: '2026-10-23T10:00:00Z',
  amount: 1900 + index,
  currency: 'usd',
  status: 'paid',
  hosted_url: `https://pay.test/${index}`,
  pdf_url: `https://pay.test/${index}.pdf`,
  ...more,
});

const ada = (more: Partial<Subscription> = {}, peer: PeerProject = {}): PeerProject => {
  const { project_id: _, user_id: __, version: ___, ...state } = subscriptionOf(more);
  return { users: { ada: state }, ...peer };
};

const markup = (project: TestProject, more = '', user: string | null = 'ada'): string =>
  `<subscription-manager ${project.attributes} ${user ? `token="${issuerToken(user)}"` : ''} ${more}></subscription-manager>`;

const dialog = (element: Element): HTMLDialogElement | null => element.shadowRoot?.querySelector('dialog') ?? null;
const focused = (element: Element): string => textOf(element.shadowRoot?.activeElement);
const posts = async (project: TestProject): Promise<string[]> =>
  (await project.log())
    .filter(({ method, path }) => method === 'POST' && !path.endsWith('/refresh'))
    .map(({ path }) => path);

describe('subscription-manager: what it shows', () => {
  it('names the plan that is not paid, and the one that is left meanwhile', async () => {
    const element = await shown<SubscriptionManager>(markup(await newProject(ada(beyondGrace))), 'Fix payment');
    expect(textOf(inside(element, '.plan-name'))).to.equal('Pro Past due');
    expect(textOf(inside(element, '.notice'))).to.include('you are on Free meanwhile');
    expect(textOf(inside(element, '[part="outlook"]'))).to.equal('$19.00 is owed since November 23, 2026.');
    inside(element, '.actions [aria-label="Cancel Pro"]')?.click();
    await says(element, 'Cancel Pro?');
    expect(textOf(inside(element, 'dialog')))
      .to.include('Pro ends on December 23, 2026.')
      .and.not.to.include('You keep');
  });

  it('goes by the time that the subscription holds at, whatever this machine’s clock says', async () => {
    const trial = { status: 'trialing', trial_end: '2030-01-10T10:00:00Z' } as const;
    const card = { type: 'card', brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2029 } as const;
    const later = await newProject(ada({ payment_method: card, as_of: '2030-01-08T10:00:00Z' }));
    await shown(markup(later), 'expired 12/29');
    const bare = { ...trial, payment_method: null };
    const soon = await newProject(ada({ ...bare, as_of: '2030-01-08T10:00:00Z' }));
    expect(inside(await shown(markup(soon), 'Trial until'), '.notice')).not.to.equal(null);
    const far = await newProject(ada({ ...bare, as_of: '2029-12-20T10:00:00Z' }));
    expect(inside(await shown(markup(far), 'Trial until'), '.notice')).to.equal(null);
  });

  it('says the plan, how it stands, what comes and for how much, the card and the invoices', async () => {
    const project = await newProject(ada({}, { invoices: [invoice(1), invoice(0, { status: 'open' })] }));
    const element = await shown<SubscriptionManager>(markup(project), 'PC-1');
    const text = textOf(element.shadowRoot);
    for (const words of [
      'Pro',
      'Active',
      'Renews on December 23, 2026 for $19.00.',
      '•••• 4242',
      'expires 12/28',
      '$19.01',
      'Paid',
      'Open',
    ])
      expect(text).to.include(words);
    const links = allInside(element, '[part="invoices"] a').map((link) => link.getAttribute('aria-label'));
    expect(links).to.include('Open invoice PC-1 (opens in a new tab)');
    expect(links).to.include('Download invoice PC-1 (opens in a new tab)');
  });

  it('shows only the sections that are asked for, in their order', async () => {
    const project = await newProject(ada());
    const element = await shown<SubscriptionManager>(markup(project, 'sections="payment plan"'), 'Renews');
    expect(allInside(element, 'section h3').map(textOf)).to.deep.equal(['Payment method', 'Plan']);
    expect(await project.count('/v1/invoices')).to.equal(0);
  });

  it('shows an attribute that cannot work', async () => {
    const project = await newProject(ada());
    await shown(markup(project, 'sections="plan cards"'), 'sections="cards"');
    await shown(markup(project, 'return-url="javascript:alert(1)"'), 'return-url=');
  });

  it('is a normal state to be signed out', async () => {
    await shown(markup(await newProject(), '', null), 'You are not signed in');
  });

  it('says what would be there before the first payment, and lets choose a plan', async () => {
    const project = await newProject({ users: { ada: { plan: null, status: 'none' } } });
    const element = await shown<SubscriptionManager>(markup(project), 'No invoices yet');
    expect(textOf(element.shadowRoot)).to.include('You have no plan yet.').and.to.include('No payment method in use');
    expect(allInside(element, '.button').map(textOf)).to.deep.equal(['Choose plan']);
  });

  it('shows everything to a member who may not change it, says who can, and offers nothing', async () => {
    const project = await newProject(ada({ ...pastDue, can_manage_billing: false }, { invoices: [invoice(1)] }));
    const element = await shown<SubscriptionManager>(markup(project), 'PC-1');
    expect(textOf(element.shadowRoot)).to.include('Ask the person who looks after billing').and.to.include('is owed');
    expect(allInside(element, 'button')).to.deep.equal([]);
  });

  it('says what could not be read, and reads it when asked again', async () => {
    const project = await newProject({ ...ada(), faults: [{ path: '/v1/subscription', status: 503, times: 1 }] });
    const element = await shown<SubscriptionManager>(markup(project), 'Your plan could not be looked up');
    buttonSaying(element, 'Try again').click();
    await says(element, 'Renews on');
  });

  it('shows the rest when the invoices cannot be had, and has them when asked again', async () => {
    const faults = [{ path: '/v1/invoices', status: 503, times: 1 }];
    const project = await newProject(ada({}, { invoices: [invoice(1)], faults }));
    const element = await shown<SubscriptionManager>(markup(project), 'Your invoices could not be loaded');
    await says(element, 'Renews on');
    buttonSaying(element, 'Try again').click();
    await says(element, 'PC-1');
  });

  it('shows more invoices when asked, and where the reading goes on', async () => {
    const project = await newProject(ada({}, { invoices: Array.from({ length: 12 }, (_, index) => invoice(index)) }));
    const element = await shown<SubscriptionManager>(markup(project), 'Show more');
    expect(allInside(element, 'tbody tr').length).to.equal(5);
    const more = buttonSaying(element, 'Show more');
    more.focus();
    more.click();
    await says(element, 'PC-11');
    expect(allInside(element, 'tbody tr').length).to.equal(12);
    await waitUntil(() => focused(element) === 'Invoices', 'the button has gone, the heading has the focus');
    expect(inside(element, '[role="status"]')?.textContent).to.include('12 invoices');
  });

  it('links to no address that is not safe (R11.4)', async () => {
    const bad = invoice(1, { hosted_url: 'javascript:alert(1)', pdf_url: 'http://pay.example.com/1.pdf' });
    const element = await shown<SubscriptionManager>(markup(await newProject(ada({}, { invoices: [bad] }))), 'PC-1');
    expect(allInside(element, 'a')).to.deep.equal([]);
  });

  it('holds its final size while it loads', async () => {
    const invoices = [invoice(3), invoice(2), invoice(1)];
    const project = await newProject({ ...ada({}, { invoices }), hold: ['/v1/subscription'] });
    const element = await shown<SubscriptionManager>(markup(project), '');
    await waitUntil(() => inside(element, '.skeleton'));
    const before = element.offsetHeight;
    await project.release();
    await says(element, 'PC-1');
    expect(Math.abs(element.offsetHeight - before)).to.be.lessThan(16);
  });

  it('reads the invoices again when the plan is another one', async () => {
    const project = await newProject(ada({}, { invoices: [invoice(1)] }));
    const element = await shown<SubscriptionManager>(markup(project), 'PC-1');
    await waitUntil(async () => (await project.streams()).open === 1);
    await project.set(ada({ plan: 'team' }, { invoices: [invoice(2), invoice(1)] }));
    await says(element, 'PC-2');
  });

  it('reads them again when a change waits to be paid, which changes no plan; once for each', async () => {
    const project = await newProject(ada({}, { invoices: [invoice(1)] }));
    const element = await shown<SubscriptionManager>(markup(project), 'PC-1');
    expect(await project.count('/v1/invoices')).to.equal(1);
    await project.set(ada(waitsToBePaid(false), { invoices: [invoice(2, { status: 'open' }), invoice(1)] }));
    await element.billing.session?.refresh({ fresh: true });
    await says(element, 'PC-2');
    expect(await project.count('/v1/invoices')).to.equal(2);
  });
});

describe('subscription-manager: what needs the user, and its one action', () => {
  it('leads who owes to the portal for another card, and back here', async () => {
    const project = await newProject(ada(pastDue));
    const held = holdNavigation();
    const element = await shown<SubscriptionManager>(
      markup(project, 'return-url="/account"'),
      'Update your card by November 30, 2026 to keep Pro.',
    );
    buttonSaying(element, 'Fix payment').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(held.urls[0]).to.match(/\/portal\/bps_1$/);
    const order = (await project.log()).find(({ path }) => path === '/v1/portal')?.body;
    expect(order).to.deep.equal({ return_url: `${location.origin}/account`, flow: 'payment_method_update' });
    expect(allInside(element, '[part="plan"] ~ *, .actions a').map(textOf).join(' ')).to.include('Pay $19.00');
  });

  it('does not call a change of the cycle a move to the plan that somebody has', async () => {
    const project = await newProject(ada({ ...waitsToBePaid(false), plan: 'team' }));
    const element = await shown<SubscriptionManager>(markup(project), 'Your change is not paid yet.');
    expect(textOf(element.shadowRoot)).not.to.include('Team is not paid yet');
  });

  for (const { what, state, notice, button, after: later } of [
    {
      what: 'a cancellation',
      state: ending,
      notice: 'Pro ends on December 23, 2026.',
      button: 'Resume',
      after: 'Renews',
    },
    {
      what: 'a downgrade',
      state: downgrading,
      notice: 'You move to Pro on December 23, 2026.',
      button: 'Undo change',
      after: 'Renews',
    },
    {
      what: 'a switch of the cycle',
      state: { scheduled: { plan: 'pro', billing_cycle: 'yearly', at: '2026-12-23T10:00:00Z' } } as const,
      notice: 'You pay by the year from December 23, 2026.',
      button: 'Undo change',
      after: 'Renews',
    },
    { what: 'a pause', state: paused, notice: 'Your subscription is paused.', button: 'Resume', after: 'Active' },
  ]) {
    it(`takes ${what} back, says so, and keeps the focus`, async () => {
      const project = await newProject(ada(state));
      const element = await shown<SubscriptionManager>(markup(project), notice);
      const pressed = buttonSaying(element, button);
      pressed.focus();
      pressed.click();
      await says(element, later);
      expect(await posts(project)).to.deep.equal(['/v1/subscription/resume']);
      expect(allInside(element, '.notice').length).to.equal(0);
      await waitUntil(() => inside(element, '[role="status"]')?.textContent?.includes('goes on'));
      await waitUntil(() => element.shadowRoot?.activeElement?.matches('.plan-name'), 'focus on the plan');
    });
  }

  it('opens the bank’s page in a tab of its own, and shows by itself when it is done', async () => {
    const project = await newProject(ada(waitsToBePaid(true)));
    const element = await shown<SubscriptionManager>(markup(project), 'Your bank asks you to confirm a payment.');
    const link = buttonSaying(element, 'Confirm payment') as HTMLAnchorElement;
    expect([link.href, link.target, link.rel]).to.deep.equal(['https://pay.test/in_2', '_blank', 'noopener']);
    await waitUntil(async () => (await project.streams()).open === 1);
    await project.set(ada({ plan: 'team' }));
    await waitUntil(() => inside(element, '.notice') === null && textOf(element.shadowRoot).includes('Team'));
  });

  it('says what went wrong, and can be pressed again', async () => {
    const faults = [
      { path: '/v1/subscription/resume', status: 409, times: 1, body: { code: 'schedule_foreign', detail: '' } },
    ];
    const element = await shown<SubscriptionManager>(markup(await newProject(ada(ending, { faults }))), 'Resume');
    const failed = oneEvent(element, 'billing-error');
    buttonSaying(element, 'Resume').click();
    expect((await failed).detail.code).to.equal('schedule_foreign');
    await says(element, 'This subscription is arranged by hand.');
    buttonSaying(element, 'Resume').click();
    await says(element, 'Renews on');
  });

  it('says that the portal has nothing to show yet', async () => {
    const faults = [{ path: '/v1/portal', status: 409, body: { code: 'no_billing_account', detail: '' } }];
    const element = await shown<SubscriptionManager>(markup(await newProject(ada({}, { faults }))), 'Update');
    buttonSaying(element, 'Update').click();
    await says(element, 'There is nothing to update yet.');
  });
});

describe('subscription-manager: cancelling', () => {
  it('says what is kept until when and what is lost, with the way out first; Escape changes nothing', async () => {
    const project = await newProject(ada());
    const element = await shown<SubscriptionManager>(markup(project), 'Renews');
    const cancel = buttonSaying(element, 'Cancel');
    expect(cancel.getAttribute('aria-label')).to.equal('Cancel Pro');
    cancel.focus();
    cancel.click();
    await waitUntil(() => dialog(element)?.open);
    const said = textOf(dialog(element));
    expect(said).to.include('You keep Pro until December 23, 2026, then move to Free.');
    expect(allInside(element, '.losses li').map(textOf)).to.deep.equal(catalogues.usual.plans[1]?.features);
    expect(focused(element)).to.equal('Keep Pro');
    dialog(element)?.dispatchEvent(new Event('cancel', { cancelable: true }));
    await waitUntil(() => dialog(element) === null);
    expect(focused(element)).to.equal('Cancel');
    expect(await posts(project)).to.deep.equal([]);
  });

  it('cancels when it is confirmed, and says when the plan ends', async () => {
    const project = await newProject(ada());
    const element = await shown<SubscriptionManager>(markup(project), 'Renews');
    buttonSaying(element, 'Cancel').click();
    await waitUntil(() => dialog(element)?.open);
    buttonSaying(element, 'Cancel on December 23').click();
    await says(element, 'Pro ends on December 23, 2026.');
    await waitUntil(() => dialog(element) === null);
    expect(await posts(project)).to.deep.equal(['/v1/subscription/cancel']);
    expect(allInside(element, '.button').map(textOf)).to.not.include('Cancel');
    await waitUntil(() => inside(element, '[role="status"]')?.textContent?.includes('Pro ends on December 23, 2026.'));
    await waitUntil(() => element.shadowRoot?.activeElement?.matches('.plan-name'), 'focus on the plan');
  });

  it('says that it was not cancelled when it was not', async () => {
    const faults = [{ path: '/v1/subscription/cancel', status: 503 }];
    const element = await shown<SubscriptionManager>(markup(await newProject(ada({}, { faults }))), 'Renews');
    buttonSaying(element, 'Cancel').click();
    await waitUntil(() => dialog(element)?.open);
    buttonSaying(element, 'Cancel on December 23').click();
    await says(element, 'Your plan was not cancelled.');
    expect(dialog(element)?.open).to.equal(true);
  });
});

describe('subscription-manager: changing the plan', () => {
  const open = async (project: TestProject): Promise<SubscriptionManager> => {
    const element = await shown<SubscriptionManager>(markup(project), 'Change plan');
    buttonSaying(element, 'Change plan').click();
    await waitUntil(() => dialog(element)?.open);
    return element;
  };
  const pick = (element: Element, plan: string): void => inside(element, `input[value="${plan}"]`)?.click();

  it('goes from the choice over the price to the plan, and back to the choice on the way', async () => {
    const project = await newProject(ada());
    const element = await open(project);
    expect(inside(element, 'input[value="pro"]')?.hasAttribute('disabled')).to.equal(true);
    expect(buttonSaying(element, 'Continue').hasAttribute('disabled')).to.equal(true);
    pick(element, 'team');
    await waitUntil(() => !buttonSaying(element, 'Continue').hasAttribute('disabled'));
    buttonSaying(element, 'Continue').click();
    await says(element, 'Pay $19.50');
    buttonSaying(element, 'Back').click();
    await says(element, 'Continue');
    buttonSaying(element, 'Continue').click();
    await says(element, 'Pay $19.50');
    const changed = oneEvent(element, 'plan-change');
    buttonSaying(element, 'Pay $19.50').click();
    expect((await changed).detail).to.include({ plan: 'team', billingCycle: 'monthly' });
    await waitUntil(() => dialog(element) === null);
  });

  it('buys seats, and sends what was shown for them', async () => {
    const project = await newProject(ada({ plan: 'team', quantity: 2 }));
    const element = await open(project);
    pick(element, 'team');
    await says(element, 'Seats');
    inside(element, '[aria-label="One seat more"]')?.click();
    await waitUntil(() => (inside(element, '#seats') as HTMLInputElement | null)?.value === '3');
    buttonSaying(element, 'Continue').click();
    await says(element, 'Pay $58.00');
    buttonSaying(element, 'Pay $58.00').click();
    await says(element, '3 seats');
    const change = (await project.log()).find(({ path }) => path.endsWith('/change'))?.body;
    expect(change).to.include({ plan: 'team', billing_cycle: 'monthly', quantity: 3, due_now: 5800 });
  });

  it('takes who has no subscription to checkout, with seats', async () => {
    const project = await newProject();
    const held = holdNavigation();
    const element = await open(project);
    pick(element, 'team');
    await says(element, 'Seats');
    inside(element, '[aria-label="One seat more"]')?.click();
    buttonSaying(element, 'Continue').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    const order = (await project.log()).find(({ path }) => path === '/v1/checkout')?.body;
    expect(order).to.include({ plan: 'team', billing_cycle: 'monthly', quantity: 2 });
  });

  it('offers another plan to who has cancelled, and their own is taken up again', async () => {
    const project = await newProject(ada({ ...ending, plan: 'team', quantity: 2 }));
    const element = await open(project);
    const rows = allInside(element, 'dialog label.choice-row').map(textOf);
    expect(rows.map((row) => row.split('$')[0])).to.deep.equal([
      'Free From Dec 23 ',
      'Pro Billed monthly ',
      'Team Resume ',
    ]);
    expect(inside(element, 'input[value="free"]')?.hasAttribute('disabled'), 'it comes already').to.equal(true);
    pick(element, 'team');
    await waitUntil(() => !buttonSaying(element, 'Continue').hasAttribute('disabled'));
    expect(inside(element, '#seats'), 'nothing but the end is changed').to.equal(null);
    buttonSaying(element, 'Continue').click();
    await says(element, 'Renews on');
    expect(await posts(project)).to.deep.equal(['/v1/subscription/resume']);
  });

  it('offers the same way out of losing something as everywhere', async () => {
    const element = await open(await newProject(ada({ plan: 'team' })));
    pick(element, 'pro');
    await waitUntil(() => !buttonSaying(element, 'Continue').hasAttribute('disabled'));
    buttonSaying(element, 'Continue').click();
    await waitUntil(() => focused(element) === 'Keep Team', 'the way out has the focus');
    buttonSaying(element, 'Keep Team').click();
    await waitUntil(() => dialog(element) === null);
  });

  it('keeps the plan that is picked when the cycle is another one', async () => {
    const element = await open(await newProject(ada()));
    pick(element, 'team');
    inside(element, 'dialog input[value="yearly"]')?.click();
    await says(element, '$290 a seat billed yearly');
    expect((inside(element, 'input[value="team"]') as HTMLInputElement).checked).to.equal(true);
    expect(inside(element, 'input[value="pro"]')?.hasAttribute('disabled'), 'their plan by the year').to.equal(false);
  });
});
