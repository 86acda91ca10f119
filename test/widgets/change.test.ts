/** Changing a subscription from `<plan-picker>`, `<upgrade-button>` and `<plan-gate>`: shown first, agreed to, and never a checkout. */

import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../widgets/index.ts';
import type { Subscription } from '../../widgets/client/types.ts';
import type { PeerProject } from './peer/peer.ts';
import { allInside, buttonsOf, buttonSaying, eventsOf, inside, says, shown, textOf } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, type TestProject } from './support/peer.ts';
import { downgrading, ending, pastDue, paused, subscriptionOf, waitsToBePaid } from './support/subscriptions.ts';

const ada = (more: Partial<Subscription> = {}, peer: PeerProject = {}): PeerProject => {
  const { project_id: _, user_id: __, version: ___, ...state } = subscriptionOf(more);
  return { users: { ada: state }, ...peer };
};

const markup = (tag: string, project: TestProject, more = ''): string =>
  `<${tag} ${project.attributes} token="${issuerToken()}" ${more}></${tag}>`;
const patient = { timeout: 5000 };
/** A picker that knows its user's plan: on a busy machine it shows the plans first. */
async function picker(project: TestProject, more = ''): Promise<HTMLElement> {
  const element = await shown<HTMLElement>(markup('plan-picker', project, more), 'Team');
  await waitUntil(() => inside(element, '.skeleton') === null, 'the plan of the user', patient);
  return element;
}

const dialog = (element: Element): HTMLDialogElement | null => element.shadowRoot?.querySelector('dialog') ?? null;
const isOpen = (element: Element): Promise<unknown> => waitUntil(() => dialog(element)?.open, 'a dialog', patient);
const isClosed = (element: Element): Promise<unknown> =>
  waitUntil(() => dialog(element) === null, 'no dialog', patient);
const bodies = async (project: TestProject, end: string): Promise<unknown[]> =>
  (await project.log()).filter(({ path }) => path.endsWith(end)).map(({ body }) => body);

/** What a change is refused with, once. */
const refused = (status: number, code: string, more: object = {}): PeerProject => ({
  faults: [{ path: '/v1/subscription/change', status, times: 1, body: { code, status, detail: code, ...more } }],
});

