/** The hosted checkout page of an open session: a summary and a card form that works with and without JavaScript. */

import { html } from 'hono/html';
import type { Business } from './business.ts';
import { renderForm } from './checkout-form.ts';
import { renderSummary } from './checkout-summary.ts';
import { renderTestAccounts, renderTestCards } from './checkout-test-cards.ts';
import type { CheckoutErrors, CheckoutValues } from './fields.ts';
import { messagesFor } from './messages.ts';
import type { Interval } from './messages.ts';
import { renderShell } from './shell.ts';
import type { Page } from './shell.ts';

/** One line item. Amounts are minor units of the view's currency. */
export interface CheckoutLine {
  readonly name: string;
  readonly description: string | null;
  readonly quantity: number;
  /** For one. */
  readonly unitAmount: number;
  /** What this line adds to today's subtotal: 0 while in trial. */
  readonly amount: number;
  /** Null for what is bought once. */
  readonly recurring: { readonly interval: Interval; readonly intervalCount: number } | null;
}

/** All that the page shows. Plain data: the engine fills it in, the page decides nothing about money. */
export interface CheckoutView {
  readonly business: Business;
  readonly mode: 'subscription' | 'payment' | 'setup';
  /** BCP 47; `auto` and unknown ones are English. */
  readonly locale: string;
  /** ISO 4217, lower case. */
  readonly currency: string;
  readonly lines: readonly CheckoutLine[];
  /** Minor units. `tax` null: none is computed. `discount` is what comes off, positive. */
  readonly subtotal: number;
  readonly discount?: number;
  /** Where the discount comes from. `label` null: a coupon without a name. `removeUrl` null: it is not the reader's to take off. */
  readonly offer?: Offer | null;
  readonly tax: number | null;
  /** `pending`: it is computed as soon as the address says where; `included`: it is in the prices. */
  readonly taxed?: 'no' | 'pending' | 'included' | 'added';
  readonly dueToday: number;
  /** What renews, in total and tax included; null in `payment` and `setup` mode. */
  readonly recurring: { readonly amount: number; readonly interval: Interval; readonly intervalCount: number } | null;
  /** `endsAt` is ISO 8601. */
  readonly trial: { readonly days: number; readonly endsAt: string } | null;
  /** False for a trial that asks for no card. */
  readonly cardRequired: boolean;
  /** The account that is asked for instead of a card, and where each of the two is chosen; null: cards alone. */
  readonly bank?: BankChoice | null;
  /** An e-mail that the session or its customer has already: shown, and not to be edited. */
  readonly lockedEmail: string | null;
  /** What the reader typed before, on a page that is drawn again. */
  readonly values: CheckoutValues;
  readonly errors: CheckoutErrors;
  /** Where the form posts, and where the pages' assets are; paths of this server. */
  readonly submitUrl: string;
  readonly assetsUrl: string;
  readonly cancelUrl: string | null;
  /** Where a promotion code is posted (`promotion_code`), null where none is taken; `typed` is the one that was refused. */
  readonly promotion?: { readonly url: string; readonly error: string | null; readonly typed?: string } | null;
}

export interface BankChoice {
  readonly chosen: 'card' | 'bank';
  readonly type: 'sepa_debit' | 'us_bank_account';
  /** Null where cards are not taken. */
  readonly cardUrl: string | null;
  readonly bankUrl: string;
  readonly testAccounts: readonly { readonly number: string; readonly outcome: 'success' | 'declined' }[];
}

export interface Offer {
  readonly label: string | null;
  /** One of these two is set; the amount in minor units. */
  readonly percentOff: number | null;
  readonly amountOff: number | null;
  /** How long it lasts. */
  readonly months: number | 'once' | 'forever';
  readonly removeUrl: string | null;
}

/**
 * The page at the session's `url`.
 *
 * The form posts `application/x-www-form-urlencoded` to `view.submitUrl` with the fields of `checkoutFields` and
 * `expected_amount` (minor units that the reader saw). With `Accept: application/json` it expects `{ redirect }`, or
 * `{ errors: { field: message }, message }` with 400 or 402; else a 303, or this page again with `values` and `errors`.
 *
 * @example
 * ```ts
 * app.get('/c/pay/:id', (c) => c.html(renderCheckoutPage(view)));
 * ```
 */
export function renderCheckoutPage(view: CheckoutView): Page {
  const text = messagesFor(view.locale);
  const product = view.lines[0]?.name ?? view.business.name;
  const title = view.mode === 'subscription' ? text.subscribeTo(product) : text.pay(view.business.name);
  return renderShell({
    title: `${title} · ${text.testMode}`,
    locale: view.locale,
    assetsUrl: view.assetsUrl,
    script: 'checkout.js',
    bodyClass: 'checkout',
    body: html`${renderSummary(view)}${renderForm(view)}${renderTests(view)}`,
  });
}

function renderTests(view: CheckoutView): Page | string {
  if (view.bank?.chosen === 'bank') return renderTestAccounts(view.locale, view.bank.testAccounts);
  return view.cardRequired ? renderTestCards(view.locale) : '';
}
