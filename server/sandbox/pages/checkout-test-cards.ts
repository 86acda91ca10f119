/** The panel of test cards beside the form. */

import { html } from 'hono/html';
import type { BankChoice } from './checkout.ts';
import { messagesFor } from './messages.ts';
import type { Page } from './shell.ts';
import { groupDigits, testCards } from './test-cards.ts';

/** A list to read; the script turns each row into a button that fills the form. */
export function renderTestCards(locale: string): Page {
  const text = messagesFor(locale);
  return html`<aside class="aside" aria-labelledby="test-cards-title">
    <section class="test-cards">
      <h2 id="test-cards-title">${text.testCards}</h2>
      <p>${text.testCardsHint} <span data-script hidden>${text.testCardsFill}</span></p>
      <ul>
        ${testCards.map(
          (card) =>
            html`<li>
              <span class="test-card" data-number="${card.number}"
                ><bdi class="digits" dir="ltr">${groupDigits(card.number)}</bdi
                ><bdi class="outcome ${card.outcome}">${text.outcomes[card.outcome]}</bdi></span
              >
            </li>`,
        )}
      </ul>
    </section>
  </aside>`;
}

/** The same for bank accounts. */
export function renderTestAccounts(locale: string, accounts: BankChoice['testAccounts']): Page {
  const { bank } = messagesFor(locale);
  return html`<aside class="aside" aria-labelledby="test-cards-title">
    <section class="test-cards">
      <h2 id="test-cards-title">${bank.tests}</h2>
      <p>${bank.testsHint} <span data-script hidden>${bank.testsFill}</span></p>
      <ul>
        ${accounts.map(
          ({ number, outcome }) =>
            html`<li>
              <span class="test-card" data-account="${number}"
                ><bdi class="digits" dir="ltr">${number}</bdi
                ><bdi class="outcome ${outcome}">${outcome === 'success' ? bank.succeeds : bank.fails}</bdi></span
              >
            </li>`,
        )}
      </ul>
    </section>
  </aside>`;
}