describe('an upgrade', () => {
  it('shows every line, what is due now, what comes next and the card, and the button repeats the amount (R17.3)', async () => {
    const project = await newProject(ada());
    const element = await picker(project);
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    expect(dialog(element)?.getAttribute('aria-labelledby')).to.equal('dialog-title');
    const said = textOf(dialog(element));
    for (const words of [
      'Upgrade to Team',
      'Your plan changes now. What is left of Pro is taken off the price.',
      'Unused time on Pro −$9.50',
      'Team × 1 $29.00',
      'Due now $19.50',
      'Then $29.00 a month from December 23, 2026.',
      'Charged to Visa •••• 4242.',
    ])
      expect(said).to.include(words);
    expect(await project.count('/v1/subscription/change')).to.equal(0);
    const told = eventsOf('plan-change');
    buttonSaying(element, 'Pay $19.50').click();
    await isClosed(element);
    await says(element, 'Current plan');
    expect(told.filter(({ target }) => target === element).map(({ detail }) => detail.plan)).to.deep.equal(['team']);
    expect(await bodies(project, '/change')).to.deep.equal([
      { plan: 'team', billing_cycle: 'monthly', due_now: 1950, proration_date: 1_764_151_200 },
    ]);
    expect(await project.count('/v1/checkout')).to.equal(0);
  });

  it('announces plan-select first, and does nothing where the page says no (R38.1)', async () => {
    const project = await newProject(ada());
    const element = await picker(project);
    element.addEventListener('plan-select', (event) => event.preventDefault(), { once: true });
    const told = oneEvent(element, 'plan-select');
    buttonSaying(element, 'Upgrade').click();
    expect((await told).detail).to.deep.equal({ plan: 'team', billingCycle: 'monthly', quantity: null });
    expect(dialog(element) === null).to.equal(true);
    expect(await project.count('/preview')).to.equal(0);
  });

  it('says in words what becomes of a credit', async () => {
    const preview = {
      due_now: 0,
      lines: [
        { description: 'Unused time on Pro', amount: -4200 },
        { description: 'Team', amount: 2900 },
      ],
    };
    const element = await picker(await newProject(ada({}, { preview })));
    buttonSaying(element, 'Upgrade').click();
    await says(element, '$13.00 stays on your account and is taken off your next invoices.');
    expect(textOf(dialog(element)))
      .to.include('Due now $0.00')
      .and.not.include('Charged to');
    buttonSaying(element, 'Upgrade to Team');
  });

  it('adds up: what the lines do not say stands as credit, or as tax and discounts', async () => {
    const lines = [{ description: 'Team', amount: 2900 }];
    const less = await picker(await newProject(ada({}, { preview: { due_now: 2000, lines } })));
    buttonSaying(less, 'Upgrade').click();
    await says(less, 'Credit on your account −$9.00');
    const more = await picker(await newProject(ada({}, { preview: { due_now: 3451, lines } })));
    buttonSaying(more, 'Upgrade').click();
    await says(more, 'Tax and discounts $5.51');
  });

  it('works the price out again for other seats, one question for many presses, and agrees to the last', async () => {
    const project = await newProject(ada());
    const element = await picker(project);
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    for (let press = 0; press < 3; press += 1) {
      inside(element, '[aria-label="One seat more"]')?.click();
      await (element as HTMLElement & { updateComplete: Promise<unknown> }).updateComplete;
    }
    expect(buttonSaying(element, 'Pay $19.50').hasAttribute('disabled'), 'while it is worked out').to.equal(true);
    await says(element, 'Pay $106.50');
    expect(await project.count('/preview')).to.equal(2);
    buttonSaying(element, 'Pay $106.50').click();
    await isClosed(element);
    expect(await bodies(project, '/change')).to.deep.equal([
      { plan: 'team', billing_cycle: 'monthly', quantity: 4, due_now: 10_650, proration_date: 1_764_151_200 },
    ]);
  });

  it('takes the seats of <upgrade-button quantity>', async () => {
    const project = await newProject(ada());
    const element = await shown<HTMLElement>(
      markup('upgrade-button', project, 'plan="team" quantity="3"'),
      'Upgrade to Team',
    );
    buttonSaying(element, 'Upgrade to Team').click();
    await says(element, 'Pay $77.50');
    expect(await bodies(project, '/preview')).to.deep.equal([{ plan: 'team', billing_cycle: 'monthly', quantity: 3 }]);
  });

  it('says of seats that go on the next invoice that nothing is due now', async () => {
    const lines = [
      { description: 'Unused time on 1 × Team', amount: -2000 },
      { description: 'Remaining time on 3 × Team', amount: 6000 },
    ];
    const project = await newProject(ada({ plan: 'team' }, { preview: { due_now: 0, lines } }));
    const element = await shown<HTMLElement>(markup('subscription-manager', project), 'Change plan');
    buttonSaying(element, 'Change plan').click();
    await isOpen(element);
    inside(element, 'input[value="team"]')?.click();
    await says(element, 'Seats');
    inside(element, '[aria-label="One seat more"]')?.click();
    await waitUntil(() => !buttonSaying(element, 'Continue').hasAttribute('disabled'));
    buttonSaying(element, 'Continue').click();
    await says(element, 'On your next invoice $40.00 Due now $0.00');
    expect(textOf(dialog(element)))
      .to.include('Your seats change now.')
      .and.not.include('Credit');
    buttonSaying(element, 'Change seats').click();
    await says(element, '2 seats');
  });

  it('waits for the day where the project upgrades with the period, and nothing is lost', async () => {
    const preview = { effective: '2026-12-23T10:00:00Z', due_now: 0, lines: [], proration_date: null };
    const element = await picker(await newProject(ada({}, { preview })));
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'You keep Pro until December 23, 2026, then move to Team.');
    expect(buttonSaying(element, 'Change on December 23').matches('.filled')).to.equal(true);
    expect(allInside(element, '.losses').length).to.equal(0);
  });

  it('opens behind a gate as well, and the gate opens with it', async () => {
    const project = await newProject(ada());
    const element = await shown<HTMLElement>(markup('plan-gate', project, 'plan="team"'), 'Upgrade to Team');
    buttonSaying(element, 'Upgrade to Team').click();
    await says(element, 'Pay $19.50');
    await says(element, 'Charged to Visa •••• 4242.');
    buttonSaying(element, 'Pay $19.50').click();
    await waitUntil(() => (element as HTMLElement & { access: string }).access === 'open');
    expect(await project.count('/v1/checkout')).to.equal(0);
  });

  it('is never an amount where the preview failed (R17.2)', async () => {
    const faults = [{ path: '/preview', status: 503, times: 1 }];
    const element = await picker(await newProject(ada({}, { faults })));
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'The price could not be worked out.');
    expect(textOf(dialog(element))).to.not.match(/[$]\d+[.]\d\d/);
    expect(inside(element, 'dialog .filled')?.hasAttribute('disabled')).to.equal(true);
    buttonSaying(element, 'Try again').click();
    await says(element, 'Pay $19.50');
  });

  it('shows the new amount where it has changed since, and charges nothing before that is agreed to (R17.3)', async () => {
    const project = await newProject(ada({}, refused(409, 'preview_outdated')));
    const element = await picker(project);
    const errors = eventsOf('billing-error');
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    await project.set({ preview: { due_now: 2100 } });
    buttonSaying(element, 'Pay $19.50').click();
    await says(element, 'The amount has changed since it was shown. This is the new one. Nothing was charged.');
    await says(element, 'Pay $21.00');
    expect(inside(element, 'dialog [role="status"]')?.textContent).to.include('$21.00');
    expect(errors.filter(({ target }) => target === element)).to.deep.equal([]);
    buttonSaying(element, 'Pay $21.00').click();
    await isClosed(element);
    expect((await bodies(project, '/change')).map((body) => (body as { due_now: number }).due_now)).to.deep.equal([
      1950, 2100,
    ]);
  });

  it('leaves everything as it was when the card is declined, and offers another card (R16.1)', async () => {
    const project = await newProject(ada({}, refused(402, 'payment_failed', { hosted_url: 'https://pay.test/in_9' })));
    const element = await picker(project);
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    const failed = oneEvent(element, 'billing-error');
    buttonSaying(element, 'Pay $19.50').click();
    expect((await failed).detail).to.include({ code: 'payment_failed', status: 402 });
    await says(element, 'The payment was declined');
    expect(textOf(dialog(element))).to.include('Your plan is as it was.');
    const link = buttonSaying(element, 'Pay with another card') as HTMLAnchorElement;
    expect([link.href, link.target]).to.deep.equal(['https://pay.test/in_9', '_blank']);
    const held = holdNavigation();
    buttonSaying(element, 'Update card').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(await bodies(project, '/v1/portal')).to.deep.equal([
      { return_url: location.href, flow: 'payment_method_update' },
    ]);
  });

  it('sends to the bank, waits, and is done by itself when the bank is (R16.2)', async () => {
    const project = await newProject(ada({}, refused(402, 'requires_action', { hosted_url: 'https://pay.test/in_9' })));
    const element = await picker(project);
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    await waitUntil(async () => (await project.streams()).open === 1);
    buttonSaying(element, 'Pay $19.50').click();
    await says(element, 'Your bank asks you to confirm the payment');
    expect((buttonSaying(element, 'Go on to your bank') as HTMLAnchorElement).href).to.equal('https://pay.test/in_9');
    const told = oneEvent(element, 'plan-change');
    await project.set(ada({ plan: 'team' }));
    expect((await told).detail.plan).to.equal('team');
    await isClosed(element);
  });

  for (const { code, status, words } of [
    { code: 'schedule_foreign', status: 409, words: 'This subscription is arranged by hand.' },
    { code: 'fix_payment', status: 409, words: 'Your last payment is still open.' },
    { code: 'no_change', status: 409, words: 'That is your plan already.' },
    { code: 'rate_limited', status: 429, words: 'That was too often.' },
    { code: 'unavailable', status: 503, words: 'Your plan was not changed. The billing service did not answer.' },
  ]) {
    it(`says in words what was refused: ${code}`, async () => {
      const element = await picker(await newProject(ada({}, refused(status, code))));
      buttonSaying(element, 'Upgrade').click();
      await says(element, 'Pay $19.50');
      buttonSaying(element, 'Pay $19.50').click();
      await says(element, words);
      expect(dialog(element)?.open).to.equal(true);
      expect(textOf(dialog(element))).to.match(/nothing .*charged/i);
    });
  }

  it('sends one change for two presses (R41.2)', async () => {
    const project = await newProject({ ...ada(), hold: ['/change'] });
    const element = await picker(project);
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    const pay = buttonSaying(element, 'Pay $19.50');
    pay.click();
    pay.click();
    await says(element, 'Paying');
    expect(inside(element, '.close')?.getAttribute('aria-disabled')).to.equal('true');
    dialog(element)?.dispatchEvent(new Event('cancel', { cancelable: true }));
    expect(dialog(element)?.open, 'not put away while it is paid').to.equal(true);
    await project.release();
    await isClosed(element);
    expect(await project.count('/change')).to.equal(1);
  });

  it('is over after Back (R41.1)', async () => {
    const element = await picker(await newProject(ada()));
    buttonSaying(element, 'Upgrade').click();
    await isOpen(element);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await isClosed(element);
    expect(allInside(element, '[aria-busy="true"]').length).to.equal(0);
  });
});

