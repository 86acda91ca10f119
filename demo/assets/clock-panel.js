/** The sandbox's clock, moved through the site's own server; what that did to the signed-in person, in a line each. */

import { element } from './elements.js';
import { askBackend } from './session.js';

/** Kept from page to page: what happened is read after the click that led away, too; and the last event that was told. */
const happenedKey = 'driftboard:happened';
const lastKey = 'driftboard:last-event';
const shownAtMost = 6;

/** @typedef {{ at: number, text: string, date?: number, mood: 'good' | 'bad' | 'plain' }} Happening */
/** @typedef {{ now: number, next: { what: string, at: number } | null, happened?: Happening[], last?: string | null }} ClockAnswer */

export function startClockPanel() {
  const dock = document.querySelector('[data-dock]');
  const panel = document.querySelector('[data-clock]');
  if (!(dock instanceof HTMLElement && panel instanceof HTMLElement)) return;
  const buttons = [...panel.querySelectorAll('[data-clock-by]')];

  /** @param {ClockAnswer} answer */
  const show = ({ now, next }) => {
    element(dock, '[data-clock-short]').textContent = day(now, 'medium');
    element(panel, '[data-clock-date]').textContent = day(now, 'full');
    element(panel, '[data-clock-time]').textContent = new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format(
      now * 1000,
    );
    const button = element(panel, '[data-clock-by="next"]');
    button.hidden = next === null;
    if (next) element(panel, '[data-clock-next]').textContent = `To the ${next.what}, ${day(next.at, 'medium')}`;
    element(panel, '[data-clock-fail]').hidden = next === null;
  };
  /** Since the clock was moved last, more may have happened: a card was replaced, and paid what was owed. */
  const read = async () => {
    const after = sessionStorage.getItem(lastKey);
    const answer = await ask(after === null ? '' : `?${new URLSearchParams({ after })}`);
    show(answer);
    // Another reading may have told it meanwhile.
    if (sessionStorage.getItem(lastKey) !== after) return;
    remember(answer);
    drawHappened(panel, recall());
  };
  /** @param {string} by */
  const move = async (by) => {
    for (const button of buttons) button.setAttribute('aria-disabled', 'true');
    panel.setAttribute('aria-busy', 'true');
    try {
      const answer = await ask('', { by });
      show(answer);
      remember(answer);
      tell(panel, dock, answer);
      // Elements hear of it live; the page's own token is asked for again.
      document.dispatchEvent(new Event('clock-moved'));
    } catch (error) {
      complain(panel, dock, error);
    } finally {
      panel.removeAttribute('aria-busy');
      for (const button of buttons) button.removeAttribute('aria-disabled');
    }
  };

  for (const button of buttons)
    button.addEventListener('click', () => {
      if (panel.getAttribute('aria-busy') !== 'true') void move(button.getAttribute('data-clock-by') ?? '');
    });
  for (const button of panel.querySelectorAll('[data-copy]'))
    button.addEventListener('click', () => copy(button.getAttribute('data-copy') ?? '', dock, button));
  element(panel, '[data-clock-replace]').addEventListener('click', () => void replaceCard(panel, dock));

  const look = () => void read().catch((error) => complain(panel, dock, error));
  // What is due may be another thing by now: after a change of plan, or of what was only planned.
  document.addEventListener('plan-change', look);
  panel.addEventListener('pointerenter', look);
  drawHappened(panel, recall());
  look();
}

/**
 * @param {string} query
 * @param {{ by: string }} [step]
 * @returns {Promise<ClockAnswer>}
 */
async function ask(query, step) {
  const response = await fetch(
    `/api/clock${query}`,
    step && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(step) },
  );
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} dock
 * @param {ClockAnswer} answer
 */
function tell(panel, dock, { now, happened = [] }) {
  drawHappened(panel, recall());
  const quiet = element(panel, '[data-clock-quiet]');
  quiet.hidden = happened.length > 0;
  quiet.textContent = `Nothing happened until ${day(now, 'long')}.`;
  const words = happened.map((one) => sentence(one)).join(' ');
  element(dock, '[data-dock-status]').textContent = `It is ${day(now, 'long')}. ${words || 'Nothing happened.'}`;
}

/**
 * @param {HTMLElement} panel
 * @param {readonly Happening[]} happenings newest first
 */
function drawHappened(panel, happenings) {
  const list = element(panel, '[data-clock-happened]');
  list.hidden = happenings.length === 0;
  if (happenings.length > 0) element(panel, '[data-clock-quiet]').hidden = true;
  list.replaceChildren(
    ...happenings.map((one) => {
      const item = document.createElement('li');
      const when = document.createElement('span');
      const what = document.createElement('span');
      item.dataset.mood = one.mood;
      when.className = 'when';
      when.textContent = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' }).format(one.at * 1000);
      what.textContent = sentence(one);
      item.append(when, what);
      return item;
    }),
  );
}

/** @param {ClockAnswer} answer */
function remember({ happened = [], last }) {
  const kept = [...happened.toReversed(), ...recall()].slice(0, shownAtMost);
  sessionStorage.setItem(happenedKey, JSON.stringify(kept));
  if (last) sessionStorage.setItem(lastKey, last);
}

/** @returns {Happening[]} newest first */
const recall = () => JSON.parse(sessionStorage.getItem(happenedKey) ?? '[]');

/**
 * To the portal's page for another card, with the one that fails at hand.
 * @param {HTMLElement} panel
 * @param {HTMLElement} dock
 */
async function replaceCard(panel, dock) {
  const button = element(panel, '[data-clock-replace]');
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    await copy('4000 0000 0000 0341', dock);
    const { url } = await askBackend('portal', { return_url: location.href, flow: 'payment_method_update' });
    location.assign(url);
  } catch (error) {
    complain(panel, dock, error);
    button.removeAttribute('aria-busy');
  }
}

/**
 * @param {string} text
 * @param {HTMLElement} dock
 * @param {Element} [button] says that it was done
 */
async function copy(text, dock, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    // A browser may not allow it; the number can still be read.
    if (error instanceof DOMException) return;
    throw error;
  }
  element(dock, '[data-dock-status]').textContent = `Copied ${text}.`;
  button?.classList.add('copied');
  button?.addEventListener('blur', () => button.classList.remove('copied'), { once: true });
}

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} dock
 * @param {unknown} error
 */
function complain(panel, dock, error) {
  const text = error instanceof Error ? error.message : String(error);
  const quiet = element(panel, '[data-clock-quiet]');
  quiet.hidden = false;
  quiet.textContent = text;
  element(dock, '[data-dock-status]').textContent = text;
}

/** @param {Happening} happening */
const sentence = ({ text, date }) => text.replace('{date}', () => (date === undefined ? '' : day(date, 'long')));

/**
 * @param {number} seconds
 * @param {'full' | 'long' | 'medium'} dateStyle
 */
const day = (seconds, dateStyle) => new Intl.DateTimeFormat('en', { dateStyle }).format(seconds * 1000);
