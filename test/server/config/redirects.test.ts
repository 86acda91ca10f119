import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isAllowedOrigin, isAllowedRedirect } from '../../../server/config/redirects.ts';

const project = {
  origins: ['https://app.acme.test', 'http://localhost:8789'],
  redirects: [
    'https://app.acme.test/*',
    'http://localhost:8789/*',
    'https://www.acme.test/blog/*',
    'https://www.acme.test/thanks',
  ],
};
const allowed = (url: string): boolean => isAllowedRedirect(project, url);

describe('a redirect target', () => {
  it('may be any page of a listed origin, with any query and fragment', () => {
    for (const url of [
      'https://app.acme.test/',
      'https://app.acme.test',
      'https://app.acme.test/welcome?plan=pro&next=https://evil.test/#top',
      'https://app.acme.test/return?session={CHECKOUT_SESSION_ID}',
      'https://app.acme.test/welcome%20page',
      'https://app.acme.test/%C3%BCber',
      'https://app.acme.test:443/x',
      'HTTPS://APP.ACME.TEST/x',
      'http://localhost:8789/account',
    ]) {
      assert.ok(allowed(url), url);
    }
  });

  it('may be a listed page or anything below a listed folder', () => {
    for (const url of [
      'https://www.acme.test/blog/',
      'https://www.acme.test/blog/a/b?c',
      'https://www.acme.test/thanks',
      'https://www.acme.test/thanks?x=1#y',
    ]) {
      assert.ok(allowed(url), url);
    }
  });

  const refused: Readonly<Record<string, readonly string[]>> = {
    'of another origin': [
      'https://evil.test/',
      'http://app.acme.test/',
      'https://app.acme.test:8443/',
      'https://acme.test/',
      'http://localhost:3000/',
      'http://127.0.0.1:8789/',
    ],
    'with a look-alike host': [
      'https://app.acme.test.evil.test/',
      'https://app.acme.testevil.test/',
      'https://evilapp.acme.test/',
      'https://xapp.acme.test/',
      'https://app-acme.test/',
      'https://app.acme.test./',
    ],
    'with a user name': [
      'https://app.acme.test@evil.test/',
      'https://app.acme.test:x@evil.test/',
      'https://u@app.acme.test/',
      'https://@app.acme.test/',
    ],
    'that is not http(s)': [
      'javascript:alert(1)',
      'JavaScript:alert(1)//https://app.acme.test/',
      'data:text/html,x',
      'blob:https://app.acme.test/x',
      'file:///etc/passwd',
      'acme://app.acme.test/',
      'view-source:https://app.acme.test/',
    ],
    'that is relative or lacks its slashes': [
      '',
      '/',
      '/welcome',
      '//app.acme.test/',
      '//evil.test',
      '///evil.test',
      'https:app.acme.test/',
      'https:/app.acme.test/',
      'https:///app.acme.test/',
      'https:////evil.test',
      'app.acme.test/',
    ],
    'with backslashes': [
      'https:\\\\app.acme.test\\',
      'https://evil.test\\@app.acme.test/',
      'https://app.acme.test\\.evil.test/',
      'https://app.acme.test/\\evil.test',
      'https://www.acme.test/blog\\..\\admin',
    ],
    'with white space or control characters': [
      ' https://app.acme.test/',
      'https://app.acme.test/ ',
      'https://app.acme\t.test/',
      'java\nscript:alert(1)',
      'https://app.acme.test/\r\nSet-Cookie:a=b',
      'https://app.acme.test/\u0000',
      '\u00a0https://app.acme.test/',
    ],
    'encoded to be read twice': [
      'https://app.acme.test%2eevil.test/',
      'https://app.acme.test%2f@evil.test/',
      'https://www.acme.test/blog/%2e%2e/admin',
      'https://www.acme.test/blog/%2e%2e%2fadmin',
      'https://www.acme.test/blog/..%2fadmin',
      'https://www.acme.test/blog/%252e%252e/admin',
      'https://www.acme.test/blog%2fx',
      'https://www.acme.test/blog/%5c..%5cadmin',
      'https://app.acme.test/%0d%0aSet-Cookie:a',
      'https://app.acme.test/%',
      'https://app.acme.test/%E0%A4%A',
    ],
    'beside a listed path': [
      'https://www.acme.test/',
      'https://www.acme.test/blog',
      'https://www.acme.test/blogger',
      'https://www.acme.test/Blog/',
      'https://www.acme.test/thanks/',
      'https://www.acme.test/thanksgiving',
      'https://www.acme.test/thank',
      'https://www.acme.test/blog/../admin',
      'https://www.acme.test/blog/./../admin',
      'https://www.acme.test//blog/',
    ],
    'that starts a path with two slashes': ['https://app.acme.test//evil.test/', 'https://app.acme.test/%2fevil.test/'],
    'that is endless': [`https://app.acme.test/${'a'.repeat(5000)}`],
  };
  for (const [kind, urls] of Object.entries(refused)) {
    it(`is refused ${kind}`, () => {
      for (const url of urls) assert.equal(allowed(url), false, JSON.stringify(url));
    });
  }

  it('is refused when the list is empty', () => {
    assert.equal(isAllowedRedirect({ redirects: [] }, 'https://app.acme.test/'), false);
  });
});

