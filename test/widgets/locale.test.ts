/** Six languages, in the page's own or the element's. */

import { expect, fixture } from '@open-wc/testing';
import '../../widgets/index.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import * as catalogues from './peer/catalogues.ts';
import { inside, says, shown, textOf } from './support/elements.ts';
import { issuerToken, newProject } from './support/peer.ts';
import { subscriptionOf } from './support/subscriptions.ts';

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

  for (const { locale, words, cancel } of [
    { locale: 'en', words: 'Renews on December 23, 2026 for $19.00.', cancel: 'Keep Pro' },
    { locale: 'en-GB', words: 'Renews on 23 December 2026 for $19.00.', cancel: 'Keep Pro' },
    { locale: 'de', words: 'Verlängert sich am 23. Dezember 2026 für 19,00 $.', cancel: 'Pro behalten' },
    { locale: 'fr', words: 'Se renouvelle le 23 décembre 2026 pour 19,00 $.', cancel: 'Garder Pro' },
    { locale: 'es', words: 'Se renueva el 23 de diciembre de 2026 por 19,00 $.', cancel: 'Conservar Pro' },
    { locale: 'ja', words: '2026年12月23日に $19.00 で更新されます。', cancel: 'Pro を続ける' },
    { locale: 'ar', words: 'تتجدد في 23 ديسمبر 2026 مقابل', cancel: 'الاحتفاظ بخطة Pro' },
  ]) {
    it(`says what will happen, and the way out, in ${locale}`, async () => {
      const { project_id: _, user_id: __, version: ___, ...ada } = subscriptionOf();
      const project = await newProject({ users: { ada } });
      const manager = await shown<HTMLElement>(
        `<subscription-manager ${project.attributes} token="${issuerToken()}" locale="${locale}"></subscription-manager>`,
        '4242',
      );
      expect(textOf(manager.shadowRoot).replaceAll(/[\u00a0\u202f]/g, ' ')).to.include(words);
      inside(manager, '.actions .bare')?.click();
      await says(manager, cancel);
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
