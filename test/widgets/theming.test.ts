/** Whatever colours a customer sets, text reads; and what they set on `:root` counts (R40.2). */

import { expect, fixture, nextFrame, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../widgets/index.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { allInside, inside, shown } from './support/elements.ts';
import { issuerToken, newProject } from './support/peer.ts';
import { ending, pastDue, subscriptionOf } from './support/subscriptions.ts';
import { onPro } from './support/users.ts';

type Colour = readonly [number, number, number, number];

const canvas = new OffscreenCanvas(1, 1).getContext('2d', {
  willReadFrequently: true,
}) as OffscreenCanvasRenderingContext2D;

const seen = new Map<string, Colour>();

/** As it is on the screen: whatever notation, through the browser's own painting. */
function painted(css: string): Colour {
  const known = seen.get(css);
  if (known) return known;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
  seen.set(css, [r, g, b, a / 255]);
  return [r, g, b, a / 255];
}

/** WCAG 2.2, relative luminance. */
function luminance([r, g, b]: Colour): number {
  const [x = 0, y = 0, z = 0] = [r, g, b].map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(painted(one)), luminance(painted(other))].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The nearest background that is painted, through shadow roots. */
function behind(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host ?? null) {
    const { backgroundColor } = getComputedStyle(at);
    if (painted(backgroundColor)[3] > 0.99) return backgroundColor;
  }
  return getComputedStyle(document.documentElement).colorScheme === 'dark' ? '#121212' : '#fff';
}

/** Elements that hold text of their own, and are seen. */
const texts = (picker: Element): HTMLElement[] =>
  allInside(picker, '*').filter(
    (element) =>
      [...element.childNodes].some((node) => node instanceof Text && node.data.trim() !== '') &&
      !element.closest('.sr') &&
      getComputedStyle(element).visibility === 'visible',
  );

/** Repeatable, and spread over all hues and lightnesses. */
function* accents(count: number): Generator<string> {
  let seed = 20_261_123;
  const next = (): number => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  for (let i = 0; i < count; i += 1)
    yield `rgb(${Math.floor(next() * 256)} ${Math.floor(next() * 256)} ${Math.floor(next() * 256)})`;
}

const root = document.documentElement;
const set = (name: string, value: string): void => root.style.setProperty(`--planclaim-${name}`, value);

