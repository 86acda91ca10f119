/** The account page's plan: what the token says, and what `GET /v1/subscription` adds to it. */

import { accessToken, askBackend, backend, decode } from './session.js';

export function startAccount() {
  const section = document.querySelector('[data-subscription]');
  if (!(section instanceof HTMLElement)) return;
  void draw(section);
  document.addEventListener('plan-change', () => void draw(section));
}

/** @param {HTMLElement} section */
async function draw(section) {
  const line = section.querySelector('[data-plan-line]');
  const facts = section.querySelector('[data-plan-facts]');
  if (!(line instanceof HTMLElement && facts instanceof HTMLElement)) return;
  try {
    const token = await accessToken();
    if (token === null) return;
    const claims = decode(token);
    const [catalogue, subscription] = await Promise.all([
      fetch(`${backend}/v1/projects/driftboard/plans`, { credentials: 'omit' }).then((response) => response.json()),
      askBackend('subscription'),
    ]);
    const plan = catalogue.plans.find((/** @type {{ id: string }} */ { id }) => id === claims.plan);
    line.textContent = plan?.name ?? 'No plan yet';
    facts.replaceChildren(...rows(subscription));
    facts.hidden = false;
  } catch (error) {
    line.textContent = `Your plan could not be read. ${error instanceof Error ? error.message : ''}`;
  }
}

/**
 * @param {any} subscription the answer of `GET /v1/subscription`
 * @returns {HTMLElement[]}
 */
function rows(subscription) {
  const { billing_cycle: cycle, current_period_end: end, payment_method: card, next_invoice: next } = subscription;
  /** @type {[string, string | null][]} */
  const facts = [
    ['Status', subscription.status.replaceAll('_', ' ')],
    ['Billed', cycle && cycle.replaceAll('_', ' ')],
    ['Seats', subscription.quantity > 1 ? String(subscription.quantity) : null],
    ['Current period', end && `Until ${date(end)}`],
    ['Next invoice', next && `${money(next.amount_due, next.currency)} on ${date(next.date)}`],
    ['Card', card && card.last4 && `${card.brand ?? card.type} ending in ${card.last4}`],
  ];
  return facts.flatMap(([name, value]) => (value ? [row(name, value)] : []));
}

/**
 * @param {string} name
 * @param {string} value
 */
function row(name, value) {
  const group = document.createElement('div');
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = name;
  description.textContent = value.charAt(0).toUpperCase() + value.slice(1);
  group.append(term, description);
  return group;
}

/** @param {string} iso */
const date = (iso) => new Intl.DateTimeFormat('en', { dateStyle: 'long' }).format(new Date(iso));

/**
 * @param {number} amount minor units
 * @param {string} currency
 */
function money(amount, currency) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
