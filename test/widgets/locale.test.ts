/** Six languages, in the page's own or the element's. */

import { expect, fixture } from '@open-wc/testing';
import '../../widgets/index.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { inside, says, shown, textOf } from './support/elements.ts';
import { newProject } from './support/peer.ts';

describe('languages', () => {
  for (const { locale, words } of [
    { locale: 'en', words: ['Start 14-day trial', '$15.83', '$190 billed yearly', 'Save 17%'] },
    { locale: 'en-GB', words: ['Start 14-day trial', '$15.83'] },
    { locale: 'de', words: ['14 Tage testen', '15,83 $', '190 $ jährlich berechnet', '17 % sparen'] },
    { locale: 'fr', words: ['Essayer 14 jours', '15,83 $'] },
    { locale: 'es', words: ['Probar 14 días', '15,83 $'] },
    { locale: 'ja', words: ['14 日間のトライアルを開始', '$15.83'] },
    { locale: 'ar', words: ['بدء تجربة مدتها 14 يومًا', 'وفّر'] },
  ]) {
    it(`speaks ${locale}`, async () => {
      const project = await newProject({ catalogue: catalogues.withTrial });
      const markup = `<plan-picker ${project.attributes} locale="${locale}" billing-cycle="yearly"></plan-picker>`;
      const picker = await shown<PlanPicker>(markup, words[0] ?? '');
      const said = textOf(picker.shadowRoot).replaceAll(/[\u00a0\u202f]/g, ' ');
      for (const word of words) expect(said).to.include(word);
    });
  }

  it('takes the language of the page around it, through shadow roots, and its direction', async () => {
    const project = await newProject();
    const outer = await fixture<HTMLElement>('<div lang="ar"><div></div></div>');
    const host = outer.firstElementChild as HTMLElement;
    host.attachShadow({ mode: 'open' }).innerHTML = `<plan-picker ${project.attributes}></plan-picker>`;
    const picker = host.shadowRoot?.firstElementChild as PlanPicker;
    await says(picker, 'اشتراك');
    expect(inside(picker, '.root')?.getAttribute('dir')).to.equal('rtl');
    expect(inside(picker, '.root')?.getAttribute('lang')).to.equal('ar');
  });

  it('takes the page’s direction where the page says one', async () => {
    const project = await newProject();
    const outer = await fixture<HTMLElement>(`<div dir="rtl"><plan-picker ${project.attributes}></plan-picker></div>`);
    const picker = outer.querySelector('plan-picker') as PlanPicker;
    await says(picker, 'Subscribe');
    expect(inside(picker, '.root')?.getAttribute('dir')).to.equal('rtl');
  });

  it('falls back to English for a language that it does not speak, and for no language at all', async () => {
    const project = await newProject();
    await shown(`<plan-picker ${project.attributes} locale="x y"></plan-picker>`, 'Subscribe');
    const outer = await fixture<HTMLElement>(`<div lang="tlh"><plan-picker ${project.attributes}></plan-picker></div>`);
    await says(outer.querySelector('plan-picker') as Element, 'Subscribe');
  });
});
