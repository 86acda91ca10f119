import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLog, redactText } from '../../server/log.ts';

/** What one call writes, parsed. */
function logged(write: (log: ReturnType<typeof createLog>) => void): { line: string; event: Record<string, unknown> } {
  const lines: string[] = [];
  write(createLog('debug', { write: (line) => void lines.push(line) }));
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  assert.ok(line.endsWith('\n') && !line.slice(0, -1).includes('\n'));
  return { line, event: JSON.parse(line) as Record<string, unknown> };
}

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1XzEifQ.c2lnbmF0dXJl';
const secrets: Readonly<Record<string, string>> = {
  'a token': token,
  'an unsigned token': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1XzEifQ.',
  'a secret key': 'sk_live_51H8xQkLmNoPqRs',
  'a restricted key': 'rk_test_51H8xQkLmNoPqRs',
  'a webhook secret': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  "a payment's client secret": 'pi_3abc_secret_defghijk',
  'an e-mail address': 'jane.doe+billing@mail.example.co.uk',
  'an e-mail address in a URL': 'jane%40example.com',
  'a card number': '4242424242424242',
  'a grouped card number': '4000 0025 0000 3155',
};

describe('the log', () => {
  it('is one JSON line an event, with its time and level', () => {
    const { event } = logged((log) => log.info({ event: 'listening', port: 8787 }, 'Listening'));
    assert.equal(event['event'], 'listening');
    assert.equal(event['level'], 'info');
    assert.equal(event['port'], 8787);
    assert.match(String(event['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  for (const [kind, secret] of Object.entries(secrets)) {
    it(`never holds ${kind}, wherever it was put`, () => {
      const error = new Error(`No luck with ${secret}.`, { cause: new TypeError(`because of ${secret}`) });
      const { line } = logged((log) =>
        log.error(
          {
            event: 'failed',
            note: `for ${secret}`,
            deep: { list: [secret] },
            url: `/x?a=1&token=${secret}`,
            err: error,
          },
          `Failed for ${secret}`,
        ),
      );
      assert.ok(!line.includes(secret), line);
    });
  }

  it('never holds the value of a field with a secret name', () => {
    for (const name of [
      'authorization',
      'cookie',
      'token',
      'access_token',
      'refreshToken',
      'client_secret',
      'password',
      'email',
      'api_key',
    ]) {
      const { line } = logged((log) => log.warn({ event: 'x', headers: { [name]: 'opaque-value' } }, 'x'));
      assert.ok(!line.includes('opaque-value'), line);
    }
  });

  it('holds nothing of what a library hangs on its errors', () => {
    const error = Object.assign(new Error('refused'), {
      code: 'E',
      raw: { headers: { 'x-internal': 'value-of-header' } },
    });
    const { line, event } = logged((log) => log.error({ event: 'x', error }, 'x'));
    assert.ok(!line.includes('value-of-header'));
    assert.deepEqual((event['error'] as Record<string, unknown>)['code'], 'E');
  });

  it('keeps ids and numbers that only look a little like secrets', () => {
    const ids = 'cus_NffrFeUfNV2Hib sub_1MowQVLkdIwHu7ixeRlqHVzs evt_1 u_1 1730000000000 2026-12-23T10:00:00Z v1.2.3';
    assert.equal(redactText(ids), ids);
  });
});
