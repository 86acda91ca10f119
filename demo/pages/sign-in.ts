/** Signing in to the demo: one of three people, or an e-mail address. There is no password, and nothing to protect with one. */

import { html } from 'hono/html';
import { people } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { icon } from './icons.ts';
import { page, type Html } from './layout.ts';

export interface SignInView {
  readonly returnTo: string;
  /** What was typed before. */
  readonly email: string;
  readonly mistake: string | null;
}

export function signInPage(deps: SiteDeps, view: SignInView): Html {
  return page(deps, {
    title: view.mistake === null ? 'Sign in · Driftboard' : 'Check your e-mail · Sign in · Driftboard',
    person: null,
    current: '/sign-in',
    body: html`
      <section class="sign-in">
        <h1>Sign in</h1>
        <p class="lead">
          This is Driftboard’s own login, with keys of its own. Planclaim only reads the tokens it signs.
        </p>
        <form method="post" action="/sign-in" class="people">
          <input type="hidden" name="return_to" value="${view.returnTo}" />
          ${people.map(
            (person) =>
              html`<button class="persona" name="person" value="${person.id}">
                <span class="initial" aria-hidden="true">${person.name.slice(0, 1)}</span>
                <span class="persona-words"><strong>${person.name}</strong><span>${person.about}</span></span>
                ${icon('arrow')}
              </button>`,
          )}
        </form>
        <p class="or"><span>or as somebody new</span></p>
        <form method="post" action="/sign-in" class="by-email" novalidate>
          <input type="hidden" name="return_to" value="${view.returnTo}" />
          <label for="email">E-mail</label>
          <div class="joined">
            <input
              class="input"
              id="email"
              name="email"
              type="email"
              autocomplete="email"
              placeholder="you@example.com"
              required
              value="${view.email}"
              ${view.mistake === null ? '' : html`aria-invalid="true" aria-describedby="email-mistake" autofocus`}
            />
            <button class="button">Continue</button>
          </div>
          ${view.mistake === null ? '' : html`<p class="mistake" id="email-mistake">${view.mistake}</p>`}
          <p class="fine">No password, no mail sent. The same address is the same person.</p>
        </form>
      </section>
    `,
  });
}
