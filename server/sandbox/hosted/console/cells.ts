/** What stands in one cell of the console: links, times, states and names of things. */

import type Stripe from 'stripe';
import type { Cell } from '../../pages/console/table.ts';
import { formatMoney } from '../../pages/money.ts';
import type { Store } from '../../store/store.ts';
import { idOf } from '../../store/wire.ts';

export function link(id: string | null | undefined, text: string | null | undefined = id): Cell {
  return id ? { text: text || id, href: `/console/o/${id}` } : null;
}

export function when(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '–' : wall(seconds * 1000);
}

export function wall(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

export function toneOf(state: string): 'good' | 'warn' | 'bad' | 'plain' {
  if (['active', 'trialing', 'paid', 'succeeded', 'complete', 'delivered', 'enabled', 'ready'].includes(state))
    return 'good';
  if (['past_due', 'unpaid', 'failed', 'uncollectible', 'lost'].includes(state)) return 'bad';
  if (['open', 'pending', 'sending', 'incomplete', 'paused', 'draft'].includes(state) || state.startsWith('requires')) {
    return 'warn';
  }
  return 'plain';
}

export function customerLink(store: Store, id: string | null): Cell {
  if (id === null) return null;
  const customer = store.find('customer', id);
  return link(id, customer && 'email' in customer ? customer.email : null);
}

export function planWords(store: Store, item: Stripe.SubscriptionItem, currency: string): string {
  const product = store.find('product', idOf(item.price.product) ?? '');
  const name = product && 'name' in product ? product.name : item.price.id;
  const { interval, interval_count: every } = item.price.recurring ?? { interval: '', interval_count: 1 };
  const amount = formatMoney((item.price.unit_amount ?? 0) * (item.quantity ?? 1), currency, 'en');
  return `${name} ${amount}/${every === 1 ? '' : every}${interval}${(item.quantity ?? 1) > 1 ? ` × ${item.quantity}` : ''}`;
}

export function nameOf(object: Readonly<Record<string, unknown>>): string | null {
  for (const key of ['name', 'nickname', 'email', 'description', 'url', 'code', 'lookup_key', 'number']) {
    if (typeof object[key] === 'string') return object[key];
  }
  return typeof object['amount'] === 'number' ? formatMoney(object['amount'], String(object['currency']), 'en') : null;
}
