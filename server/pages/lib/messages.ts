/** Every word of the hosted pages, by language. */

import { ar } from '../locales/ar.ts';
import { de } from '../locales/de.ts';
import { en } from '../locales/en.ts';
import type { Messages } from '../locales/en.ts';
import { es } from '../locales/es.ts';
import { fr } from '../locales/fr.ts';
import { ja } from '../locales/ja.ts';

const languages: Readonly<Record<string, Messages>> = { en, de, fr, es, ja, ar };

/** What a page needs to speak. */
export interface Speech {
  readonly text: Messages;
  /** BCP 47, always one that `Intl` takes and that the words are in. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
}

/** Words, `lang` and `dir` for a wanted BCP 47 locale; English where the language is not spoken here. */
export function speechFor(locale: string): Speech {
  const language = locale.toLowerCase().split('-')[0] ?? '';
  const text = Object.hasOwn(languages, language) ? languages[language] : undefined;
  if (!text || !/^[a-z]{2}(-[a-z0-9]{2,8})*$/i.test(locale)) return { text: en, lang: 'en', dir: 'ltr' };
  return { text, lang: locale, dir: language === 'ar' ? 'rtl' : 'ltr' };
}
