/** The document around every hosted page: language, direction, the project's logo and stylesheet. Nothing inline. */

import { html, raw } from 'hono/html';
import { assetUrl } from './assets.ts';
import type { PageAssetName } from './assets.ts';
import type { Html } from './lib/html.ts';
import { speechFor } from './lib/messages.ts';
import { safeUrl } from './lib/url.ts';

/** Whose page it is. */
export interface PageBrand {
  /** The project's name. */
  readonly name: string;
  /** An https address or a path of this server. */
  readonly logo: string | null;
  /** Where `renderBrandStylesheet` of the project is served; null for the default look. */
  readonly stylesheetUrl: string | null;
}

/** What every page's view has. */
export interface PageFrame {
  /** BCP 47; languages that are not spoken here become English. */
  readonly locale: string;
  /** Null when the project is not known: the page is then nobody's. */
  readonly brand: PageBrand | null;
  /** Where `pageAssets` are served, without a slash at the end, such as `/pages`. */
  readonly assetsUrl: string;
}

export interface LayoutOptions extends PageFrame {
  readonly title: string;
  readonly bodyClass: string;
  readonly script: PageAssetName | null;
  /** Set where the page holds our own elements. */
  readonly elements?: { readonly url: string; readonly projectId: string; readonly tokenUrl: string } | null;
  readonly body: Html;
}

/** A whole page. */
export function renderLayout(options: LayoutOptions): Html {
  const { lang, dir } = speechFor(options.locale);
  const { brand } = options;
  const stylesheet = safeUrl(brand?.stylesheetUrl);
  return html`${raw('<!doctype html>')}
    <html lang="${lang}" dir="${dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="no-referrer" />
        <title>${brand ? `${options.title} · ${brand.name}` : options.title}</title>
        <link rel="icon" href="${assetUrl(options.assetsUrl, 'icon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl(options.assetsUrl, 'pages.css')}" />
        ${stylesheet ? html`<link rel="stylesheet" href="${stylesheet}" />` : ''}
        ${options.script ? html`<script src="${assetUrl(options.assetsUrl, options.script)}" defer></script>` : ''}
        ${
          options.elements
            ? html`<script
                src="${options.elements.url}"
                data-project-id="${options.elements.projectId}"
                data-token-endpoint="${options.elements.tokenUrl}"
                async
              ></script>`
            : ''
        }
      </head>
      <body class="${options.bodyClass}">
        ${brand ? renderBrand(brand) : ''} ${options.body}
      </body>
    </html>`;
}

/** The logo says the name; without one, the first letter stands in for it beside the name. */
function renderBrand(brand: PageBrand): Html {
  const logo = safeUrl(brand.logo);
  return html`<header class="brand">
    ${
      logo
        ? html`<img class="logo" src="${logo}" alt="" />`
        : html`<span class="mark" aria-hidden="true">${initial(brand.name)}</span>`
    }
    <strong>${brand.name}</strong>
  </header>`;
}

/** The first letter as a reader sees it: an emoji or an accented letter stays whole. */
function initial(name: string): string {
  const first = new Intl.Segmenter().segment(name.trim())[Symbol.iterator]().next();
  return first.done ? '' : first.value.segment.toUpperCase();
}
