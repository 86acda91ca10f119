/** Every word of the sandbox's pages, by language. */

import { ar } from './locales/ar.ts';
import { de } from './locales/de.ts';
import { en } from './locales/en.ts';
import { es } from './locales/es.ts';
import { fr } from './locales/fr.ts';
import { ja } from './locales/ja.ts';

export type Interval = 'day' | 'week' | 'month' | 'year';

/** What a language has to say. Functions where the words depend on a value. */
export type Messages = typeof en;

const languages: Readonly<Record<string, Messages>> = { en, de, fr, es, ja, ar };

/** The words for a BCP 47 locale; English where the language is not spoken here. */
export function messagesFor(locale: string): Messages {
  return languages[locale.toLowerCase().split('-')[0] ?? 'en'] ?? en;
}

/** `lang` and `dir` of a page: the language that its words are in. */
export function languageOf(locale: string): { lang: string; dir: 'ltr' | 'rtl' } {
  const language = locale.toLowerCase().split('-')[0] ?? 'en';
  if (!(language in languages) || !isLocale(locale)) return { lang: 'en', dir: 'ltr' };
  return { lang: locale, dir: language === 'ar' ? 'rtl' : 'ltr' };
}

function isLocale(locale: string): boolean {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(locale);
}
