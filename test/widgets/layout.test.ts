/** Rows that line up, a switch that moves nothing, and no shift while loading (R37.1, R40.1). */

import { expect, fixture, nextFrame, waitUntil } from '@open-wc/testing';
import '../../widgets/index.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { allInside, inside, says } from './support/elements.ts';
import { issuerToken, newProject } from './support/peer.ts';
import { pastDue, periodEnd, subscriptionOf } from './support/subscriptions.ts';
import type { PeerProject } from './peer/peer.ts';

/** A picker in a box as wide as said (px), once it shows plans. */
async function pickerIn(width: number, settings: PeerProject = {}, more = ''): Promise<PlanPicker> {
  const project = await newProject(settings);
  const box = await fixture<HTMLElement>(`<div><plan-picker ${project.attributes} ${more}></plan-picker></div>`);
  box.style.inlineSize = `${width}px`;
  const picker = box.querySelector('plan-picker') as PlanPicker;
  await says(picker, 'Team');
  await nextFrame();
  await nextFrame();
  return picker;
}

const tops = (picker: PlanPicker, selector: string): number[] =>
  allInside(picker, selector).map((element) => Math.round(element.getBoundingClientRect().top));
const boxes = (picker: PlanPicker): string[] =>
  allInside(picker, '.root *:not(.spinner)').map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return `${element.className} ${Math.round(x)} ${Math.round(y)} ${Math.round(width)} ${Math.round(height)}`;
  });

