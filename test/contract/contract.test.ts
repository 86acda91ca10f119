/** The contract itself: made from the package that is installed, and strict enough to notice what is wrong. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Stripe } from 'stripe';
import { loadContract } from './contract.ts';
import { installedStripe } from './file.ts';
import { decodeForm } from './form.ts';
import { startContractProxy } from './proxy.ts';

const contract = loadContract();

/** Objects recorded from Stripe's test mode, in API version 2026-08-26, the one before the SDK's. */
function recorded(name: 'customer' | 'invoice' | 'payment_method' | 'subscription') {
  return JSON.parse(readFileSync(new URL(`recorded/${name}.json`, import.meta.url), 'utf8'));
}

function event(type: string, content: object) {
  return {
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: content,
  };
}

function checkCreateSession(form: string): string[] {
  return contract.checkRequest('POST', '/v1/checkout/sessions', form).errors;
}

describe('the contract', () => {
  it('was made from the stripe package that is installed (else: npm run contract)', () => {
    assert.equal(contract.stripe, installedStripe().version);
  });

  it('knows no object that Stripe does not have', () => {
    assert.equal(contract.checkObject({ id: 'x_1', object: 'invented' }), null);
  });
});

describe('a real object', () => {
  it('fits: a customer', () => assert.deepEqual(contract.checkObject(recorded('customer')), []));

  it('fits: a subscription, with the plan, quantity and total_count that the types leave out', () => {
    const subscription = recorded('subscription');
    assert.ok(subscription.plan && subscription.quantity && subscription.items.total_count);
    assert.deepEqual(contract.checkObject(subscription), []);
  });

  it('differs only in what the API version after it took away: a payment method', () => {
    const errors = contract.checkObject(recorded('payment_method'));
    assert.deepEqual(errors, [': unknown field shared_payment_granted_token']);
  });

  it('differs only in what the API version after it added: an invoice', () => {
    const errors = contract.checkObject(recorded('invoice'));
    assert.deepEqual(errors, ['/lines/data/0: missing subscription', '/lines/data/1: missing subscription']);
  });
});

describe('a broken object is told from a real one', () => {
  const breaks: [string, (subscription: ReturnType<typeof recorded>) => void, RegExp][] = [
    ['a missing field', (s) => delete s.status, /^: missing status$/],
    [
      'a missing field deep inside',
      (s) => delete s.items.data[0].price.active,
      /^\/items\/data\/0\/price: missing active$/,
    ],
    ['an unknown field', (s) => (s.current_period_end = 1), /^: unknown field current_period_end$/],
    ['an unknown field on a list', (s) => (s.items.count = 1), /^\/items: unknown field count$/],
    ['a wrong type', (s) => (s.created = '1789948563'), /^\/created: must be number, not "1789948563"$/],
    [
      'a wrong type deep inside',
      (s) => (s.items.data[0].quantity = '1'),
      /^\/items\/data\/0\/quantity: must be number/,
    ],
    ['a null where none may be', (s) => (s.automatic_tax = null), /^\/automatic_tax: must be object, not null$/],
    [
      'a value that the enum does not have',
      (s) => (s.status = 'cancelled'),
      /^\/status: must be one of active, .*"cancelled"$/,
    ],
    [
      'an expanded object of the wrong kind',
      (s) => (s.customer = { object: 'price' }),
      /^\/customer\/object: must be one of customer/,
    ],
    [
      'an expanded object without its fields',
      (s) => (s.latest_invoice = { id: 'in_1', object: 'invoice' }),
      /^\/latest_invoice: missing .*amount_due/,
    ],
    [
      'a decimal that is a number',
      (s) => (s.items.data[0].price.unit_amount_decimal = 2000),
      /unit_amount_decimal: must be string.* or .*, not 2000$/,
    ],
  ];
  for (const [what, breakIt, expected] of breaks) {
    it(what, () => {
      const subscription = recorded('subscription');
      breakIt(subscription);
      const errors = contract.checkObject(subscription);
      assert.equal(errors?.length, 1, errors?.join('\n'));
      assert.match(errors[0] ?? '', expected);
    });
  }

  it('a member of a list', () => {
    const { balance: _balance, ...customer } = recorded('customer');
    const list = { object: 'list', url: '/v1/customers', has_more: false, data: [recorded('customer'), customer] };
    assert.deepEqual(contract.checkObject(list), ['/data/1: missing balance']);
  });

  it('a value that Stripe may add to an enum passes where enums are open', () => {
    const subscription = { ...recorded('subscription'), status: 'cancelled' };
    assert.deepEqual(loadContract({ enums: 'open' }).checkObject(subscription), []);
  });
});

describe('an event', () => {
  it('fits with the object of its type', () => {
    const subscription = recorded('subscription');
    const updated = event('customer.subscription.updated', {
      object: subscription,
      previous_attributes: { quantity: 2 },
    });
    assert.deepEqual(contract.checkEvent(updated), []);
  });

  it('does not fit with another object', () => {
    const errors = contract.checkEvent(event('customer.subscription.updated', { object: recorded('customer') }));
    assert.ok(errors.includes('/data/object/object: must be "subscription", not "customer"'), errors.join('\n'));
  });

  it('does not fit when there is no such type', () => {
    const errors = contract.checkEvent(event('customer.subscription.renewed', { object: recorded('subscription') }));
    assert.deepEqual(errors, ['/type: the contract has no event "customer.subscription.renewed"']);
  });
});

