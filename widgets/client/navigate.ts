/** Leaves the page for checkout: only to where it is safe (R11.4), and at the top level from inside a frame (R35.2). */

import { BillingError } from './errors.ts';

/**
 * An address that the elements may send a browser to: `https:`, or `http:` on this very machine.
 * @throws BillingError `unsafe_url`
 */
export function safeUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new BillingError('The page to go on to is not a safe address.', 'unsafe_url');
}

/** RFC 6761 §6.3, RFC 8252 §7.3. */
function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}

/**
 * Goes to `address`. From a frame the whole window goes; where the frame may not do that, a new tab opens.
 * One navigation is started, never two: WebKit cancels both.
 *
 * @returns whether this page is being left; `asked`: the window was asked to go, and a frame does not learn whether it does
 * @throws BillingError `unsafe_url`, or `navigation_blocked` where the browser lets a frame do neither
 */
export function navigate(address: string): 'leaving' | 'asked' | 'new-tab' {
  const { href } = safeUrl(address);
  if (window.top === window || window.top === null) {
    location.assign(href);
    return 'leaving';
  }
  try {
    window.top.location.href = href;
    return 'asked';
  } catch {
    // A sandboxed frame, or a click too long ago. A tab of its own is the other way out.
    const tab = window.open(href, '_blank');
    if (!tab) throw new BillingError('The browser did not let this frame open the page.', 'navigation_blocked');
    tab.opener = null;
    return 'new-tab';
  }
}