describe('layout', () => {
  const long = {
    ...catalogues.usual,
    plans: catalogues.usual.plans.map((plan, index) =>
      index === 1
        ? { ...plan, name: 'Professional plus everything', description: 'Very long words about it. '.repeat(6) }
        : plan,
    ),
  };

  for (const row of ['h3', '.about', '.price', '.choice', '.features']) {
    it(`lines up every plan’s ${row}, however long a text is`, async () => {
      const picker = await pickerIn(1000, { catalogue: long });
      const found = tops(picker, row === 'h3' ? '.plan header' : row);
      expect(found.length).to.equal(3);
      expect(new Set(found).size).to.equal(1);
    });
  }

  for (const { width, columns } of [
    { width: 360, columns: 1 },
    { width: 575, columns: 1 },
    { width: 576, columns: 2 },
    { width: 863, columns: 2 },
    { width: 864, columns: 4 },
  ]) {
    it(`has ${columns} column(s) in ${width} px, by its container`, async () => {
      const picker = await pickerIn(width, { catalogue: catalogues.fourPlans });
      const starts = new Set(allInside(picker, '.plan').map((plan) => Math.round(plan.getBoundingClientRect().left)));
      expect(starts.size).to.equal(columns);
    });
  }

  it('keeps a long highlight and a price in a currency of many digits inside their card', async () => {
    for (const catalogue of [catalogues.longNames, catalogues.manyDigits]) {
      const picker = await pickerIn(320, { catalogue });
      for (const card of allInside(picker, '.plan')) {
        const room = card.getBoundingClientRect();
        for (const part of card.querySelectorAll('.pill, .amount, .button')) {
          const { left, right } = part.getBoundingClientRect();
          expect(left, part.className).to.be.at.least(room.left);
          expect(right, part.className).to.be.at.most(room.right);
        }
      }
    }
  });

  it('scrolls the comparison of many plans, and not the page', async () => {
    const picker = await pickerIn(900, { catalogue: catalogues.ninePlans });
    await waitUntil(() => inside(picker, '.scroll'));
    expect(inside(picker, '.scroll')?.scrollWidth).to.be.greaterThan(900);
    expect(picker.scrollWidth).to.be.at.most(900);
  });

  it('keeps an invoice’s number, status and download in sight in a narrow place', async () => {
    const project = await newProject({
      users: { ada: subscriptionOf() },
      invoices: [
        {
          id: 'in_1',
          number: 'ABCDEF12-2026-0001',
          date: '2026-10-23T10:00:00Z',
          amount: 30_210_000,
          currency: 'idr',
          status: 'uncollectible',
          hosted_url: 'https://pay.test/1',
          pdf_url: 'https://pay.test/1.pdf',
        },
      ],
    });
    const box = await fixture<HTMLElement>(
      `<div><subscription-manager ${project.attributes} token="${issuerToken()}"></subscription-manager></div>`,
    );
    box.style.inlineSize = '300px';
    const manager = box.querySelector('subscription-manager') as HTMLElement;
    await says(manager, 'Not collected');
    const { right } = box.getBoundingClientRect();
    const seen = allInside(manager, 'tbody .pill, tbody a').filter((each) => each.getClientRects().length > 0);
    expect(seen.length).to.equal(3);
    for (const each of seen) expect(each.getBoundingClientRect().right).to.be.at.most(right);
  });

  it('has no more columns than it is told', async () => {
    const picker = await pickerIn(1000, { catalogue: catalogues.fourPlans }, 'columns="2"');
    const starts = new Set(allInside(picker, '.plan').map((plan) => Math.round(plan.getBoundingClientRect().left)));
    expect(starts.size).to.equal(2);
  });

  for (const width of [360, 700, 1000]) {
    it(`moves nothing when the cycle is switched, in ${width} px`, async () => {
      const picker = await pickerIn(width);
      const places = (): number[] => [...tops(picker, '.choice'), ...tops(picker, '.features'), picker.offsetHeight];
      const before = places();
      inside(picker, 'input[value="yearly"]')?.click();
      await says(picker, '$190 billed yearly');
      expect(places()).to.deep.equal(before);
    });

    it(`overflows nothing in ${width} px`, async () => {
      const picker = await pickerIn(width, { catalogue: long });
      expect(picker.scrollWidth).to.equal(picker.clientWidth);
      for (const card of allInside(picker, '.plan')) expect(card.scrollWidth).to.be.at.most(card.clientWidth);
    });
  }

  for (const size of ['62.5%', '200%']) {
    it(`is the same under a root font size of ${size} (R40.1)`, async () => {
      const picker = await pickerIn(900);
      const before = boxes(picker);
      document.documentElement.style.fontSize = size;
      await nextFrame();
      const after = boxes(picker);
      document.documentElement.removeAttribute('style');
      expect(after).to.deep.equal(before);
    });
  }

  describe('of the manager', () => {
    /** In a box as wide as said (px), once it has its invoices. */
    async function managerIn(width: number): Promise<HTMLElement> {
      const { project_id: _, user_id: __, version: ___, ...ada } = subscriptionOf(pastDue);
      const invoice = {
        id: 'in_1',
        number: 'PC-0000001',
        date: periodEnd,
        amount: 123_456,
        currency: 'usd',
        status: 'uncollectible',
      };
      const links = { hosted_url: 'https://pay.test/1', pdf_url: 'https://pay.test/1.pdf' };
      const project = await newProject({ users: { ada }, invoices: [{ ...invoice, ...links }] });
      const own = `${project.attributes} token="${issuerToken()}"`;
      const box = await fixture<HTMLElement>(`<div><subscription-manager ${own}></subscription-manager></div>`);
      box.style.inlineSize = `${width}px`;
      const manager = box.firstElementChild as HTMLElement;
      await says(manager, 'PC-0000001');
      await nextFrame();
      return manager;
    }
    const placed = (manager: HTMLElement): string[] =>
      allInside(manager, '.root *:not(.spinner)').map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.className, x, y, width, height]
          .map((each) => (typeof each === 'number' ? Math.round(each) : each))
          .join(' ');
      });

    for (const width of [320, 480, 768]) {
      it(`overflows nothing, and has targets of 24 px or more, in ${width} px`, async () => {
        const manager = await managerIn(width);
        const frame = manager.getBoundingClientRect();
        expect(manager.scrollWidth).to.equal(manager.clientWidth);
        for (const each of allInside(manager, '.button, td, p').filter((found) => found.getClientRects().length > 0)) {
          const { left, right } = each.getBoundingClientRect();
          expect(left >= frame.left && right <= frame.right + 0.5, `${each.className} ${each.textContent}`).to.equal(
            true,
          );
        }
        for (const target of allInside(manager, '.button, a').filter((each) => each.getClientRects().length > 0)) {
          const { width: wide, height } = target.getBoundingClientRect();
          expect(Math.min(wide, height), target.outerHTML).to.be.at.least(24);
        }
      });
    }

    for (const size of ['62.5%', '200%']) {
      it(`is the same under a root font size of ${size} (R40.1)`, async () => {
        const manager = await managerIn(700);
        const before = placed(manager);
        document.documentElement.style.fontSize = size;
        await nextFrame();
        const after = placed(manager);
        document.documentElement.removeAttribute('style');
        expect(after).to.deep.equal(before);
      });
    }
  });

  it('holds its final size while it loads', async () => {
    const project = await newProject({ hold: ['/plans'] });
    const box = await fixture<HTMLElement>(`<div><plan-picker ${project.attributes}></plan-picker></div>`);
    box.style.inlineSize = '1000px';
    const picker = box.querySelector('plan-picker') as PlanPicker;
    await waitUntil(() => inside(picker, '.skeleton'));
    const before = picker.offsetHeight;
    await project.release();
    await says(picker, 'Team');
    await nextFrame();
    expect(Math.abs(picker.offsetHeight - before)).to.be.lessThan(40);
  });

  it('keeps every target at 24 px or more', async () => {
    const picker = await pickerIn(360);
    for (const target of allInside(picker, '.button, .segments label')) {
      const { width, height } = target.getBoundingClientRect();
      expect(Math.min(width, height)).to.be.at.least(24);
    }
  });
});
