/** The manager before it knows anything: as large as it will be. */

import { html, type TemplateResult } from 'lit';
import { invoicesSkeleton } from './invoices-section.ts';
import type { SectionName } from './sections.ts';

export const skeleton = (sections: readonly SectionName[]): TemplateResult =>
  html`<div class="card" aria-hidden="true">
    ${sections.map(
      (name) =>
        html`<section>
          <div class="skeleton line heading"></div>
          ${name === 'invoices' ? invoicesSkeleton(undefined) : name === 'plan' ? plan : payment}
        </section>`,
    )}
  </div>`;

const plan = html`<div class="row">
  <div class="grow">
    <div class="skeleton line name-space"></div>
    <div class="skeleton line"></div>
  </div>
  <div class="skeleton button-space"></div>
</div>`;

const payment = html`<div class="row">
  <div class="grow"><div class="skeleton line method-space"></div></div>
  <div class="skeleton button-space"></div>
</div>`;
