/** The console's page for trouble made on purpose: unreliable deliveries, routes that fail. */

import { html } from 'hono/html';
import type { Page } from '../shell.ts';

export interface TroubleView {
  readonly chaos: {
    readonly shuffle: boolean;
    readonly duplicate: number;
    readonly drop: number;
    readonly delay_ms: number;
    readonly seed: number;
  };
  readonly faults: readonly {
    readonly route: string;
    readonly status?: number | undefined;
    readonly code?: string | undefined;
    readonly stall_ms?: number | undefined;
    readonly late_ms?: number | undefined;
    readonly count: number;
  }[];
  /** What was typed, on a page that is drawn again. */
  readonly back: string;
}

export function renderTrouble({ chaos, faults, back }: TroubleView): Page {
  return html`<div class="console-grid">
    <section class="console-box" aria-labelledby="chaos">
      <h2 id="chaos">Chaos</h2>
      <p class="muted">What happens to deliveries. The same seed gives the same fates.</p>
      <form method="post" action="/console/chaos">
        <input type="hidden" name="back" value="${back}" />
        <label class="choice"
          ><input type="checkbox" name="shuffle" value="true" ${chaos.shuffle ? 'checked' : ''} /><span
            >Shuffle their order</span
          ></label
        >
        ${number('duplicate', 'Sent twice, share from 0 to 1', chaos.duplicate, { max: '1', step: '0.05' })}
        ${number('drop', 'Never sent, share from 0 to 1', chaos.drop, { max: '1', step: '0.05' })}
        ${number('delay_ms', 'Delayed by up to, milliseconds', chaos.delay_ms, { step: '1' })}
        ${number('seed', 'Seed', chaos.seed, { step: '1' })}
        <div class="actions">
          <button class="button">Set</button><button class="button quiet" name="calm" value="true">Calm</button>
        </div>
      </form>
    </section>
    <section class="console-box" aria-labelledby="faults">
      <h2 id="faults">Faults</h2>
      <p class="muted">Calls that fail, stall or answer late.</p>
      ${
        faults.length === 0
          ? html`<p class="empty">None.</p>`
          : html`<ul class="console-faults">
              ${faults.map(
                (fault) =>
                  html`<li>
                    <code>${fault.route}</code>
                    <span class="muted"
                      >${[
                        fault.status === undefined ? null : `answers ${fault.status}`,
                        fault.code ?? null,
                        fault.stall_ms === undefined ? null : `stalls ${fault.stall_ms} ms`,
                        fault.late_ms === undefined ? null : `answers ${fault.late_ms} ms late`,
                        `${fault.count} more`,
                      ]
                        .filter((part) => part !== null)
                        .join(' · ')}</span
                    >
                  </li>`,
              )}
            </ul>`
      }
      <form method="post" action="/console/faults">
        <input type="hidden" name="back" value="${back}" />
        <div class="field">
          <label for="route">Route</label>
          <input class="input small" id="route" name="route" required placeholder="POST /v1/subscriptions" />
        </div>
        ${number('status', 'Status', '', { min: '400', max: '599', step: '1' })}
        <div class="field">
          <label for="code">Code</label>
          <input class="input small" id="code" name="code" placeholder="lock_timeout" />
        </div>
        ${number('stall_ms', 'Stall, milliseconds', '', { step: '1' })}
        ${number('late_ms', 'Late answer, milliseconds', '', { step: '1' })}
        ${number('count', 'How many calls', 1, { min: '1', step: '1' })}
        <div class="actions">
          <button class="button">Add</button
          ><button class="button quiet" name="clear" value="true" formnovalidate>Clear all</button>
        </div>
      </form>
    </section>
  </div>`;
}

function number(
  name: string,
  label: string,
  value: number | '',
  bounds: { readonly min?: string; readonly max?: string; readonly step: string },
): Page {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      class="input small"
      id="${name}"
      name="${name}"
      type="number"
      min="${bounds.min ?? '0'}"
      ${bounds.max === undefined ? '' : html`max="${bounds.max}"`}
      step="${bounds.step}"
      value="${value}"
    />
  </div>`;
}
