/** `<plan-picker>` against a peer that answers the wire shapes: its states, and what its buttons do. */

import { expect, fixture, oneEvent, waitUntil } from '@open-wc/testing';
import '../../widgets/plan-picker/define.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { allInside, buttonSaying, buttonsOf, eventsOf, inside, says, shown, textOf } from './support/elements.ts';
import { holdNavigation } from './support/navigation.ts';
import { issuerToken, newProject, peerUrl, type TestProject } from './support/peer.ts';
import { beyondGrace, pastDue, paused, processing } from './support/subscriptions.ts';
import { onPro } from './support/users.ts';

const picker = (project: TestProject, more = ''): string => `<plan-picker ${project.attributes} ${more}></plan-picker>`;
const signedIn = (project: TestProject, more = ''): string => picker(project, `token="${issuerToken()}" ${more}`);

describe('plan-picker: what it shows', () => {
  it('shows plans and prices to people who are not signed in', async () => {
    const project = await newProject({ catalogue: catalogues.withTrial });
    const element = await shown<PlanPicker>(picker(project), 'Start 14-day trial');
    expect(allInside(element, 'h3').map(textOf)).to.deep.equal(['Free', 'Pro', 'Team']);
    expect(buttonsOf(element)).to.deep.equal(['Get started', 'Start 14-day trial', 'Subscribe']);
    expect(textOf(element.shadowRoot)).to.include('$19 / month Billed monthly').and.include('$29 / seat / month');
    expect(await project.count('/refresh')).to.equal(0);
  });

  it('shows the yearly price by the month, with what is billed', async () => {
    const element = await shown<PlanPicker>(picker(await newProject(), 'billing-cycle="yearly"'), 'Subscribe');
    expect(textOf(element.shadowRoot)).to.include('$15.83 / month $190 billed yearly');
    expect(textOf(inside(element, '.segments'))).to.equal('Monthly Yearly Save 17%');
  });

  it('marks the current plan, which cannot be pressed, and puts the next one up forward', async () => {
    const element = await shown<PlanPicker>(signedIn(await newProject(onPro())), 'Current plan');
    expect(buttonsOf(element)).to.deep.equal(['Downgrade', 'Current plan', 'Upgrade']);
    expect(buttonSaying(element, 'Current plan').hasAttribute('disabled')).to.equal(true);
    expect(allInside(element, '.button.filled').map(textOf)).to.deep.equal(['Upgrade']);
    expect(textOf(inside(element, '.pill'))).to.equal('Active');
  });

  it('begins with the cycle that the user pays in, and offers to switch in the other one', async () => {
    const element = await shown<PlanPicker>(
      signedIn(await newProject(onPro({ billing_cycle: 'yearly' }))),
      'Current plan',
    );
    expect(inside(element, 'input:checked')?.getAttribute('value')).to.equal('yearly');
    inside(element, 'input[value="monthly"]')?.click();
    await says(element, 'Switch to monthly');
  });

  for (const { status, pill, button, more } of [
    {
      status: 'trialing',
      pill: 'Trial until',
      button: 'Current plan',
      more: { trial_end: '2026-12-07T10:00:00Z' },
    },
    { status: 'past_due', pill: 'Past due', button: 'Fix payment', more: {} },
    { status: 'active', pill: 'Ends', button: 'Resume', more: { cancel_at: '2026-12-23T10:00:00Z' } },
    { status: 'paused', pill: 'Paused', button: 'Resume', more: {} },
  ]) {
    it(`says "${pill}" of a plan that is ${status}, and offers "${button}"`, async () => {
      const element = await shown<PlanPicker>(signedIn(await newProject(onPro({ status, ...more }))), pill);
      expect(buttonsOf(element)[1]).to.equal(button);
      expect(textOf(inside(element, '.pill'))).to.match(new RegExp(`^${pill}`));
    });
  }

  it('says of the plan that is paused, and not of the one that is left meanwhile, that it is', async () => {
    const element = await shown<PlanPicker>(signedIn(await newProject(onPro(paused))), 'Paused');
    const pills = allInside(element, 'article').map((card) => textOf(card.querySelector('.pill')));
    expect(pills).to.deep.equal(['', 'Paused', '']);
  });

  it('says that a payment is being processed, and sells nothing meanwhile (R22.2)', async () => {
    const project = await newProject(onPro({ ...processing, may_checkout: false }));
    const element = await shown<PlanPicker>(signedIn(project), 'Your payment is being processed.');
    expect(buttonsOf(element)).to.deep.equal(['Current plan', 'Payment in progress', 'Upgrade']);
    expect(allInside(element, '.choice .button:not([disabled])')).to.deep.equal([]);
    expect(allInside(element, '.highlight')).to.deep.equal([]);
  });

  it('offers to resume the plan that is paused, and to pay for the one that is owed, not to upgrade to it (R21.3)', async () => {
    const resume = await shown<PlanPicker>(signedIn(await newProject(onPro(paused))), 'Paused');
    expect(buttonsOf(resume).at(-2)).to.equal('Resume');
    const pay = await shown<PlanPicker>(signedIn(await newProject(onPro(beyondGrace))), 'Past due');
    expect(buttonsOf(pay).at(-2)).to.equal('Fix payment');
  });

  it('has one filled button, in the notice while something is owed', async () => {
    const element = await shown<PlanPicker>(signedIn(await newProject(onPro(pastDue))), 'Your last payment failed.');
    expect(allInside(element, '.button.filled').length).to.equal(1);
    expect(inside(element, '.notice .button.filled')).not.to.equal(null);
    expect(allInside(element, '.highlight')).to.deep.equal([]);
  });

  it('shows only the plans that are asked for, in their order', async () => {
    const element = await shown<PlanPicker>(picker(await newProject(), 'plans="team free"'), 'Team');
    expect(allInside(element, 'h3').map(textOf)).to.deep.equal(['Team', 'Free']);
  });

  it('becomes a comparison from five plans on, and cards again where there is no room', async () => {
    const project = await newProject({ catalogue: catalogues.fivePlans });
    const holder = await fixture<HTMLElement>(`<div class="room">${picker(project)}</div>`);
    holder.style.inlineSize = '1000px';
    const element = holder.querySelector('plan-picker') as PlanPicker;
    await waitUntil(() => inside(element, 'table'));
    expect(allInside(element, 'tbody tr').length).to.be.greaterThan(5);
    holder.style.inlineSize = '500px';
    await waitUntil(() => inside(element, 'article'));
    expect(inside(element, 'table')).to.equal(null);
  });

  it('says what would be here when there are no plans', async () => {
    await shown(picker(await newProject({ catalogue: catalogues.noPlans })), 'No plans yet');
  });

  it('says that plans could not be loaded, and loads them when asked again', async () => {
    const project = await newProject({ faults: [{ path: '/plans', status: 503, times: 1 }] });
    const errors = eventsOf('billing-error');
    const element = await shown<PlanPicker>(picker(project), 'Plans could not be loaded');
    expect(errors.at(-1)?.detail).to.include({ code: 'unavailable', status: 503 });
    buttonSaying(element, 'Try again').click();
    await says(element, 'Subscribe');
  });

  it('keeps what the page put inside it for the time when plans cannot be loaded', async () => {
    const project = await newProject({ faults: [{ path: '/plans', status: 500 }] });
    const element = await fixture<PlanPicker>(
      `<plan-picker ${project.attributes}><a href="/pricing">Pricing</a></plan-picker>`,
    );
    const link = element.querySelector('a') as HTMLElement;
    expect(link.getClientRects().length, 'while loading').to.equal(0);
    await says(element, 'Plans could not be loaded');
    expect(link.getClientRects().length, 'beneath the error').to.equal(1);
  });

  it('shows the plans when only the user’s own could not be looked up, by what the token says', async () => {
    const project = await newProject({ ...onPro(), faults: [{ path: '/v1/subscription', status: 503, times: 1 }] });
    const element = await shown<PlanPicker>(signedIn(project), 'Your plan could not be looked up.');
    expect(buttonsOf(element)).to.deep.equal(['Downgrade', 'Current plan', 'Upgrade']);
    buttonSaying(element, 'Try again').click();
    await waitUntil(() => inside(element, '.notice') === null);
  });

  it('takes an expired token for somebody who is not signed in', async () => {
    const element = await shown<PlanPicker>(
      picker(await newProject(onPro()), `token="${issuerToken('ada', -5)}"`),
      'Subscribe',
    );
    expect(buttonsOf(element)).to.deep.equal(['Get started', 'Subscribe', 'Subscribe']);
  });

  it('says who can, to members who may not choose', async () => {
    const project = await newProject(onPro({ can_manage_billing: false }));
    const element = await shown<PlanPicker>(signedIn(project), 'Ask the person who looks after billing');
    expect(allInside(element, '.choice .button:not([disabled])')).to.deep.equal([]);
    expect(allInside(element, '.highlight'), 'nothing is put forward').to.deep.equal([]);
  });

  for (const { attribute, words } of [
    { attribute: 'billing-cycle="weekly"', words: 'billing-cycle="weekly". It can be monthly, yearly, or one_time.' },
    { attribute: 'plans="free gold"', words: 'plans="gold". It can be free, pro, or team.' },
    { attribute: 'columns="9"', words: 'columns="9". It can be a whole number from 1 to 4.' },
    { attribute: 'ui="popup"', words: 'ui="popup"' },
    { attribute: 'success-url="javascript:alert(1)"', words: 'success-url=' },
    { attribute: 'currency="dollars"', words: 'currency="dollars"' },
  ]) {
    it(`shows that ${attribute} cannot work`, async () => {
      const element = await shown<PlanPicker>(picker(await newProject(), attribute), words);
      expect(inside(element, '[role="alert"]')).not.to.equal(null);
    });
  }

  it('shows that it needs a project', async () => {
    await shown('<plan-picker></plan-picker>', '<plan-picker> needs the attribute project-id.');
  });

  it('honours attributes that change later and properties that were set before it was defined (R37.3)', async () => {
    const [first, second] = [await newProject(), await newProject({ catalogue: catalogues.fourPlans })];
    const element = await shown<PlanPicker>(picker(first), 'Subscribe');
    element.setAttribute('project-id', second.id);
    await says(element, 'Enterprise');
    element.billingCycle = 'yearly';
    await says(element, '$190 billed yearly');
    element.locale = 'de';
    await says(element, 'Abonnieren');
  });
});

