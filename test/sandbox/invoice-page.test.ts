/** An invoice's hosted page, where it is paid, and its PDF, against a real sandbox. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Stripe } from 'stripe';
import { axeViolations, complaintsOf, launchBrowser } from './support/browser.ts';
import { textOfPdf } from './support/pdf.ts';
import { customerWithCard, makePlan, openSandbox } from './support/sandbox.ts';
import type { TestSandbox } from './support/sandbox.ts';

let sandbox: TestSandbox;
let stripe: Stripe;
let browser: Browser;
before(async () => {
  sandbox = await openSandbox();
  ({ stripe } = sandbox);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await sandbox.close();
});

/** The first invoice of a subscription of this customer. */
async function invoiceOf(customer: Stripe.Customer, params: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const { price } = await makePlan(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'allow_incomplete',
    expand: ['latest_invoice'],
    ...params,
  });
  return { subscription, invoice: subscription.latest_invoice as Stripe.Invoice };
}

async function openInvoice(card: string) {
  const { subscription, invoice } = await invoiceOf(await customerWithCard(stripe, card));
  assert.equal(invoice.status, 'open');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  await page.goto(String(invoice.hosted_invoice_url));
  return {
    subscription,
    invoice,
    page,
    now: () => stripe.invoices.retrieve(invoice.id ?? ''),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

async function pdfOf(invoice: Stripe.Invoice) {
  const answer = await fetch(String(invoice.invoice_pdf));
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
  assert.match(String(answer.headers.get('content-disposition')), new RegExp(`Invoice-${invoice.number}\\.pdf`));
  return textOfPdf(Buffer.from(await answer.arrayBuffer()));
}

describe('the hosted invoice page', () => {
  it('prints what was billed, and nothing to press, on white', async () => {
    await using tab = await openInvoice('pm_card_chargeCustomerFail');
    const pay = tab.page.getByRole('button', { name: 'Pay $19.00' });
    await tab.page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await pay.isVisible(), true);
    await tab.page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    assert.equal(await pay.isVisible(), false);
    assert.equal(await tab.page.getByText('$19.00 due on').isVisible(), true);
    assert.equal(await tab.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light');
  });

  it('says why the card on file was declined, and takes another one', async () => {
    await using tab = await openInvoice('pm_card_chargeCustomerFail');
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByText('Your card was declined and nothing was charged').waitFor();
    assert.equal((await tab.now()).status, 'open');
    await tab.page.getByLabel('Card number').fill('5555 5555 5555 4444');
    await tab.page.getByLabel('Expiry').fill('12 / 34');
    await tab.page.getByLabel('Security code').fill('123');
    await tab.page.getByLabel('Name on card').fill('Ada');
    await tab.page.getByLabel('Country').selectOption('DE');
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByText('$19.00 paid on').waitFor();
    await tab.page.getByText('•••• 4444').waitFor();
    assert.equal((await tab.now()).status, 'paid');
    assert.equal((await stripe.subscriptions.retrieve(tab.subscription.id)).status, 'active');
  });

  it('goes through 3-D Secure and comes back: failed it is still due, passed it is paid', async () => {
    await using tab = await openInvoice('pm_card_threeDSecure2Required');
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByRole('button', { name: 'Fail' }).click();
    await tab.page.getByText('Your bank could not confirm that it is you').waitFor();
    await tab.page.getByRole('link', { name: 'Use another card' }).waitFor();
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByRole('button', { name: 'Complete' }).click();
    await tab.page.getByText('$19.00 paid on').waitFor();
    assert.equal((await tab.now()).status, 'paid');
  });

  it('charges the card that has replaced the one whose bank asked', async () => {
    await using tab = await openInvoice('pm_card_authenticationRequired');
    const customer = String(tab.invoice.customer);
    const card = await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Pay $19.00' }).click();
    await tab.page.getByText('$19.00 paid on').waitFor();
    assert.equal((await tab.now()).status, 'paid');
  });

  it('asks for a card where none is on file, and refuses nonsense and numbers of real cards', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const { invoice } = await invoiceOf(customer, { payment_behavior: 'default_incomplete' });
    const page = await (await fetch(String(invoice.hosted_invoice_url))).text();
    assert.match(page, /name="card_number"/);
    const form = { card_expiry: '12 / 34', card_cvc: '123', name: 'Ada', country: 'DE' };
    for (const [number, words] of [
      ['1', /not complete/],
      ['4111111111111111', /non test card/],
    ] as const) {
      const answer = await fetch(`${invoice.hosted_invoice_url}/pay`, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({ ...form, card_number: number }),
      });
      assert.ok(answer.status >= 400);
      assert.match(await answer.text(), words);
    }
  });

  it('shows discount, tax and balance, and what is due after them', async () => {
    const customer = await customerWithCard(stripe);
    await stripe.customers.createBalanceTransaction(customer.id, { amount: -300, currency: 'usd' });
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const { invoice } = await invoiceOf(customer, { discounts: [{ coupon: coupon.id }] });
    const page = await (await fetch(String(invoice.hosted_invoice_url))).text();
    for (const amount of ['$19.00', '-$9.50', '$9.50', '-$3.00', '$6.50']) assert.ok(page.includes(amount), amount);
    assert.equal(invoice.amount_paid, 650);
  });

  it('is not there for drafts and strangers', async () => {
    assert.equal((await fetch(`${sandbox.url}/i/in_none`)).status, 404);
    assert.equal((await fetch(`${sandbox.url}/i/in_none/pdf`)).status, 404);
  });

  it('is accessible with its card form, in light and dark, and fits 360 px', async () => {
    await using tab = await openInvoice('pm_card_chargeCustomerFail');
    const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${tab.invoice.hosted_invoice_url}?card=new`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    assert.deepEqual(await axeViolations(page), []);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    assert.deepEqual(await axeViolations(page), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

describe('the PDF of an invoice', () => {
  it('has what somebody files: number, dates, parties, lines, sums and how it was paid', async () => {
    const customer = await customerWithCard(stripe);
    await stripe.customers.update(customer.id, {
      name: 'Ada Lovelace',
      address: { line1: '12 St James Square', city: 'London', country: 'GB' },
    });
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
    const { invoice } = await invoiceOf(customer, { discounts: [{ coupon: coupon.id }] });
    const { text, pages } = await pdfOf(invoice);
    for (const part of [
      'Receipt',
      String(invoice.number),
      'Ada Lovelace',
      '12 St James Square',
      'United Kingdom',
      'Pro (at $19.00 / month)',
      'Subtotal',
      '-$4.75',
      '$14.25 paid on',
      'Visa •••• 4242',
      'Page 1 of 1',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.equal(pages, 1);
  });

  it('says what is due while nothing is paid', async () => {
    const { invoice } = await invoiceOf(await customerWithCard(stripe, 'pm_card_chargeCustomerFail'));
    const { text } = await pdfOf(invoice);
    assert.match(text, /Invoice/);
    assert.match(text, /\$19\.00 due on/);
    assert.doesNotMatch(text, /Payment received/);
  });

  for (const [name, locale] of [
    ['山田 太郎', 'ja'],
    ['Łukasz Ωmega Жук', 'de'],
  ] as const) {
    it(`writes every script: ${name}`, async () => {
      const customer = await customerWithCard(stripe);
      await stripe.customers.update(customer.id, { name, preferred_locales: [locale] });
      const { text } = await pdfOf((await invoiceOf(customer)).invoice);
      assert.ok(text.includes(name), text);
    });
  }

  it('writes Arabic from the right, words and numbers in their order', async () => {
    const customer = await customerWithCard(stripe);
    await stripe.customers.update(customer.id, { name: 'محمد علي', preferred_locales: ['ar'] });
    const { text } = await pdfOf((await invoiceOf(customer)).invoice);
    // On paper the last word stands first from the left; its letters are joined forms of the same letters.
    const plain = text.normalize('NFKC');
    const [first, second] = ['محمد', 'علي'].map((word) =>
      Math.max(plain.indexOf(word), plain.indexOf([...word].toReversed().join(''))),
    );
    assert.ok(Number(first) > Number(second) && Number(second) >= 0, plain);
    assert.ok(plain.includes('19.00 US$'), plain);
  });

  it('goes on over as many pages as its lines need', async () => {
    const { subscription } = await invoiceOf(await customerWithCard(stripe));
    for (let item = 1; item <= 40; item++) {
      await stripe.invoiceItems.create({
        customer: String(subscription.customer),
        subscription: subscription.id,
        amount: 100 * item,
        currency: 'usd',
        description: `Extra ${item}`,
      });
    }
    await sandbox.control('clock', { advance_seconds: 32 * 86_400 });
    const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    assert.ok(invoice);
    const { text, pages } = await pdfOf(invoice);
    assert.ok(pages >= 2, String(pages));
    assert.ok(text.includes('Extra 1') && text.includes('Extra 40'));
    assert.ok(text.includes(`Page ${pages} of ${pages}`));
  });
});
