/**
 * The script tag: reads its own data attributes and fetches the elements that the page holds, now and later.
 *
 * Built as one classic script that also works as a module, so it imports nothing at its top but what is built into it.
 * The addresses of the elements are relative to its own: any host, any prefix (R42.2).
 */

import { configure, type PageConfig, pageConfig, refresh, signOut } from './client/config.ts';
import { warnOfVersions } from './ui/define.ts';
import { version } from './version.ts';

/** Tag → its file beside the loader, and those that it imports; the build puts it here. */
declare const __PLANCLAIM_ELEMENTS__: Readonly<Record<string, readonly string[]>>;

interface PageApi {
  readonly version: string;
  readonly configure: typeof configure;
  /** Asks for the user's token again: after signing in, or when a plan was changed elsewhere. */
  readonly refresh: typeof refresh;
  readonly signOut: typeof signOut;
}

/** Before the script has come, a page may put its settings here: `window.Planclaim = { getToken }`. */
type PageScope = { Planclaim?: PageApi | PageConfig };

/** Boxes are reserved until the elements are there, and nothing of a gate's inside shows before it has looked (R37.1). */
const waiting = `
:where(plan-picker, plan-gate, upgrade-button, subscription-manager):not(:defined) { display: block }
billing-banner:not(:defined) { display: none }
:where(subscription-manager):not(:defined) { min-block-size: 420px }
:where(plan-picker):not(:defined) { min-block-size: 506px }
@media (width < 912px) { :where(plan-picker):not(:defined) { min-block-size: 930px } }
@media (width < 608px) { :where(plan-picker):not(:defined) { min-block-size: 1340px } }
:where(upgrade-button):not(:defined) { display: inline-block; min-block-size: 40px }
plan-gate:not(:defined) > * { display: none }
plan-gate:not(:defined) > [slot="loading"] { display: revert }
`;

const script = ownScript();
const scope = globalThis as PageScope;
const there = scope.Planclaim;

if (there && 'version' in there) {
  // R36.1: a second tag changes nothing but what is said of it, once.
  if (there.version !== version) warnOfVersions(there.version);
} else {
  start(there ?? {});
}

function start(settings: PageConfig): void {
  const { projectId, apiUrl, tokenEndpoint } = script?.dataset ?? {};
  const here = script ? new URL('.', script.src).href : null;
  configure({
    ...(projectId ? { projectId } : {}),
    ...(tokenEndpoint ? { tokenEndpoint } : {}),
    apiUrl: apiUrl ?? pageConfig().apiUrl ?? here,
    ...settings,
  });
  const api: PageApi = { version, configure, refresh, signOut };
  scope.Planclaim = Object.freeze(api);
  if (here === null) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(waiting);
  document.adoptedStyleSheets.push(sheet);
  watch(here);
}

/** `document.currentScript` is there for a classic script, async too; a module has to look for its tag. */
function ownScript(): HTMLScriptElement | null {
  if (document.currentScript instanceof HTMLScriptElement) return document.currentScript;
  const tags = [...document.querySelectorAll<HTMLScriptElement>('script[src]')];
  return tags.find(({ src }) => new URL(src).pathname.endsWith('/widgets.js')) ?? null;
}

function watch(here: string): void {
  const missing = new Map(Object.entries(__PLANCLAIM_ELEMENTS__));
  const selector = [...missing.keys()].join();
  const look = (root: ParentNode): void => {
    for (const { localName } of root.querySelectorAll(selector)) fetchElement(localName);
  };
  const fetchElement = (tag: string): void => {
    const files = missing.get(tag);
    if (!files) return;
    missing.delete(tag);
    const loading = files.map((file) => import(/* @vite-ignore */ new URL(file, here).href));
    // A page that was offline for a moment gets another chance with the next element of the kind.
    Promise.all(loading).catch(() => missing.set(tag, files));
  };
  look(document);
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (missing.has(node.localName)) fetchElement(node.localName);
        look(node);
      }
    }
  }).observe(document, { childList: true, subtree: true });
}
