/** The portal's front page: what is subscribed to and what happens next, how it is paid, and what was billed. */

import { html } from 'hono/html';
import { cardMark, icon } from '../icons.ts';
import { languageOf, messagesFor } from '../messages.ts';
import { formatMoney } from '../money.ts';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';
import type { PortalFrame } from './frame.ts';
import { renderPortal } from './frame.ts';
import { portalWords } from './words/words.ts';
import type { PortalWords } from './words/words.ts';

/** Addresses are paths of this server; null: the action is not to be had. */
export interface PortalSubscription {
  readonly name: string;
  /** The price in words, such as "$19.00 per month". */
  readonly price: string;
  /** Null for one. */
  readonly quantity: string | null;
  readonly standing: keyof PortalWords['status'];
  /** What happens next, in sentences. */
  readonly sentences: readonly string[];
  readonly updateUrl: string | null;
  readonly cancelUrl: string | null;
  readonly pauseUrl: string | null;
  /** POST. */
  readonly resumeUrl: string | null;
  readonly unpauseUrl: string | null;
  readonly undoUrl: string | null;
}

export interface PortalCard {
  readonly brand: string;
  readonly last4: string;
  /** "12/34", and whether that is over. */
  readonly expires: string;
  readonly isExpired: boolean;
  readonly isDefault: boolean;
  readonly defaultUrl: string | null;
  readonly removeUrl: string | null;
}

export interface PortalInvoice {
  readonly number: string;
  /** As it is read. */
  readonly date: string;
  readonly amount: string;
  readonly status: 'open' | 'paid' | 'void' | 'uncollectible';
  readonly hostedUrl: string | null;
  readonly pdfUrl: string | null;
}

export interface PortalOverview extends PortalFrame {
  readonly headline: string | null;
  /** What is owed; amounts in minor units. */
  readonly owed: readonly {
    readonly amount: number;
    readonly currency: string;
    readonly plan: string;
    readonly payUrl: string;
    readonly hostedUrl: string | null;
  }[];
  readonly subscriptions: readonly PortalSubscription[];
  readonly cards: readonly PortalCard[];
  readonly addCardUrl: string | null;
  /** What is known of the customer, line by line. */
  readonly details: readonly string[];
  readonly editUrl: string | null;
  /** Null where the history is not shown. */
  readonly invoices: readonly PortalInvoice[] | null;
  readonly allInvoicesUrl: string | null;
}

export function renderPortalOverview(view: PortalOverview): Page {
  const words = portalWords(view.locale);
  // The name alone stands above already.
  const headline = view.headline === view.business.name ? null : view.headline;
  return renderPortal(view, {
    title: words.title,
    body: html`<h1>${headline ?? words.title}</h1>
      ${view.owed.map((owed) => renderOwed(owed, view, words))}
      <div class="panel">
        <section aria-labelledby="plans">
          <h2 id="plans">${view.subscriptions.length > 1 ? words.plans : words.plan}</h2>
          ${
            view.subscriptions.length === 0
              ? html`<p class="plan-name">${words.noPlan}</p>
                  <p class="muted">${words.noPlanDetail(view.business.name)}</p>`
              : view.subscriptions.map((subscription) => renderSubscription(subscription, words))
          }
        </section>
        ${renderCards(view, words)} ${renderDetails(view, words)}
        ${view.invoices ? renderInvoices(view.invoices, view, words) : ''}
      </div>`,
  });
}

function renderOwed(owed: PortalOverview['owed'][number], view: PortalOverview, words: PortalWords): Page {
  const amount = formatMoney(owed.amount, owed.currency, languageOf(view.locale).lang);
  const hosted = safeUrl(owed.hostedUrl);
  return html`<div class="notice owed">
    ${icon('alert')}
    <p><strong>${words.paymentFailed}</strong> ${words.paymentDue(amount, owed.plan)}</p>
    <form method="post" action="${safeUrl(owed.payUrl)}">
      ${hosted ? html`<a class="button quiet" href="${hosted}">${words.viewInvoice}</a>` : ''}
      <button class="button">${words.payNow(amount)}</button>
    </form>
  </div>`;
}

