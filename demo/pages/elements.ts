/** The elements in every state: one element at a time, in any of its languages, light or dark. */

import { html, raw } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { page, type Html } from './layout.ts';

export const locales = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
  { id: 'fr', name: 'Français' },
  { id: 'es', name: 'Español' },
  { id: 'ja', name: '日本語' },
  { id: 'ar', name: 'العربية' },
] as const;

export const schemes = [
  { id: 'auto', name: 'As the system' },
  { id: 'light', name: 'Light' },
  { id: 'dark', name: 'Dark' },
] as const;

export interface ElementsView {
  readonly person: Person | null;
  readonly tags: readonly string[];
  readonly element: string;
  readonly locale: (typeof locales)[number]['id'];
  readonly scheme: (typeof schemes)[number]['id'];
  readonly states: readonly {
    readonly id: string;
    readonly title: string;
    readonly tag: string;
    /** `@` stands for the attributes that name the project and, where there is one, the user. */
    readonly markup: string;
    readonly isSignedIn: boolean;
    /** The backend that plays it. */
    readonly api: string;
  }[];
}

/** An issuer's token for somebody called Ada, unsigned: the elements only hand it on. */
const ada = `e30.${Buffer.from(JSON.stringify({ sub: 'ada', exp: 4e9 })).toString('base64url')}.`;

export function elementsPage(deps: SiteDeps, view: ElementsView): Html {
  const shown = view.states.filter(({ tag }) => tag === view.element);
  return page(deps, {
    title: `<${view.element}> · Driftboard`,
    person: view.person,
    current: '/elements',
    body: html`
      <div class="section-head">
        <h1>Every element, in every state</h1>
        <p>Played by a stand-in for the backend: nothing here is yours, and nothing is kept.</p>
      </div>
      <div class="choices">
        ${choices(
          view,
          'element',
          'Element',
          view.tags.map((tag) => ({ id: tag, name: tag })),
        )}
        ${choices(view, 'locale', 'Language', locales)} ${choices(view, 'scheme', 'Colours', schemes)}
      </div>
      <div class="states ${view.scheme}" lang="${view.locale}" dir="${view.locale === 'ar' ? 'rtl' : 'ltr'}">
        ${shown.map(
          ({ id, title, markup, isSignedIn, api }) =>
            html`<section class="state" aria-labelledby="state-${id}">
              <h2 id="state-${id}" lang="en"><bdi>${title}</bdi></h2>
              ${raw(markup.replaceAll('@', `project-id="${id}" api-url="${api}"${isSignedIn ? ` token="${ada}"` : ''}`))}
            </section>`,
        )}
      </div>
    `,
  });
}

/** Links, so that each choice has an address. */
function choices(
  view: ElementsView,
  name: 'element' | 'locale' | 'scheme',
  label: string,
  options: readonly { readonly id: string; readonly name: string }[],
): Html {
  const { element, locale, scheme } = view;
  const href = (id: string): string => `/elements?${new URLSearchParams({ element, locale, scheme, [name]: id })}`;
  return html`<nav class="choice" aria-label="${label}">
    ${options.map(
      (option) =>
        html`<a
          href="${href(option.id)}"
          lang="${name === 'locale' ? option.id : 'en'}"
          ${option.id === view[name] ? html`aria-current="true"` : ''}
          >${option.name}</a
        >`,
    )}
  </nav>`;
}
