/** The portal's pages that ask for a decision: cancel, pause, and what a flow shows when it is over. */

import { html } from 'hono/html';
import { renderField } from '../form-fields.ts';
import { icon } from '../icons.ts';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';
import type { PortalFrame } from './frame.ts';
import { renderPortal, renderStepActions } from './frame.ts';
import { portalWords } from './words/words.ts';
import type { PortalWords } from './words/words.ts';

export interface CancelView extends PortalFrame {
  readonly plan: string;
  /** When it ends, as it is read; null: at once. */
  readonly endsOn: string | null;
  /** What is given back, as it is read; null: nothing. */
  readonly credit: string | null;
  /** Empty: no reason is asked for. */
  readonly reasons: readonly (keyof PortalWords['reasons'])[];
  /** A discount for those who stay, in words, and where it is taken by POST. */
  readonly offer: { readonly words: string; readonly takeUrl: string } | null;
  readonly submitUrl: string;
  /** Away from here without cancelling; null where there is nowhere to go. */
  readonly keepUrl: string | null;
}

export function renderCancelPage(view: CancelView): Page {
  const words = portalWords(view.locale);
  const keep = safeUrl(view.keepUrl);
  return renderPortal(view, {
    title: words.cancelTitle(view.plan),
    body: html`<h1>${words.cancelTitle(view.plan)}</h1>
      ${
        view.offer
          ? html`<form class="panel step" method="post" action="${safeUrl(view.offer.takeUrl)}">
              <section><p>${words.offer(view.plan, view.offer.words)}</p></section>
              <div class="step-actions"><button class="button">${words.takeOffer}</button></div>
            </form>`
          : ''
      }
      <form class="panel step" method="post" action="${safeUrl(view.submitUrl)}">
        <section>
          <p>${view.endsOn === null ? words.cancelNow(view.plan) : words.cancelAtEnd(view.plan, view.endsOn)}</p>
          ${view.credit === null ? '' : html`<p class="muted">${words.cancelCredit(view.credit)}</p>`}
        </section>
        ${view.reasons.length > 0 ? renderReasons(view.reasons, words) : ''}
        <div class="step-actions">
          ${keep ? html`<a class="button ${view.offer ? 'quiet' : ''}" href="${keep}">${words.keep(view.plan)}</a>` : ''}
          <button class="button quiet danger">
            ${view.endsOn === null ? words.cancelAtOnce : words.cancelOn(view.endsOn)}
          </button>
        </div>
      </form>`,
  });
}

function renderReasons(reasons: CancelView['reasons'], words: PortalWords): Page {
  return html`<section>
    <fieldset class="field">
      <legend>${words.cancelReason} <span class="muted">${words.optional}</span></legend>
      ${reasons.map(
        (reason) =>
          html`<label class="choice"
            ><input type="radio" name="feedback" value="${reason}" /><span>${words.reasons[reason]}</span></label
          >`,
      )}
    </fieldset>
    <div class="field">
      <label for="comment">${words.cancelComment} <span class="muted">${words.optional}</span></label>
      <textarea class="input" id="comment" name="comment" rows="3" maxlength="1000"></textarea>
    </div>
  </section>`;
}

export interface PauseView extends PortalFrame {
  readonly plan: string;
  readonly submitUrl: string;
  readonly keepUrl: string | null;
}

export function renderPausePage(view: PauseView): Page {
  const words = portalWords(view.locale);
  return renderPortal(view, {
    title: words.pauseTitle(view.plan),
    body: html`<h1>${words.pauseTitle(view.plan)}</h1>
      <form class="panel step" method="post" action="${safeUrl(view.submitUrl)}">
        <section>
          <p>${words.pauseDetail(view.plan)}</p>
        </section>
        ${renderStepActions(view, html`<button class="button">${words.pauseNow}</button>`)}
      </form>`,
  });
}

/** One sentence and one way on: done, expired, not there. */
export function renderPortalEnd(
  frame: PortalFrame,
  end: {
    readonly title: string;
    readonly detail: string;
    readonly badge: 'check' | 'clock' | 'alert';
    readonly on: { readonly url: string; readonly label: string } | null;
  },
): Page {
  const url = safeUrl(end.on?.url);
  return renderPortal(frame, {
    title: end.title,
    body: html`<div class="panel outcome-page">
      <span class="badge ${end.badge === 'check' ? 'complete' : ''}">${icon(end.badge)}</span>
      <h1>${end.title}</h1>
      <p>${end.detail}</p>
      ${url && end.on ? html`<a class="button" href="${url}">${end.on.label}</a>` : ''}
    </div>`,
  });
}

/** Asks for an e-mail. */
export function renderLoginPage(
  frame: PortalFrame,
  login: { readonly submitUrl: string; readonly email: string },
): Page {
  const words = portalWords(frame.locale);
  return renderPortal(frame, {
    title: words.loginTitle,
    body: html`<h1>${words.loginTitle}</h1>
      <form class="panel step" method="post" action="${safeUrl(login.submitUrl)}">
        <section>
          <p class="muted">${words.loginDetail}</p>
          ${renderField(
            { values: { email: login.email }, errors: {} },
            {
              name: 'email',
              label: words.email,
              attributes: { type: 'email', dir: 'ltr', required: true, autocomplete: 'email' },
            },
          )}
        </section>
        ${renderStepActions({ locale: frame.locale, keepUrl: null }, html`<button class="button">${words.continue}</button>`)}
      </form>`,
  });
}
