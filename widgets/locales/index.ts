/**
 * Which language an element speaks, and its text.
 *
 * One file a language, each complete by type (`Messages`), loaded when it is first needed; English is always there.
 * `@lit/localize` would bring its own runtime, a string id for every sentence and one language for the whole page;
 * here two elements on a page may differ, plurals are each language's own function, and a missing sentence does not compile.
 */

import { en, type Messages } from './en.ts';

export type { Messages };

const loaders = {
  ar: async () => (await import('./ar.ts')).ar,
  de: async () => (await import('./de.ts')).de,
  en: async () => en,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  ja: async () => (await import('./ja.ts')).ja,
};

export type Language = keyof typeof loaders;
export const languages = Object.keys(loaders) as Language[];

const loaded = new Map<Language, Messages>([['en', en]]);

/** The text, where it is here already. */
export const messagesNow = (language: Language): Messages | undefined => loaded.get(language);

/** Where a language's file cannot be had, English is better than nothing. */
export async function loadMessages(language: Language): Promise<Messages> {
  try {
    const messages = await loaders[language]();
    loaded.set(language, messages);
    return messages;
  } catch {
    return en;
  }
}

export interface Speech {
  readonly language: Language;
  /** BCP 47, for `Intl`: as asked for (`de-CH`) where the language is spoken, else the language's own. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
}

/** The first of these that is spoken here; English where none is. */
export function speechFor(wanted: readonly (string | null | undefined)[]): Speech {
  for (const tag of wanted) {
    const locale = parse(tag);
    const language = languages.find((each) => each === locale?.language);
    if (locale && language) return { language, locale: locale.baseName, direction: directionOf(language) };
  }
  return { language: 'en', locale: 'en', direction: 'ltr' };
}

const directionOf = (language: Language): Speech['direction'] => (language === 'ar' ? 'rtl' : 'ltr');

/** Null for what is no language tag: `lang="x y"` is a page's slip, not a reason to fail. */
function parse(tag: string | null | undefined): Intl.Locale | null {
  if (!tag) return null;
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}