describe('a request', () => {
  it('fits when the SDK has its parameters', () => {
    const form =
      'mode=subscription&line_items[0][price]=price_1&line_items[0][quantity]=2&metadata[0]=numbered&expand[]=customer';
    assert.deepEqual(
      checkCreateSession(`${form}&subscription_data[trial_period_days]=14&allow_promotion_codes=true`),
      [],
    );
  });

  it('fits with a truth value where an enum has both truth values and texts', () => {
    const check = (value: string) =>
      contract.checkRequest('POST', '/v1/payment_intents', `amount=1900&currency=usd&off_session=${value}`).errors;
    assert.deepEqual([check('true'), check('recurring')], [[], []]);
    assert.equal(check('sometimes').length, 1);
  });

  it('does not fit with an unknown parameter', () => {
    assert.deepEqual(checkCreateSession('mode=payment&payment_method_types[0]=card'), [
      ': unknown field payment_method_types',
    ]);
  });

  it('does not fit with a value of the wrong type', () => {
    const errors = checkCreateSession('mode=payment&line_items[0][quantity]=one');
    assert.deepEqual(errors, ['/line_items/0/quantity: must be number, not "one"']);
  });

  it('does not fit with a value that the enum does not have', () => {
    assert.match(
      checkCreateSession('mode=rent').join(),
      /^\/mode: must be one of payment, setup, subscription, not "rent"$/,
    );
  });

  it('does not fit when the SDK has no such call', () => {
    const { route, errors } = contract.checkRequest('POST', '/v1/checkout/sessions/cs_1/pay', '');
    assert.equal(route, null);
    assert.equal(errors.length, 1);
  });

  it('is not taken for the call with an id in the same place', () => {
    assert.equal(contract.checkRequest('POST', '/v1/invoices/create_preview', '').route, '/v1/invoices/create_preview');
  });

  it('is decoded from brackets, in any order', () => {
    const decoded = decodeForm('items[1][id]=b&items[0][id]=a&items[0][metadata][7]=x&expand[]=one&expand[]=two');
    assert.deepEqual(decoded, { items: [{ id: 'a', metadata: { 7: 'x' } }, { id: 'b' }], expand: ['one', 'two'] });
  });
});

describe('an answer', () => {
  it('fits the type that the SDK declares for the call', () => {
    assert.deepEqual(contract.checkAnswer('GET', '/v1/customers/cus_1', 200, recorded('customer')), []);
    const deleted = { id: 'cus_1', object: 'customer', deleted: true };
    assert.deepEqual(contract.checkAnswer('GET', '/v1/customers/cus_1', 200, deleted), []);
  });

  it('does not fit when it is another object', () => {
    const errors = contract.checkAnswer('GET', '/v1/prices/price_1', 200, recorded('customer'));
    assert.ok(errors.includes('/object: must be "price", not "customer"'), errors.join('\n'));
  });

  it('does not fit when it is an error without a type', () => {
    assert.deepEqual(
      contract.checkAnswer('GET', '/v1/customers/cus_1', 404, { error: { message: 'No such customer' } }),
      ['/error: missing type'],
    );
    assert.deepEqual(contract.checkAnswer('GET', '/v1/customers/cus_1', 404, { message: 'Not found' }), [
      ': missing error',
      ': unknown field message',
    ]);
  });
});

describe('the proxy', () => {
  it('passes requests on, and reports what does not fit in both directions and in deliveries', async () => {
    const host = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(request.method === 'GET' ? recorded('customer') : { id: 'cus_1', object: 'customer' }),
      );
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const proxy = await startContractProxy(`http://127.0.0.1:${(host.address() as AddressInfo).port}`);
    try {
      const { hostname, port } = new URL(proxy.url);
      const stripe = new Stripe('sk_test_contract', { host: hostname, port, protocol: 'http', telemetry: false });
      const customer = await stripe.customers.retrieve('cus_1');
      assert.equal(customer.id, recorded('customer').id);
      assert.deepEqual(proxy.violations(), []);

      await stripe.customers.create({ email: 'ada@example.com', currency: 'usd' } as Stripe.CustomerCreateParams);
      proxy.checkDelivery('{"object":"event","type":"invented"}');
      const [unknownParameter, missingFields, unknownEvent] = proxy.violations();
      assert.equal(unknownParameter, 'POST /v1/customers : unknown field currency');
      assert.match(missingFields ?? '', /^POST \/v1\/customers → 200 : missing .*balance/);
      assert.equal(unknownEvent, 'event invented /type: the contract has no event "invented"');
      assert.equal(proxy.counts()['GET /v1/customers/{id}'], 1);
    } finally {
      await proxy.close();
      host.closeAllConnections();
      host.close();
    }
  });
});