function renderSubscription(subscription: PortalSubscription, words: PortalWords): Page {
  const links = [
    [words.update, subscription.updateUrl, ''],
    [words.pause, subscription.pauseUrl, 'plain'],
    [words.cancel, subscription.cancelUrl, 'plain'],
  ] as const;
  const posts = [
    [words.resume, subscription.resumeUrl],
    [words.unpause, subscription.unpauseUrl],
    [words.undo, subscription.undoUrl],
  ] as const;
  return html`<article class="plan">
    <div>
      <h3 class="plan-name">
        <bdi>${subscription.name}</bdi>
        <span class="pill ${subscription.standing}">${words.status[subscription.standing]}</span>
      </h3>
      <p class="plan-price">
        ${subscription.quantity === null ? subscription.price : `${subscription.price} · ${subscription.quantity}`}
      </p>
      ${subscription.sentences.map((sentence) => html`<p class="muted">${sentence}</p>`)}
    </div>
    <div class="actions">
      ${posts.map(([label, url]) =>
        url
          ? html`<form method="post" action="${safeUrl(url)}"><button class="button quiet">${label}</button></form>`
          : '',
      )}
      ${links.map(([label, url, kind]) =>
        url ? html`<a class="button quiet ${kind}" href="${safeUrl(url)}">${label}</a>` : '',
      )}
    </div>
  </article>`;
}

function renderCards(view: PortalOverview, words: PortalWords): Page {
  return html`<section aria-labelledby="cards">
    <h2 id="cards">${words.paymentMethods}</h2>
    ${
      view.cards.length === 0
        ? html`<p class="muted">${words.noMethods}</p>`
        : html`<ul class="rows">
            ${view.cards.map((card) => renderCardRow(card, words))}
          </ul>`
    }
    ${view.addCardUrl ? html`<a class="button quiet" href="${safeUrl(view.addCardUrl)}">${words.addMethod}</a>` : ''}
  </section>`;
}

function renderCardRow(card: PortalCard, words: PortalWords): Page {
  const post = (label: string, url: string | null) =>
    url
      ? html`<form method="post" action="${safeUrl(url)}">
          <button class="link">${label}<span class="sr">: ${words.cardActions(card.last4)}</span></button>
        </form>`
      : '';
  return html`<li>
    <span class="card-line">${cardMark(card.brand)}<bdi dir="ltr">•••• ${card.last4}</bdi></span>
    <span class="${card.isExpired ? 'bad-words' : 'muted'}"
      >${card.isExpired ? words.expired(card.expires) : words.expires(card.expires)}</span
    >
    ${card.isDefault ? html`<span class="pill">${words.default}</span>` : ''}
    <span class="row-actions">${post(words.makeDefault, card.defaultUrl)} ${post(words.remove, card.removeUrl)}</span>
  </li>`;
}

function renderDetails(view: PortalOverview, words: PortalWords): Page {
  if (view.details.length === 0 && view.editUrl === null) return html``;
  return html`<section aria-labelledby="details">
    <h2 id="details">${words.details}</h2>
    ${
      view.details.length === 0
        ? html`<p class="muted">${words.noDetails}</p>`
        : html`<p class="details">${view.details.map((line) => html`<span><bdi>${line}</bdi></span>`)}</p>`
    }
    ${view.editUrl ? html`<a class="button quiet" href="${safeUrl(view.editUrl)}">${words.edit}</a>` : ''}
  </section>`;
}

function renderInvoices(invoices: readonly PortalInvoice[], view: PortalOverview, words: PortalWords): Page {
  const standing = messagesFor(view.locale).invoice.status;
  const all = safeUrl(view.allInvoicesUrl);
  return html`<section aria-labelledby="history">
    <h2 id="history">${words.history}</h2>
    ${
      invoices.length === 0
        ? html`<p class="muted">${words.noInvoices}</p>`
        : html`<table class="history">
            <thead>
              <tr>
                <th scope="col">${words.date}</th>
                <th scope="col" class="wide">${words.number}</th>
                <th scope="col" class="end">${words.amount}</th>
                <th scope="col">${words.standing}</th>
                <th scope="col"><span class="sr">PDF</span></th>
              </tr>
            </thead>
            <tbody>
              ${invoices.map((invoice) => {
                const hosted = safeUrl(invoice.hostedUrl);
                const pdf = safeUrl(invoice.pdfUrl);
                return html`<tr>
                  <td>${hosted ? html`<a href="${hosted}">${invoice.date}</a>` : invoice.date}</td>
                  <td class="wide"><bdi dir="ltr">${invoice.number}</bdi></td>
                  <td class="end"><bdi>${invoice.amount}</bdi></td>
                  <td><span class="pill ${invoice.status}">${standing[invoice.status]}</span></td>
                  <td class="end">
                    ${
                      pdf
                        ? html`<a class="icon-link" href="${pdf}" download
                            >${icon('download')}<span class="sr">${words.pdf(invoice.number)}</span></a
                          >`
                        : ''
                    }
                  </td>
                </tr>`;
              })}
            </tbody>
          </table>`
    }
    ${all ? html`<a class="button quiet" href="${all}">${words.showAll}</a>` : ''}
  </section>`;
}
