/** The document around every sandbox page: language, direction, assets, title. No inline script, no inline style. */

import { html, raw } from 'hono/html';
import { assetUrl } from './assets.ts';
import { languageOf } from './messages.ts';

/** What `html` gives: Hono's `c.html()` takes it as it is. */
export type Page = ReturnType<typeof html>;

export interface ShellOptions {
  readonly title: string;
  readonly locale: string;
  /** Where `pageAssets` are served, such as `/_pages`. */
  readonly assetsUrl: string;
  /** Whether the page has behaviour; it works without. */
  readonly script: 'checkout.js' | 'console.js' | null;
  readonly bodyClass: string;
  readonly body: Page;
}

/** A whole page. */
export function renderShell(options: ShellOptions): Page {
  const { lang, dir } = languageOf(options.locale);
  return html`${raw('<!doctype html>')}
    <html lang="${lang}" dir="${dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="same-origin" />
        <title>${options.title}</title>
        <link rel="icon" href="${assetUrl(options.assetsUrl, 'icon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl(options.assetsUrl, 'sandbox.css')}" />
        ${options.script ? html`<script src="${assetUrl(options.assetsUrl, options.script)}" defer></script>` : ''}
      </head>
      <body class="${options.bodyClass}">
        ${options.body}
      </body>
    </html>`;
}
