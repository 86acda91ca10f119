/** What can be done about a subscription without a dialog: take something back, and go to the portal. */

import type { PortalFlow } from '../client/types.ts';
import type { About, Errand, Errands } from './errands.ts';

/** Takes a cancellation, a scheduled change or a pause back. */
export const resume = (about: About): Errand => ({
  about,
  attempt: 'resume',
  work: async (session, token) => {
    await session.api.resume(token);
    await session.refresh({ fresh: true });
    return 'done';
  },
});

/** @param returnUrl where the portal sends people back to; null for this page */
export const openPortal = (
  errands: Errands,
  { about, flow, returnUrl }: { readonly about: About; readonly flow: PortalFlow; readonly returnUrl: string | null },
): Errand => ({
  about,
  attempt: 'portal',
  work: async (session, token) => {
    const { url } = await session.api.portal(token, {
      return_url: new URL(returnUrl ?? location.href, document.baseURI).href,
      flow,
    });
    return errands.leave(session, url);
  },
});
