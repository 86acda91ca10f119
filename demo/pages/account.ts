/** The account: who somebody is, what their token says, and what Planclaim's `GET /v1/subscription` answers. */

import { html } from 'hono/html';
import type { Person } from '../identity/people.ts';
import type { SiteDeps } from '../site.ts';
import { page, type Html } from './layout.ts';

export function accountPage(deps: SiteDeps, { person }: { person: Person }): Html {
  return page(deps, {
    title: 'Account · Driftboard',
    person,
    current: '/account',
    body: html`
      <div class="section-head"><h1>Account</h1></div>
      <div class="account">
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
        <section class="card" aria-labelledby="plan-title" data-subscription>
          <h2 id="plan-title">Plan</h2>
          <p class="plan-line" data-plan-line><span class="skeleton">Reading your plan</span></p>
          <dl class="facts" data-plan-facts hidden></dl>
          <p class="plan-actions"><a class="button quiet" href="/#plans">See the plans</a></p>
        </section>
      </div>
    `,
  });
}
