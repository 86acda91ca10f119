/** Whose tokens are believed, and how: pinned algorithms, keys that survive trouble, and no request to a private network. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { base64url, CompactEncrypt, exportSPKI, importJWK, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import type { PlanclaimError } from '../../../server/errors.ts';
import { isLoopbackAddress, isPublicAddress } from '../../../server/net/guarded-fetch.ts';
import { identifyCaller } from '../../../server/tokens/project-of.ts';
import { makeProviderKey } from '../support/identity-provider.ts';
import { testIssuer, testProject } from '../support/project.ts';
import { openTokenWorld, type TokenWorld, type TokenWorldOptions } from '../support/tokens.ts';

const secret = 'a shared secret of thirty-two bytes and more';

describe("an issuer's token", () => {
  let world: TokenWorld;
  const open = async (options: TokenWorldOptions = {}) => {
    world = await openTokenWorld(options);
  };
  const identify = (token: string) => identifyCaller(world.deps, token);
  const refusal = async (token: string): Promise<string> => {
    const error = await identify(token).then(
      () => assert.fail('The token was accepted.'),
      (thrown: PlanclaimError) => thrown,
    );
    assert.ok(token.length < 30 || !error.message.includes(token));
    return error.code;
  };
  afterEach(() => world.close());

  for (const alg of ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']) {
    it(`is believed when it is signed ${alg} with a key of its JWKS`, async () => {
      await open();
      world.provider.keys = [await makeProviderKey('k', alg)];
      const caller = await identify(await world.provider.sign());
      assert.deepEqual(
        [caller.project.id, caller.userId, caller.subject, caller.accountId, caller.kind],
        ['acme', 'u_1', 'u_1', null, 'issuer'],
      );
      assert.equal(caller.expiresAt, world.clock() / 1000 + 300);
    });
  }

  it('is refused for an algorithm that the config does not list', async () => {
    await open({ issuer: { algorithms: ['RS256'] } });
    assert.equal(await refusal(await world.provider.sign()), 'token_invalid');
  });

  it('is refused with the public key as an HMAC secret, even where the config lists HS256 (R33.2, CVE-2026-34950)', async () => {
    await open({ issuer: { algorithms: ['HS256', 'RS256'] } });
    world.provider.keys = [await makeProviderKey('k', 'RS256')];
    const [key] = world.provider.keys;
    const pem = await exportSPKI((await importJWK({ ...key?.publicJwk, ext: true }, 'RS256')) as CryptoKey);
    const [, payload] = (await world.provider.sign()).split('.');
    for (const forged of [pem, ` ${pem}`, pem.trim()]) {
      const head = `${base64url.encode(JSON.stringify({ alg: 'HS256', kid: 'k' }))}.${payload}`;
      const signature = createHmac('sha256', forged).update(head).digest('base64url');
      assert.equal(await refusal(`${head}.${signature}`), 'token_invalid');
    }
  });

  it('is refused unsigned, encrypted, or with a key of its own (CVE-2022-23540, CVE-2026-29000, CVE-2026-27962)', async () => {
    await open();
    const claims = { iss: world.provider.issuer, aud: 'acme', sub: 'u_1', exp: world.clock() / 1000 + 60 };
    const unsigned = new UnsecuredJWT(claims).encode();
    assert.equal(await refusal(unsigned), 'token_invalid');
    const jwe = await new CompactEncrypt(new TextEncoder().encode(unsigned))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(crypto.getRandomValues(new Uint8Array(32)));
    assert.equal(await refusal(jwe), 'token_invalid');
    const own = await makeProviderKey('own');
    assert.equal(
      await refusal(await world.provider.sign({}, { key: own, header: { jwk: own.publicJwk } })),
      'token_invalid',
    );
  });

  it('is refused for another audience of the same issuer, or none (CVE-2025-62610)', async () => {
    await open();
    assert.equal(await refusal(await world.provider.sign({ aud: 'another-app' })), 'issuer_unknown');
    assert.equal(await refusal(await world.provider.sign({ aud: undefined })), 'issuer_unknown');
    assert.ok(await identify(await world.provider.sign({ aud: ['another-app', 'acme'] })));
  });

  it('is believed whatever its audience where the project names none (Clerk and WorkOS may send none)', async () => {
    await open({ issuer: { audience: [] } });
    assert.ok(await identify(await world.provider.sign({ aud: undefined })));
  });

  it('is refused when its issuer is not listed, whoever signed it (CVE-2026-31813)', async () => {
    await open();
    assert.equal(await refusal(await world.provider.sign({ iss: 'https://evil.test' })), 'issuer_unknown');
    assert.equal(await refusal(await world.provider.sign({ iss: `${world.provider.issuer}/` })), 'issuer_unknown');
    assert.equal(await refusal(await world.provider.sign({ iss: undefined })), 'issuer_unknown');
    assert.equal(world.provider.fetches, 0, 'Keys were fetched for an issuer that nobody lists.');
  });

  it('is refused without an end, without a person, or with one that is no plain id', async () => {
    await open();
    assert.equal(await refusal(await world.provider.sign({ exp: undefined })), 'token_invalid');
    for (const sub of [undefined, '', 7, 'u\u0000', 'x'.repeat(256), { id: 'u_1' }]) {
      assert.equal(await refusal(await world.provider.sign({ sub })), 'token_invalid', JSON.stringify(sub));
    }
  });

  it('is refused when it was made for another purpose (CVE-2023-48309)', async () => {
    await open();
    for (const typ of ['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'entity-statement+jwt']) {
      assert.equal(await refusal(await world.provider.sign({}, { header: { typ } })), 'token_invalid', typ);
    }
    for (const typ of ['JWT', 'at+jwt']) assert.ok(await identify(await world.provider.sign({}, { header: { typ } })));
  });

  it('is believed half a minute after its end and before its beginning, and no longer (R33.1)', async () => {
    await open();
    const token = await world.provider.sign();
    assert.ok(await identify(await world.provider.sign({ nbf: world.clock() / 1000 + 30 })));
    assert.equal(await refusal(await world.provider.sign({ nbf: world.clock() / 1000 + 31 })), 'token_invalid');
    world.clock.advance(329_000);
    assert.ok(await identify(token));
    world.clock.advance(1000);
    assert.equal(await refusal(token), 'token_expired');
  });

  it('without a key id is tried with each key that it could mean', async () => {
    await open();
    world.provider.keys = await Promise.all(['a', 'b', 'c'].map((kid) => makeProviderKey(kid)));
    const [, , third] = world.provider.keys;
    assert.ok(third);
    const header = { kid: undefined as unknown as string };
    assert.ok(await identify(await world.provider.sign({}, { key: third, header })));
    const stranger = await makeProviderKey('d');
    assert.equal(await refusal(await world.provider.sign({}, { key: stranger, header })), 'token_invalid');
  });

  it('that is no JWT is refused before anything is asked', async () => {
    await open();
    for (const token of ['x', 'a.b', 'a.b.c', '..', 'e30.e30.', `${'x'.repeat(20_000)}`]) {
      assert.match(await refusal(token), /^(token_invalid|issuer_unknown)$/);
    }
    assert.equal(world.provider.fetches, 0);
  });

  describe('with a shared secret', () => {
    const signed = (claims: Record<string, unknown> = {}, { alg = 'HS256', with: key = secret } = {}) =>
      new SignJWT({ iss: 'legacy', aud: 'acme', sub: 'u_1', exp: world.clock() / 1000 + 60, ...claims })
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode(key));
    const withSecret = (shared: string, algorithms = ['HS256']) =>
      open({ project: { issuers: [testIssuer({ issuer: 'legacy', secret: shared, algorithms })] } });

    it('is believed when it is signed with it', async () => {
      await withSecret(secret);
      assert.equal((await identify(await signed())).subject, 'u_1');
    });

    it('is refused with another secret or another algorithm', async () => {
      await withSecret(secret);
      assert.equal(
        await refusal(await signed({}, { with: 'another secret of thirty-two bytes, and more' })),
        'token_invalid',
      );
      assert.equal(await refusal(await signed({}, { alg: 'HS512', with: secret.repeat(2) })), 'token_invalid');
    });

    it('is refused with the keys of another issuer, even where the config lists their algorithm', async () => {
      await withSecret(secret, ['HS256', 'ES256']);
      assert.equal(await refusal(await world.provider.sign({ iss: 'legacy' })), 'token_invalid');
    });

    it('is never believed with an empty one (CVE-2026-44351)', async () => {
      await withSecret('');
      const head = `${base64url.encode('{"alg":"HS256"}')}.${(await signed()).split('.')[1]}`;
      const signature = createHmac('sha256', '').update(head).digest('base64url');
      assert.equal(await refusal(`${head}.${signature}`), 'issuer_without_key');
    });
  });

  describe('and its keys', () => {
    it('are fetched once for any number of first tokens, of any project (R32.5)', async () => {
      await open();
      world.provider.answer = 'hold';
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, user) => world.provider.sign({ sub: `u_${user}` })),
      );
      const waiting = tokens.map(identify);
      while (world.provider.fetches === 0) await new Promise(setImmediate);
      world.provider.release();
      assert.equal((await Promise.all(waiting)).length, 20);
      assert.equal(world.provider.fetches, 1);
    });

    it('are fetched again, once, for a key that signs as soon as it exists', async () => {
      await open();
      await identify(await world.provider.sign());
      world.provider.keys = [await makeProviderKey('key-2'), ...world.provider.keys];
      assert.ok(await identify(await world.provider.sign()));
      const stranger = await makeProviderKey('x');
      for (let count = 0; count < 50; count++) {
        await refusal(await world.provider.sign({}, { key: { ...stranger, kid: `x-${count}` } }));
      }
      assert.equal(world.provider.fetches, 2);
    });

    it('serve through an outage, and without any the answer is 503 (R32.4)', async () => {
      await open();
      world.provider.answer = 'error';
      await assert.rejects(identify(await world.provider.sign()), { code: 'unavailable', status: 503 });
      world.provider.answer = 'keys';
      world.clock.advance(3000);
      await identify(await world.provider.sign());
      world.provider.answer = 'error';
      world.clock.advance(23 * 3_600_000);
      assert.ok(await identify(await world.provider.sign()));
      assert.ok(world.log.entries.some(({ fields }) => (fields as { event: string }).event === 'issuer_keys_failed'));
    });

    it('are not fetched from this machine or a private network unless the config allows it (GHSA-5rr4-8452-hf4v)', async () => {
      await open({ issuer: { allowPrivateJwks: false } });
      await assert.rejects(identify(await world.provider.sign()), { code: 'address_refused', status: 503 });
      assert.equal(world.provider.fetches, 0);
    });

    it('are not fetched by a name that only resolves to such an address', async () => {
      await open({
        projects: (provider) => [
          testProject({
            issuers: [
              testIssuer({
                issuer: provider.issuer,
                jwksUri: provider.jwksUri.replace('http://127.0.0.1', 'https://localhost'),
              }),
            ],
          }),
        ],
      });
      await assert.rejects(identify(await world.provider.sign()), { code: 'address_refused' });
      assert.equal(world.provider.fetches, 0);
    });

    it('are fetched from this machine, over http too, by a backend that is itself on localhost', async () => {
      await open({ issuer: { allowPrivateJwks: false }, config: { publicUrl: 'http://localhost:8787' } });
      assert.ok(await identify(await world.provider.sign()));
    });

    it('are not looked for where a redirect leads', async () => {
      await open({ issuer: { allowPrivateJwks: false }, config: { publicUrl: 'http://localhost:8787' } });
      world.provider.answer = 'redirect';
      await assert.rejects(identify(await world.provider.sign()), { code: 'unavailable' });
      assert.equal(world.provider.fetches, 1);
    });
  });
});

describe('an address', () => {
  it('is public only where the internet routes it', () => {
    const inside = [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fc00::1',
      'fd12::1',
      'fe80::1',
      'ff02::1',
      '::ffff:10.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a00:1',
    ];
    const outside = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];
    assert.deepEqual(inside.filter(isPublicAddress), []);
    assert.deepEqual(
      outside.filter((address) => !isPublicAddress(address)),
      [],
    );
    assert.deepEqual(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '10.0.0.1', '::'].map(isLoopbackAddress), [
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
