/** What the sandbox's pages are shown with in tests. */

import type { CheckoutView } from '../../../server/sandbox/pages/checkout.ts';
import type { InvoiceView } from '../../../server/sandbox/pages/invoice.ts';

export const view: CheckoutView = {
  business: { name: 'Driftboard' },
  mode: 'subscription',
  locale: 'en',
  currency: 'usd',
  lines: [
    {
      name: 'Driftboard Pro',
      description: null,
      quantity: 1,
      unitAmount: 19000,
      amount: 19000,
      recurring: { interval: 'year', intervalCount: 1 },
    },
  ],
  subtotal: 19000,
  tax: 0,
  dueToday: 19000,
  recurring: { amount: 19000, interval: 'year', intervalCount: 1 },
  trial: null,
  cardRequired: true,
  lockedEmail: null,
  values: {},
  errors: {},
  submitUrl: '/c/pay/cs_test_1',
  assetsUrl: '/assets',
  cancelUrl: 'https://driftboard.test/pricing',
  promotion: { url: '/c/pay/cs_test_1/promotion', error: null },
};

export const trial: CheckoutView = {
  ...view,
  subtotal: 0,
  dueToday: 0,
  tax: null,
  trial: { days: 14, endsAt: '2026-12-07T10:00:00Z' },
  recurring: { amount: 1900, interval: 'month', intervalCount: 1 },
};

export const offer = {
  label: 'LAUNCH',
  percentOff: 25,
  amountOff: null,
  months: 3,
  removeUrl: '/c/pay/cs_test_1/promotion/remove',
};

export const invoice: InvoiceView = {
  business: { name: 'Driftboard' },
  number: 'DRIFT-0003',
  status: 'paid',
  currency: 'usd',
  issuedAt: '2026-11-23T10:00:00Z',
  dueAt: null,
  paidAt: '2026-11-23T10:00:00Z',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com', address: [] },
  paidWith: { brand: 'visa', last4: '4242' },
  lines: [{ description: 'Driftboard Pro', quantity: 1, unitAmount: 1900, amount: 1900, period: null }],
  subtotal: 1900,
  discount: 0,
  tax: null,
  total: 1900,
  balance: 0,
  cardOnFile: null,
  otherCardUrl: '/i/in_1?card=new',
  amountPaid: 1900,
  amountDue: 0,
  pdfUrl: '/invoice.pdf',
  payUrl: null,
  locale: 'en',
  assetsUrl: '/assets',
};

export const challenge = {
  business: { name: 'Driftboard' },
  amount: 19000,
  currency: 'usd',
  card: { brand: 'visa', last4: '3184' },
  locale: 'en',
  assetsUrl: '/assets',
  submitUrl: '/c/pay/cs_test_1/challenge',
};

export const now = new Date('2026-11-23T10:00:00Z');
export const goodForm = {
  email: 'ada@example.com',
  card_number: '4242 4242 4242 4242',
  card_expiry: '12 / 34',
  card_cvc: '123',
  name: 'Ada Lovelace',
  country: 'DE',
};
export const options = { now, locale: 'en', cardRequired: true };