describe('a downgrade', () => {
  it('says when it comes, that nothing is charged and what is lost, with the way out first', async () => {
    const project = await newProject(ada({ plan: 'team' }));
    const element = await picker(project);
    allInside(element, '.choice .button')[1]?.click();
    await says(element, 'Downgrade on December 23');
    const said = textOf(dialog(element));
    for (const words of [
      'Downgrade to Pro',
      'You keep Team until December 23, 2026, then move to Pro.',
      'Nothing is charged now.',
      'You will no longer have',
      'Single sign-on',
      'Then $19.00 a month from December 23, 2026.',
    ])
      expect(said).to.include(words);
    expect(said).to.not.include('Custom domain');
    await waitUntil(() => textOf(element.shadowRoot?.activeElement) === 'Keep Team', 'the way out has the focus');
    buttonSaying(element, 'Downgrade on December 23').click();
    await isClosed(element);
    await says(element, 'Undo change');
    expect(inside(element, '[role="status"]')?.textContent).to.include('You move to Pro on December 23, 2026.');
  });

  it('to the free plan is a cancellation, and says the same of it', async () => {
    const project = await newProject(ada());
    const element = await picker(project);
    buttonSaying(element, 'Downgrade').click();
    await says(element, 'You keep Pro until December 23, 2026, then move to Free.');
    buttonSaying(element, 'Downgrade on December 23').click();
    await isClosed(element);
    await waitUntil(() => buttonsOf(element).join() === 'Undo change,Resume,Upgrade');
  });
});