describe('whatever somebody makes of a URL', () => {
  const pieces = [
    'https:',
    'http:',
    '//',
    '/',
    '\\',
    '@',
    ':',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '%252e',
    '%00',
    '?',
    '#',
    ' ',
    '\t',
    '\n',
    'app.acme.test',
    'www.acme.test',
    'evil.test',
    'localhost',
    '8789',
    'blog',
    'blogger',
    'thanks',
    'javascript:',
    'x',
    '[::1]',
    '。',
    '／',
  ];
  const assembled = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
  const onOurHost = assembled.map((rest) => `https://www.acme.test/${rest}`);

  it('it is never allowed unless a browser ends up on a listed origin', () => {
    fc.assert(
      fc.property(fc.oneof(assembled, onOurHost, fc.webUrl(), fc.string()), (url) => {
        if (!allowed(url)) return;
        const { origin, username, password } = new URL(url, 'https://elsewhere.test/');
        assert.ok(['https://app.acme.test', 'http://localhost:8789', 'https://www.acme.test'].includes(origin), url);
        assert.equal(username + password, '');
      }),
      { numRuns: 5000 },
    );
  });

  it('it never leaves the listed paths, however often the path is decoded', () => {
    fc.assert(
      fc.property(onOurHost, (url) => {
        if (!allowed(url)) return;
        let path = new URL(url).pathname;
        for (let round = 0; round < 4; round++) {
          const resolved = new URL(path, 'https://www.acme.test').pathname;
          assert.ok(resolved === '/thanks' || resolved.startsWith('/blog/'), `${url} becomes ${resolved}`);
          path = decodeURIComponent(path);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('it means the same on its own and where a page resolves it', () => {
    fc.assert(
      fc.property(fc.oneof(assembled, onOurHost), (url) => {
        if (allowed(url)) assert.equal(new URL(url).href, new URL(url, 'https://elsewhere.test/page').href);
      }),
    );
  });

  it('a plain page below a listed folder is always allowed', () => {
    const segment = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.webQueryParameters(), (segments, query) => {
        assert.ok(allowed(`https://www.acme.test/blog/${segments.join('/')}?${query}`));
      }),
    );
  });
});

describe('an origin', () => {
  it('is allowed to the letter, and not otherwise', () => {
    assert.ok(isAllowedOrigin(project, 'https://app.acme.test'));
    for (const origin of [
      'https://app.acme.test/',
      'https://APP.acme.test',
      'http://app.acme.test',
      'https://app.acme.test.evil.test',
      'null',
      '',
      '*',
    ]) {
      assert.equal(isAllowedOrigin(project, origin), false, origin);
    }
  });
});
