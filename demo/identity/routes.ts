/** Signing in and out, the public keys, and the token that the page's elements ask for. */

import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { signInPage } from '../pages/sign-in.ts';
import type { SiteDeps } from '../site.ts';
import { findPerson, personByEmail, type Person } from './people.ts';

const cookieName = 'driftboard_session';
/** Seconds; as long as what the cookie holds is believed. */
const cookieLife = 7 * 24 * 3600;

/** Who the browser is signed in as. */
export const signedIn = (deps: SiteDeps, c: Context): Promise<Person | null> =>
  deps.provider.readSession(getCookie(c, cookieName));

/** A path of this site, or the boards: nobody is sent elsewhere by a link to the sign-in page. */
const safeReturn = (to: string | undefined): string =>
  to !== undefined && /^\/(?![/\\])[\w\-./?=&%#]*$/.test(to) ? to : '/app';

export function identityRoutes(deps: SiteDeps) {
  const app = new Hono();
  app.use(csrf({ origin: deps.siteUrl }));

  app.get('/.well-known/jwks.json', (c) => {
    c.header('Cache-Control', 'public, max-age=300');
    return c.json(deps.provider.jwks);
  });

  app.get('/sign-in', async (c) => {
    const returnTo = safeReturn(c.req.query('return_to'));
    if (await signedIn(deps, c)) return c.redirect(returnTo, 303);
    return c.html(signInPage(deps, { returnTo, email: '', mistake: null }));
  });

  app.post('/sign-in', async (c) => {
    const form = await c.req.parseBody();
    const returnTo = safeReturn(String(form['return_to'] ?? ''));
    const email = String(form['email'] ?? '');
    const person = findPerson(String(form['person'] ?? '')) ?? personByEmail(email);
    if (!person) {
      const mistake = 'That is not an e-mail address. Any one will do, such as you@example.com.';
      return c.html(signInPage(deps, { returnTo, email, mistake }), 422);
    }
    setCookie(c, cookieName, await deps.provider.issueSession(person), {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: cookieLife,
      secure: deps.siteUrl.startsWith('https:'),
    });
    return c.redirect(returnTo, 303);
  });

  app.post('/sign-out', (c) => {
    deleteCookie(c, cookieName, { path: '/' });
    return c.redirect('/', 303);
  });

  // What `data-token-endpoint` names: null is a visitor who is not signed in, which is no error.
  app.get('/token', async (c) => {
    const person = await signedIn(deps, c);
    c.header('Cache-Control', 'no-store');
    return c.json({ token: person && (await deps.provider.issueToken(person)) });
  });
  return app;
}
