/** The account: the plan, the card and the invoices on `<subscription-manager>`, and who somebody is. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { page, type Html } from './layout.ts';

export function accountPage(deps: SiteDeps, { person }: { person: Person }): Html {
  return page(deps, {
    title: 'Account · Driftboard',
    person,
    current: '/account',
    // The manager says itself what needs the reader.
    hasBanner: false,
    body: html`
      <div class="section-head"><h1>Account</h1></div>
      <div class="account">
        <section aria-labelledby="billing-title">
          <h2 id="billing-title" class="sr">Plan and billing</h2>
          <subscription-manager return-url="${deps.siteUrl}/account"></subscription-manager>
        </section>
        <section class="card" aria-labelledby="you-title">
          <h2 id="you-title">You</h2>
          <dl class="facts">
            <div>
              <dt>Name</dt>
              <dd>${person.name}</dd>
            </div>
            <div>
              <dt>E-mail</dt>
              <dd>${person.email}</dd>
            </div>
            <div>
              <dt>Role</dt>
              <dd>${person.role}</dd>
            </div>
            <div>
              <dt>User id</dt>
              <dd><code>${person.id}</code></dd>
            </div>
          </dl>
          <form method="post" action="/sign-out"><button class="button quiet">Sign out</button></form>
        </section>
      </div>
    `,
  });
}
