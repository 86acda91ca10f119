/** The token in the strip at the foot of the page: decodes it, counts down to its end, and lights up what changed. */

import { element } from './elements.js';
import { accessToken, decode, useToken } from './session.js';

/** Renewed this many seconds before its end. */
const renewBefore = 30;
const watched = new Set(['plan', 'billing_cycle', 'plan_status', 'plan_version']);

export function startTokenDock() {
  const dock = document.querySelector('[data-dock]');
  if (!(dock instanceof HTMLElement)) return;
  if (dock.dataset.signedIn !== 'true') return;

  /** @type {Record<string, unknown>} */
  let shown = {};
  /** @param {string} token */
  const show = (token) => {
    const claims = decode(token);
    drawClaims(dock, claims, shown);
    drawPayload(dock, claims, shown);
    drawRaw(dock, token);
    announce(dock, claims, shown);
    shown = claims;
    countDown();
  };
  const refresh = async () => {
    const button = element(dock, '[data-dock-refresh]');
    button.setAttribute('aria-busy', 'true');
    try {
      const token = await accessToken({ fresh: true });
      if (token !== null) show(token);
    } catch (error) {
      say(dock, error instanceof Error ? error.message : String(error));
    } finally {
      button.removeAttribute('aria-busy');
    }
  };

  element(dock, '[data-dock-refresh]').addEventListener('click', refresh);
  document.addEventListener('plan-change', (event) => {
    const token = event instanceof CustomEvent || 'detail' in event ? event.detail?.token : null;
    if (typeof token !== 'string') return;
    useToken(token);
    show(token);
  });
  document.addEventListener('clock-moved', refresh);
  // Back from a checkout that was left: the page comes out of the cache as it was.
  addEventListener('pageshow', (event) => event.persisted && refresh());
  const countDown = () => {
    if (typeof shown.exp !== 'number') return;
    const left = Math.max(0, shown.exp - Math.floor(Date.now() / 1000));
    element(dock, '[data-dock-countdown]').textContent =
      `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left === renewBefore) void refresh();
  };
  setInterval(countDown, 1000);
  void refresh();
}

/**
 * @param {HTMLElement} dock
 * @param {Record<string, unknown>} claims
 * @param {Record<string, unknown>} before
 */
function drawClaims(dock, claims, before) {
  element(dock, '[data-dock-claims]').hidden = false;
  element(dock, '[data-dock-empty]').hidden = true;
  for (const row of dock.querySelectorAll('[data-claim]')) {
    const name = row.getAttribute('data-claim') ?? '';
    element(row, 'dd').textContent = written(claims[name]);
    light(row, name in before && written(before[name]) !== written(claims[name]));
  }
}

/**
 * @param {HTMLElement} dock
 * @param {Record<string, unknown>} claims
 * @param {Record<string, unknown>} before
 */
function drawPayload(dock, claims, before) {
  const lines = Object.entries(claims).map(([name, value], index, all) => {
    const line = document.createElement('span');
    line.className = watched.has(name) ? 'line watched' : 'line';
    line.textContent = `  "${name}": ${JSON.stringify(value)}${index === all.length - 1 ? '' : ','}`;
    light(line, watched.has(name) && name in before && written(before[name]) !== written(value));
    return line;
  });
  element(dock, '[data-dock-payload]').replaceChildren('{', ...lines, '}');
}

/**
 * Header, claims and signature in a colour each.
 * @param {HTMLElement} dock
 * @param {string} token
 */
function drawRaw(dock, token) {
  const [header = '', claims = '', signature = ''] = token.split('.');
  element(dock, '[data-dock-raw]').replaceChildren(
    `${header}.`,
    coloured('claims', claims),
    '.',
    coloured('signed', signature),
  );
}

/**
 * @param {string} className
 * @param {string} text
 */
function coloured(className, text) {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

/**
 * Tells a screen reader what changed, and nothing where nothing did.
 * @param {HTMLElement} dock
 * @param {Record<string, unknown>} claims
 * @param {Record<string, unknown>} before
 */
function announce(dock, claims, before) {
  if (!('plan' in before) || before.plan_version === claims.plan_version) return;
  say(dock, `The token now says plan ${written(claims.plan)}, billing cycle ${written(claims.billing_cycle)}.`);
}

/**
 * @param {HTMLElement} dock
 * @param {string} text
 */
function say(dock, text) {
  element(dock, '[data-dock-status]').textContent = text;
}

/**
 * @param {Element} row
 * @param {boolean} changed
 */
function light(row, changed) {
  row.classList.remove('changed');
  // Reading a layout value lets the same animation run again.
  if (changed && row.getClientRects()) row.classList.add('changed');
}

/** @param {unknown} value */
const written = (value) => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
