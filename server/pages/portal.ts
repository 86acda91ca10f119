/** The hosted portal: what somebody has, the plans there are, and the way back, on our own elements. */

import { html } from 'hono/html';
import { renderBoot, type BootView } from './boot.ts';
import { renderLayout, type PageFrame } from './layout.ts';
import type { Html } from './lib/html.ts';
import { icon } from './lib/icons.ts';
import { speechFor } from './lib/messages.ts';
import { safeUrl } from './lib/url.ts';

export interface PortalView extends PageFrame {
  readonly projectId: string;
  /** The project's name. */
  readonly name: string;
  /** Whether plans are paid for; without payments there is nothing but the choice. */
  readonly payments: 'stripe' | 'none';
  /** Back to the app; null when the link named no address. */
  readonly returnUrl: string | null;
  /** Known once it is known who the reader is; until then `boot` finds out. */
  readonly session: {
    /** The loader of the elements. */
    readonly widgetsUrl: string;
    /** Answers `{token}` for as long as the visit lasts. */
    readonly tokenUrl: string;
    /** This page, absolute: where checkout and Stripe's portal send the reader back to. */
    readonly pageUrl: string;
  } | null;
  readonly boot: BootView | null;
}

/** The page of `GET /portal`. */
export function renderPortalPage(view: PortalView): Html {
  const speech = speechFor(view.locale);
  const { portal: words, select } = speech.text;
  const back = safeUrl(view.returnUrl);
  return renderLayout({
    ...view,
    title: words.title,
    bodyClass: 'account',
    script: view.boot ? 'select-boot.js' : null,
    elements: view.session && {
      url: view.session.widgetsUrl,
      projectId: view.projectId,
      tokenUrl: view.session.tokenUrl,
    },
    body: html`<main class="portal">
      ${back ? html`<a class="back" href="${back}">${icon('arrow')}${words.back(view.name)}</a>` : ''}
      <h1>${words.title}</h1>
      <p class="lead">${words.lead(view.name)}</p>
      ${view.boot ? renderWaiting(view.boot, speech) : ''}
      ${view.session ? renderElements(view, view.session.pageUrl, speech.lang, words) : ''}
      ${
        view.session
          ? html`<noscript>
              <div class="notice">
                ${icon('alert')}
                <p><strong>${words.noScriptTitle}</strong> ${select.noScript}</p>
              </div>
            </noscript>`
          : ''
      }
    </main>`,
  });
}

function renderWaiting(boot: BootView, speech: ReturnType<typeof speechFor>): Html {
  return html`<p class="checking" role="status" hidden>
      <span class="spinner" aria-hidden="true"></span>${speech.text.select.checking}
    </p>
    ${renderBoot(boot, speech)}
    <div class="picker" inert></div>`;
}

function renderElements(
  view: PortalView,
  pageUrl: string,
  lang: string,
  words: { readonly yourPlan: string; readonly plans: string },
): Html {
  return html`
    ${
      view.payments === 'stripe'
        ? html`<section aria-labelledby="yours">
            <h2 id="yours" class="sr">${words.yourPlan}</h2>
            <subscription-manager locale="${lang}" return-url="${pageUrl}"></subscription-manager>
          </section>`
        : ''
    }
    <section aria-labelledby="plans">
      <h2 id="plans">${words.plans}</h2>
      <plan-picker locale="${lang}" success-url="${pageUrl}" cancel-url="${pageUrl}"></plan-picker>
    </section>
  `;
}
