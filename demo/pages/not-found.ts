/** For an address that leads nowhere. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { page, type Html } from './layout.ts';

export const notFoundPage = (deps: SiteDeps, person: Person | null): Html =>
  page(deps, {
    title: 'Nothing here · Driftboard',
    person,
    current: '',
    body: html`<section class="sign-in">
      <h1>This one drifted off</h1>
      <p class="lead">There is no page at this address.</p>
      <p><a class="button quiet" href="/">To the front page</a></p>
    </section>`,
  });