describe('theming', () => {
  afterEach(() => root.removeAttribute('style'));

  for (const scheme of ['light', 'dark']) {
    it(`keeps text at 4.5 : 1 and what frames a control at 3 : 1 with 50 accents, ${scheme}`, async () => {
      root.style.colorScheme = scheme;
      root.style.background = scheme === 'dark' ? '#16161a' : '#fff';
      const trial = { status: 'trialing', trial_end: '2026-12-07T10:00:00Z' };
      const project = await newProject({ ...onPro(trial), catalogue: catalogues.fourPlans });
      const holder = await fixture<HTMLElement>(
        `<div><plan-picker ${project.attributes} token="${issuerToken()}"></plan-picker
        ><plan-picker ${project.attributes}></plan-picker
        ><plan-gate ${project.attributes} plan="team"></plan-gate></div>`,
      );
      const elements = [...holder.children];
      await waitUntil(() => elements.every((element) => inside(element, '.button.filled')));
      // Colours change over time where motion is not reduced.
      for (const each of elements) for (const part of allInside(each, '.button')) part.style.transition = 'none';
      const bad: string[] = [];
      const written = elements.map(texts);
      let looked = 0;
      for (const accent of accents(50)) {
        set('accent', accent);
        await nextFrame();
        for (const [index, element] of elements.entries()) {
          for (const text of written[index] ?? []) {
            const ratio = contrast(getComputedStyle(text).color, behind(text));
            looked += 1;
            if (ratio < 4.5)
              bad.push(`${accent}: ${text.className || text.localName} “${text.textContent}” ${ratio.toFixed(2)}`);
          }
          for (const frame of allInside(element, '.button.filled, .plan.highlight')) {
            const ratio = contrast(getComputedStyle(frame).borderTopColor, behind(frame.parentElement as Element));
            if (ratio < 3) bad.push(`${accent}: border of ${frame.className} ${ratio.toFixed(2)}`);
          }
          for (const mark of allInside(element, '.features .icon, .badge .icon')) {
            const ratio = contrast(getComputedStyle(mark).color, behind(mark));
            if (ratio < 3) bad.push(`${accent}: icon ${ratio.toFixed(2)}`);
          }
        }
      }
      expect(looked).to.be.greaterThan(3000);
      expect(bad.slice(0, 12)).to.deep.equal([]);
    }).timeout(60_000);

    it(`keeps them in the manager, the banner and the dialogs with 50 accents, ${scheme}`, async () => {
      root.style.colorScheme = scheme;
      root.style.background = scheme === 'dark' ? '#16161a' : '#fff';
      const { project_id: _, user_id: __, version: ___, ...state } = subscriptionOf();
      const users = { ada: state, bob: { ...state, ...pastDue }, eve: { ...state, ...ending } };
      const project = await newProject({ users });
      const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((user) => `${project.attributes} token="${issuerToken(user)}"`);
      const holder = await fixture<HTMLElement>(
        `<div><subscription-manager ${ada}></subscription-manager><subscription-manager ${bob}></subscription-manager
        ><billing-banner ${bob} dismissible></billing-banner><billing-banner ${eve}></billing-banner
        ><plan-picker ${ada}></plan-picker></div>`,
      );
      const elements = [...holder.children];
      await waitUntil(() => elements.every((element) => inside(element, '.button')), '', { timeout: 5000 });
      const bad: string[] = [];
      const look = async (from: Element, selector: string): Promise<number> => {
        for (const part of allInside(from, '.button')) part.style.transition = 'none';
        const written = texts(from).filter((text) => text.closest(selector));
        for (const accent of accents(50)) {
          set('accent', accent);
          await nextFrame();
          for (const text of written) {
            const ratio = contrast(getComputedStyle(text).color, behind(text));
            if (ratio < 4.5)
              bad.push(`${accent}: ${text.className || text.localName} “${text.textContent}” ${ratio.toFixed(2)}`);
          }
          for (const control of allInside(from, `${selector} .button.filled:not([disabled]), ${selector} .icon`)) {
            const { borderTopColor, color } = getComputedStyle(control);
            const ratio = contrast(
              control.matches('.icon') ? color : borderTopColor,
              behind(control.parentElement as Element),
            );
            if (ratio < 3) bad.push(`${accent}: ${control.getAttribute('class')} ${ratio.toFixed(2)}`);
          }
        }
        return written.length;
      };
      let looked = 0;
      for (const element of elements.slice(0, 4)) looked += await look(element, ':is(.card, .notice)');
      /** Of each dialog: where it is opened, and what shows that it is whole. */
      for (const { at, press, whole } of [
        { at: 4, press: '.plan:nth-of-type(3) .choice .button', whole: '.lines .total' },
        { at: 4, press: '.plan:nth-of-type(1) .choice .button', whole: '.losses' },
        { at: 0, press: '.actions .button', whole: '.choices' },
        { at: 0, press: '.actions .bare', whole: '.losses' },
      ]) {
        const element = elements[at] as Element;
        inside(element, press)?.click();
        await waitUntil(() => inside(element, `dialog[open] ${whole}`));
        await Promise.all(
          inside(element, 'dialog')
            ?.getAnimations()
            .map(({ finished }) => finished) ?? [],
        );
        looked += await look(element, 'dialog');
        inside(element, 'dialog .close')?.click();
        await waitUntil(() => inside(element, 'dialog') === null);
      }
      expect(looked).to.be.greaterThan(80);
      expect(bad.slice(0, 12)).to.deep.equal([]);
    }).timeout(60_000);

    it(`has a focus ring of 3 : 1, ${scheme}`, async () => {
      root.style.colorScheme = scheme;
      const element = await shown<PlanPicker>(
        `<plan-picker ${(await newProject()).attributes}></plan-picker>`,
        'Subscribe',
      );
      element.focus();
      await sendKeys({ press: 'ArrowRight' });
      const button = element.shadowRoot?.activeElement as HTMLElement;
      const { outlineColor, outlineStyle } = getComputedStyle(button);
      expect(outlineStyle).to.equal('solid');
      expect(contrast(outlineColor, behind(button.parentElement as Element))).to.be.greaterThan(3);
    });
  }

  it('takes the five properties, and any derived one, from :root (R40.2)', async () => {
    const element = await shown<PlanPicker>(
      `<plan-picker ${(await newProject()).attributes}></plan-picker>`,
      'Subscribe',
    );
    set('accent', 'rgb(200, 30, 90)');
    set('surface', 'rgb(250, 249, 240)');
    set('text', 'rgb(40, 10, 10)');
    set('radius', '3px');
    set('font', 'monospace');
    set('muted', 'rgb(1, 2, 3)');
    const filled = inside(element, '.button.filled') as HTMLElement;
    filled.style.transition = 'none';
    const card = getComputedStyle(inside(element, '.plan') as Element);
    expect(getComputedStyle(filled).backgroundColor).to.equal('rgb(200, 30, 90)');
    expect(card.backgroundColor).to.equal('rgb(250, 249, 240)');
    expect(card.color).to.equal('rgb(40, 10, 10)');
    expect(card.borderTopLeftRadius).to.equal('3px');
    expect(card.fontFamily).to.equal('monospace');
    expect(getComputedStyle(inside(element, '.about') as Element).color).to.equal('rgb(1, 2, 3)');
  });

  it('takes the project’s branding where the page says nothing, and only then', async () => {
    const branding = { logo: null, accent: '#0b6e69', radius: '4px', font: null };
    const project = await newProject({ catalogue: { ...catalogues.usual, branding } });
    const element = await shown<PlanPicker>(`<plan-picker ${project.attributes}></plan-picker>`, 'Subscribe');
    const filled = inside(element, '.button.filled') as HTMLElement;
    filled.style.transition = 'none';
    expect(getComputedStyle(filled).backgroundColor).to.equal('rgb(11, 110, 105)');
    expect(getComputedStyle(inside(element, '.plan') as Element).borderTopLeftRadius).to.equal('4px');
    set('accent', 'rgb(1, 2, 3)');
    expect(getComputedStyle(filled).backgroundColor).to.equal('rgb(1, 2, 3)');
  });

  it('lets nothing but a colour through as branding', async () => {
    const branding = { logo: null, accent: 'red;} :host{display:none', radius: 'url(x)', font: null };
    const project = await newProject({ catalogue: { ...catalogues.usual, branding } });
    const element = await shown<PlanPicker>(`<plan-picker ${project.attributes}></plan-picker>`, 'Subscribe');
    expect(getComputedStyle(element).display).to.equal('block');
  });

  it('names every visible box as a part', async () => {
    const element = await shown<PlanPicker>(
      `<plan-picker ${(await newProject()).attributes}></plan-picker>`,
      'Subscribe',
    );
    for (const part of [
      'base',
      'cycle',
      'cycle-option',
      'save',
      'plans',
      'plan',
      'plan-suggested',
      'name',
      'pill',
      'description',
      'price',
      'amount',
      'terms',
      'button',
      'button-filled',
      'features',
      'feature',
      'icon',
    ])
      expect(inside(element, `[part~="${part}"]`), part).not.to.equal(null);
  });
});
