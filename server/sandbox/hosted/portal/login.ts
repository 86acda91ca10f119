/** The portal's login page: an e-mail opens a session. At Stripe a link is mailed; here nobody has to read mail. */

import type { Context, Hono } from 'hono';
import { renderLoginPage, renderPortalEnd } from '../../pages/portal/steps.ts';
import type { PortalFrame } from '../../pages/portal/frame.ts';
import { portalWords } from '../../pages/portal/words/words.ts';
import { createPortalSession } from '../../resources/portal-sessions.ts';
import type { Store } from '../../store/store.ts';
import { byThePayer } from '../by-the-payer.ts';
import { assetsUrl } from '../checkout-view.ts';
import { readForm } from '../form.ts';
import { localeOf } from '../locale.ts';
import { html, seeOther } from '../respond.ts';

export function addPortalLogin(app: Hono, store: Store): void {
  app.get('/p/login/:configuration', (c) => loginPage(c, store, ''));

  app.post('/p/login/:configuration', async (c) => {
    const { email = '' } = await readForm(c);
    const configuration = openConfiguration(store, c);
    const [customer] = store
      .all('customer', [{ sql: "json_extract(body, '$.email') = ? collate nocase", values: [email.trim()] }])
      .toReversed();
    if (!configuration || !customer) return loginPage(c, store, email);
    const session = store.change(byThePayer(store, customer.id), (change) =>
      createPortalSession(
        { customer: customer.id, configuration: configuration.id },
        { store, change, path: {}, url: '' },
      ),
    ) as { url: string };
    return seeOther(c, session.url);
  });
}

/** @param email - one that nobody has; empty: the page is new. */
function loginPage(c: Context, store: Store, email: string): Response {
  const locale = localeOf(c, null, []);
  const words = portalWords(locale);
  const configuration = openConfiguration(store, c);
  const frame: PortalFrame = {
    business: { name: store.accountName },
    locale,
    assetsUrl,
    returnUrl: configuration?.default_return_url ?? null,
    homeUrl: null,
    privacyUrl: configuration?.business_profile.privacy_policy_url ?? null,
    termsUrl: configuration?.business_profile.terms_of_service_url ?? null,
    notice: configuration && email !== '' ? { tone: 'bad', text: words.loginUnknown } : null,
  };
  if (!configuration) {
    const gone = { title: words.notFoundTitle, detail: words.notFoundDetail, badge: 'alert', on: null } as const;
    return html(c, renderPortalEnd(frame, gone), { status: 404 });
  }
  const page = renderLoginPage(frame, { submitUrl: `/p/login/${configuration.id}`, email });
  return html(c, page, { status: email === '' ? 200 : 400 });
}

function openConfiguration(store: Store, c: Context) {
  const configuration = store.find('billing_portal.configuration', c.req.param('configuration') ?? '');
  return configuration?.active && configuration.login_page.enabled ? configuration : null;
}