describe('plan-picker: choosing', () => {
  it('asks people to sign in, and sends nothing', async () => {
    const project = await newProject();
    const element = await shown<PlanPicker>(picker(project), 'Subscribe');
    const asked = oneEvent(element, 'sign-in-required');
    buttonSaying(element, 'Get started').click();
    expect((await asked).detail).to.deep.equal({ plan: 'free', billingCycle: null, quantity: null });
    expect((await project.log()).map(({ method }) => method)).to.deep.equal(['GET']);
  });

  it('does nothing where the page says no to plan-select (R38.1)', async () => {
    const project = await newProject();
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    element.addEventListener('plan-select', (event) => event.preventDefault());
    const selected = oneEvent(document, 'plan-select');
    allInside(element, '.choice .button')[2]?.click();
    const event = await selected;
    expect(event.detail).to.deep.equal({ plan: 'team', billingCycle: 'monthly', quantity: null });
    expect(event.bubbles && event.composed).to.equal(true);
    expect(await project.count('/v1/checkout')).to.equal(0);
  });

  it('sends people who pay to checkout, and back to this page unless told otherwise', async () => {
    const project = await newProject();
    const held = holdNavigation();
    const element = await shown<PlanPicker>(signedIn(project, 'cancel-url="/plans?left"'), 'Subscribe');
    buttonSaying(element, 'Subscribe').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(held.urls).to.deep.equal([`${peerUrl}/pay/cs_test_1`]);
    const order = (await project.log()).find(({ path }) => path === '/v1/checkout');
    expect(order?.body).to.deep.equal({
      plan: 'pro',
      billing_cycle: 'monthly',
      success_url: location.href,
      cancel_url: new URL('/plans?left', location.href).href,
    });
    expect(order?.query).to.deep.equal({ project_id: project.id });
  });

  it('says what it is doing while it opens checkout, and sends one request for two clicks (R41.2)', async () => {
    const project = await newProject({ hold: ['/v1/checkout'] });
    const held = holdNavigation();
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    const button = buttonSaying(element, 'Subscribe');
    const width = button.getBoundingClientRect().width;
    button.click();
    button.click();
    await says(element, 'Opening checkout');
    buttonSaying(element, 'Opening checkout').click();
    buttonSaying(element, 'Subscribe').click();
    const busy = buttonSaying(element, 'Opening checkout');
    expect(busy.getAttribute('aria-busy')).to.equal('true');
    expect(busy.getBoundingClientRect().width).to.equal(width);
    await project.release();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    expect(await project.count('/v1/checkout')).to.equal(1);
    expect(await project.count('/v1/plan')).to.equal(0);
  });

  it('is not busy any more after Back, and reads its plans again (R41.1)', async () => {
    const project = await newProject();
    const held = holdNavigation();
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    buttonSaying(element, 'Subscribe').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    await says(element, 'Opening checkout');
    await project.set(onPro());
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await says(element, 'Current plan');
    expect(inside(element, '[aria-busy="true"]')).to.equal(null);
    expect(await project.count('/plans')).to.equal(2);
  });

  it('goes nowhere but to a safe address (R11.4)', async () => {
    const project = await newProject({ checkoutUrl: 'http://pay.example.com/' });
    const held = holdNavigation();
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    const failed = oneEvent(element, 'billing-error');
    buttonSaying(element, 'Subscribe').click();
    expect((await failed).detail.code).to.equal('unsafe_url');
    await says(element, 'The page was not opened.');
    expect(held.urls).to.deep.equal([]);
    held.end();
  });

  it('chooses a plan without a price at once, and tells it with the new token', async () => {
    const project = await newProject({ users: { ada: { plan: null, status: 'none' } } });
    const element = await shown<PlanPicker>(signedIn(project), 'Get started');
    const changed = oneEvent(element, 'plan-change');
    buttonSaying(element, 'Get started').click();
    const { detail } = await changed;
    expect(detail).to.include({ plan: 'free', billingCycle: null });
    expect(detail.token.split('.').length).to.equal(3);
    await says(element, 'Current plan');
    expect((await project.log()).find(({ path }) => path === '/v1/plan')?.body).to.deep.equal({ plan: 'free' });
    expect(textOf(inside(element, '[role="status"]')) || inside(element, '[role="status"]')?.textContent).to.include(
      'Free',
    );
  });

  it('chooses any plan at once where nothing is paid for', async () => {
    const project = await newProject({ catalogue: catalogues.withoutPayments });
    const element = await shown<PlanPicker>(signedIn(project), 'Choose plan');
    const changed = oneEvent(element, 'plan-change');
    allInside(element, '.choice .button')[2]?.click();
    expect((await changed).detail).to.include({ plan: 'team', billingCycle: 'monthly' });
    await waitUntil(() => buttonsOf(element)[2] === 'Current plan');
    expect(await project.count('/v1/checkout')).to.equal(0);
  });

  it('shows what the backend says to a second subscription, and takes a fresh look', async () => {
    const project = await newProject();
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    // Bought in another tab, and this one has not heard of it.
    await project.set({
      faults: [{ path: '/v1/checkout', status: 409, body: { code: 'manage', detail: 'One runs.' } }],
    });
    const failed = oneEvent(element, 'billing-error');
    buttonSaying(element, 'Subscribe').click();
    expect((await failed).detail).to.include({ code: 'manage', status: 409 });
    await says(element, 'You have a subscription already.');
    await waitUntil(async () => (await project.count('/refresh')) === 2);
  });

  it('says how long to wait in a sentence of its own after too many checkouts', async () => {
    const body = { code: 'rate_limited', detail: 'Later.' };
    const project = await newProject({ faults: [{ path: '/v1/checkout', status: 429, body }] });
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    buttonSaying(element, 'Subscribe').click();
    await says(element, 'Wait a few minutes, then try again.');
    expect(buttonsOf(element)).to.include('Subscribe');
  });

  it('says that nothing was charged when the backend goes away in the middle', async () => {
    const project = await newProject({ faults: [{ path: '/v1/checkout', status: 0, drop: true }] });
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    buttonSaying(element, 'Subscribe').click();
    await says(element, 'The billing service did not answer. Nothing was charged.');
  });

  it('asks to sign in when the session has ended meanwhile', async () => {
    const project = await newProject({ faults: [{ path: '/v1/checkout', status: 401 }] });
    const element = await shown<PlanPicker>(signedIn(project), 'Subscribe');
    const asked = oneEvent(element, 'sign-in-required');
    buttonSaying(element, 'Subscribe').click();
    expect((await asked).detail).to.include({ plan: 'pro', billingCycle: 'monthly' });
  });

  it('pays in the currency that it shows', async () => {
    const project = await newProject();
    const held = holdNavigation();
    const element = await shown<PlanPicker>(signedIn(project, 'currency="EUR"'), 'Subscribe');
    buttonSaying(element, 'Subscribe').click();
    await waitUntil(() => held.urls.length > 0);
    held.end();
    const log = await project.log();
    expect(log.find(({ path }) => path.endsWith('/plans'))?.query['currency']).to.equal('EUR');
    expect(log.find(({ path }) => path === '/v1/checkout')?.body).to.include({ currency: 'eur' });
  });

  it('offers a plan that is sold in person as a link, which the page may hold back', async () => {
    const project = await newProject({ catalogue: catalogues.fourPlans });
    const element = await shown<PlanPicker>(picker(project), 'Contact us');
    const link = allInside(element, 'a.button')[0] as HTMLAnchorElement;
    expect(link.href).to.equal('https://acme.test/contact');
    expect(link.rel).to.include('noopener');
    element.addEventListener('plan-select', (event) => event.preventDefault());
    const click = new MouseEvent('click', { cancelable: true, bubbles: true });
    link.dispatchEvent(click);
    expect(click.defaultPrevented).to.equal(true);
  });
});

