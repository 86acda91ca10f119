/** The 3-D Secure challenge: what a bank would show between the card form and the result. */

import { html } from 'hono/html';
import { cardMark, icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import { formatMoney } from './money.ts';
import { renderShell } from './shell.ts';
import type { Page } from './shell.ts';
import { safeUrl } from './url.ts';

export interface ChallengeView {
  readonly business: { readonly name: string };
  /** Minor units; null when a card is only saved. */
  readonly amount: number | null;
  readonly currency: string;
  readonly card: { readonly brand: string; readonly last4: string };
  readonly locale: string;
  readonly assetsUrl: string;
  /** Where the form posts `challenge` = one of `challengeOutcomes`. */
  readonly submitUrl: string;
}

/** Values of the field `challenge`. */
export const challengeOutcomes = ['complete', 'fail'] as const;

export type ChallengeOutcome = (typeof challengeOutcomes)[number];

/** The challenge page. Two buttons of one form; no script. */
export function renderChallengePage(view: ChallengeView): Page {
  const text = messagesFor(view.locale);
  const { lang } = languageOf(view.locale);
  return renderShell({
    title: `${text.challenge.title} · ${text.testMode}`,
    locale: view.locale,
    assetsUrl: view.assetsUrl,
    script: null,
    bodyClass: 'alone',
    body: html`<main class="sheet challenge">
      <div class="business">
        <span class="business-name">${icon('shield')}<strong>${text.challenge.bank}</strong></span>
        <span class="test-mode">${text.testMode}</span>
      </div>
      <h1>${text.challenge.title}</h1>
      <p class="lead">${text.challenge.detail}</p>
      <dl class="facts">
        <div>
          <dt>${text.challenge.merchant}</dt>
          <dd>${view.business.name}</dd>
        </div>
        ${
          view.amount === null
            ? ''
            : html`<div>
                <dt>${text.challenge.amount}</dt>
                <dd>${formatMoney(view.amount, view.currency, lang)}</dd>
              </div>`
        }
        <div>
          <dt>${text.challenge.card}</dt>
          <dd class="card-line">${cardMark(view.card.brand)}<bdi dir="ltr">•••• ${view.card.last4}</bdi></dd>
        </div>
      </dl>
      <form class="choices" method="post" action="${safeUrl(view.submitUrl)}">
        <button class="button" name="challenge" value="complete">${text.challenge.complete}</button>
        <button class="button quiet" name="challenge" value="fail">${text.challenge.fail}</button>
      </form>
    </main>`,
  });
}
