/** Every word of the portal's pages, by language. */

import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';

/** What a language has to say. Functions where the words depend on a value. */
export type PortalWords = typeof en;

const languages: Readonly<Record<string, PortalWords>> = { en, de, fr, es, ja, ar };

/** The words for a BCP 47 locale; English where the language is not spoken here. */
export function portalWords(locale: string): PortalWords {
  return languages[locale.toLowerCase().split('-')[0] ?? 'en'] ?? en;
}