describe('a picker and a button, to a subscriber', () => {
  it('switch the cycle with its price shown first', async () => {
    const project = await newProject(ada());
    const element = await picker(project, 'billing-cycle="yearly"');
    buttonSaying(element, 'Switch to yearly').click();
    await says(element, 'Pay $180.50');
    expect(textOf(dialog(element)))
      .to.include('Your billing cycle changes now.')
      .and.to.include('a year from');
  });

  for (const { what, state, says: words } of [
    { what: 'a cancellation', state: ending, says: 'Resume' },
    { what: 'a scheduled change', state: downgrading, says: 'Undo change' },
  ]) {
    it(`take ${what} back with one press, and no checkout`, async () => {
      const project = await newProject(ada(state));
      const element = await picker(project);
      buttonSaying(element, words).click();
      await waitUntil(() => !buttonsOf(element).includes(words));
      expect(await project.count('/v1/subscription/resume')).to.equal(1);
      expect(await project.count('/v1/checkout')).to.equal(0);
    });
  }

  it('sell nothing to who owes, and lead to the payment (R21.3)', async () => {
    const project = await newProject(ada(pastDue));
    const element = await picker(project);
    expect(buttonsOf(element)).to.deep.equal(['Downgrade', 'Fix payment', 'Upgrade']);
    expect(allInside(element, '.choice .button')[2]?.hasAttribute('disabled')).to.equal(true);
    await says(element, 'Your last payment failed. Update your card by November 30, 2026 to keep Pro.');
    const held = holdNavigation();
    const button = await shown<HTMLElement>(markup('upgrade-button', project, 'plan="team"'), 'Fix payment');
    buttonSaying(button, 'Fix payment').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(held.urls[0]).to.match(/\/portal\//);
    expect(await project.count('/v1/checkout')).to.equal(0);
  });

  it('sell nothing while it is paused, and resume it (R22.1)', async () => {
    const project = await newProject(ada(paused));
    const element = await picker(project);
    expect(buttonsOf(element)).to.deep.equal(['Current plan', 'Resume', 'Upgrade']);
    expect(allInside(element, '.choice .button:not([disabled])').map(textOf)).to.deep.equal(['Resume']);
    inside(element, '.notice .button')?.click();
    await waitUntil(() => inside(element, '.notice') === null, 'no notice', patient);
    expect(await project.count('/v1/subscription/resume')).to.equal(1);
  });

  for (const { code, words, title } of [
    { code: 'payment_failed', words: 'Pay with another card', title: 'The payment was declined.' },
    { code: 'requires_action', words: 'Go on to your bank', title: 'Your bank asks you to confirm the payment.' },
  ]) {
    it(`lead to where a resumption can be paid that is answered ${code} (R16.1)`, async () => {
      const body = { code, detail: 'In English.', hosted_url: 'https://pay.test/in_3' };
      const faults = [{ path: '/v1/subscription/resume', status: 402, body }];
      const element = await picker(await newProject({ ...ada(paused), faults }));
      buttonSaying(element, 'Resume').click();
      await says(element, title);
      const link = buttonSaying(element, words) as HTMLAnchorElement;
      expect([link.href, link.target]).to.deep.equal(['https://pay.test/in_3', '_blank']);
      expect(textOf(element)).not.to.include('In English');
      await expect(element).to.be.accessible();
    });
  }

  it('lead to the page where an upgrade that waits can be paid', async () => {
    const project = await newProject(ada(waitsToBePaid(true)));
    const element = await picker(project);
    const link = buttonSaying(element, 'Finish payment') as HTMLAnchorElement;
    expect([link.href, link.target]).to.deep.equal(['https://pay.test/in_2', '_blank']);
    const button = await shown<HTMLElement>(markup('upgrade-button', project, 'plan="team"'), 'Finish payment');
    expect((buttonSaying(button, 'Finish payment') as HTMLAnchorElement).href).to.equal('https://pay.test/in_2');
  });

  it('show the price that this subscriber pays on their own plan (R23.3)', async () => {
    const price = { unit_amount: 1500, currency: 'usd', legacy: true };
    const element = await picker(await newProject(ada({ price })));
    const own = allInside(element, '.plan')[1];
    expect(textOf(own)).to.include('$15 / month').and.to.include('Your price').and.not.include('$19');
    inside(element, 'input[value="yearly"]')?.click();
    await says(element, '$190 billed yearly');
  });

  it('show prices in the currency that the customer is bound to, whatever the page says (R13.1)', async () => {
    const project = await newProject(ada({ locked_currency: 'eur' }));
    await picker(project, 'currency="usd"');
    await waitUntil(async () => (await project.log()).some(({ query }) => query['currency'] === 'eur'));
  });

  it('show the page’s prices where nothing is sold any more in the currency that the customer is bound to', async () => {
    const faults = [{ path: '/plans', status: 400, times: 2, body: { code: 'currency_unknown', detail: '' } }];
    const project = await newProject(ada({ locked_currency: 'gbp' }, { faults }));
    const element = await picker(project);
    await says(element, 'Current plan');
    const asked = (await project.log()).filter(({ path }) => path.endsWith('/plans'));
    expect(asked.map(({ query }) => query['currency'] ?? null)).to.include('gbp');
  });
});

describe('a dialog', () => {
  it('is left with Escape, and gives the focus back', async () => {
    const element = await picker(await newProject(ada()));
    const upgrade = buttonSaying(element, 'Upgrade');
    upgrade.focus();
    await sendKeys({ press: 'Enter' });
    await says(element, 'Pay $19.50');
    expect(dialog(element)?.contains(element.shadowRoot?.activeElement ?? null)).to.equal(true);
    await sendKeys({ press: 'Escape' });
    await isClosed(element);
    expect(element.shadowRoot?.activeElement === upgrade).to.equal(true);
  });

  it('keeps the keyboard inside', async () => {
    const element = await picker(await newProject(ada()));
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    const seen = new Set<string>();
    for (let press = 0; press < 8; press += 1) {
      await sendKeys({ press: 'Tab' });
      const at = element.shadowRoot?.activeElement;
      if (at) expect(dialog(element)?.contains(at), textOf(at)).to.equal(true);
      if (at) seen.add(textOf(at) || at.getAttribute('aria-label') || at.id);
    }
    for (const words of ['Close', 'seats', 'One seat more', 'Not now', 'Pay $19.50'])
      expect([...seen]).to.include(words);
  });

  it('fits into 320 px and at twice the text, with nothing cut off, right to left too', async () => {
    for (const dir of ['ltr', 'rtl']) {
      const element = await picker(
        await newProject(ada({ plan: 'team' })),
        dir === 'rtl' ? 'locale="ar"' : 'locale="de"',
      );
      allInside(element, '.choice .button')[0]?.click();
      await isOpen(element);
      const box = dialog(element) as HTMLDialogElement;
      await waitUntil(() => inside(element, '.losses'));
      box.style.inlineSize = '288px';
      expect(box.scrollWidth).to.be.at.most(box.clientWidth);
      for (const button of allInside(element, 'dialog .button')) {
        const { left, right } = button.getBoundingClientRect();
        const frame = box.getBoundingClientRect();
        expect(left >= frame.left - 0.5 && right <= frame.right + 0.5, textOf(button)).to.equal(true);
      }
    }
  });

  it('names what it is made of as parts (R40.2)', async () => {
    const element = await picker(await newProject(ada()));
    buttonSaying(element, 'Upgrade').click();
    await says(element, 'Pay $19.50');
    for (const part of [
      'dialog',
      'dialog-title',
      'dialog-body',
      'dialog-actions',
      'lines',
      'due',
      'seats',
      'button-close',
    ])
      expect(allInside(element, `[part~="${part}"]`).length, part).to.be.greaterThan(0);
  });
});
