/** `console.js`: asks for the page again while it is looked at, and puts what is new in place. Without it, reload. */

export const consoleScript = /* js */ String.raw`'use strict';
(() => {
  const every = 1500;
  const policy = globalThis.trustedTypes
    ? globalThis.trustedTypes.createPolicy('console', { createHTML: (text) => text })
    : { createHTML: (text) => text };
  const parser = new DOMParser();
  let known = '';

  // What somebody types into, or has opened, is left alone.
  const isBusy = (part) => part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === known) return;
    known = text;
    const fresh = parser.parseFromString(policy.createHTML(text), 'text/html').querySelectorAll('[data-live]');
    document.querySelectorAll('[data-live]').forEach((part, place) => {
      const next = fresh[place];
      if (!next || isBusy(part) || part.innerHTML === next.innerHTML) return;
      const focused = document.activeElement && part.contains(document.activeElement) ? pathOf(part, document.activeElement) : null;
      part.replaceChildren(...next.childNodes);
      if (focused) elementAt(part, focused)?.focus({ preventScroll: true });
    });
  }

  // The keyboard stays where it was.
  function pathOf(root, element) {
    const path = [];
    for (let one = element; one !== root; one = one.parentElement) path.unshift([...one.parentElement.children].indexOf(one));
    return path;
  }
  function elementAt(root, path) {
    return path.reduce((one, place) => (one ? one.children[place] : null), root);
  }

  async function watch() {
    try {
      await look();
    } catch {
      // The sandbox is restarting: look again later.
    }
    setTimeout(watch, every);
  }
  setTimeout(watch, every);
})();
`;