describe('plan-picker: keys', () => {
  it('goes from plan to plan with the arrow keys, the other way round from right to left (R39.1)', async () => {
    const project = await newProject();
    for (const { locale, key } of [
      { locale: 'en', key: 'ArrowRight' },
      { locale: 'ar', key: 'ArrowLeft' },
    ]) {
      const element = await shown<PlanPicker>(picker(project, `locale="${locale}"`), '19');
      const buttons = allInside(element, '.choice .button');
      buttons[0]?.focus();
      buttons[0]?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
      expect(element.shadowRoot?.activeElement).to.equal(buttons[1]);
      buttons[1]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
      expect(element.shadowRoot?.activeElement).to.equal(buttons.at(-1));
    }
  });

  it('tells a screen reader which prices are shown', async () => {
    const element = await shown<PlanPicker>(picker(await newProject()), 'Subscribe');
    inside(element, 'input[value="yearly"]')?.click();
    await waitUntil(() => inside(element, '[role="status"]')?.textContent === 'Prices by the year');
  });

  it('is named by its own aria-label', async () => {
    const element = await shown<PlanPicker>(picker(await newProject(), 'aria-label="Our plans"'), 'Subscribe');
    expect(inside(element, '[role="group"]')?.getAttribute('aria-label')).to.equal('Our plans');
  });
});
