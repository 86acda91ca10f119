/** The page's access token: the site's own JWT, exchanged at Planclaim's backend for one that states the plan. */

const script = document.querySelector('script[data-backend]');
/** Planclaim's backend. */
export const backend = script?.getAttribute('data-backend') ?? '';
const project = 'driftboard';

/** @type {Promise<string | null> | null} */
let asked = null;

/**
 * The current access token; null while nobody is signed in.
 * @param {{ fresh?: boolean }} [options] fresh: ask again, whatever is at hand
 * @returns {Promise<string | null>}
 */
export function accessToken({ fresh = false } = {}) {
  if (fresh || asked === null) {
    asked = exchange();
    // A failed exchange is not remembered.
    asked.catch(() => (asked = null));
  }
  return asked;
}

/**
 * Takes over a token that an element got after a plan change.
 * @param {string} token
 */
export function useToken(token) {
  asked = Promise.resolve(token);
}

/**
 * The backend's answer for the signed-in user.
 * @param {string} path below `/v1`
 * @param {unknown} [body] posts it
 * @returns {Promise<any>}
 */
export async function askBackend(path, body) {
  const token = await accessToken();
  const response = await fetch(`${backend}/v1/${path}?project_id=${project}`, {
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

/**
 * A token's claims, unverified: for display only.
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
export function decode(token) {
  const [, payload = ''] = token.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** @returns {Promise<string | null>} */
async function exchange() {
  const own = await fetch('/token');
  if (!own.ok) throw new Error('Driftboard did not answer.');
  const { token } = await own.json();
  if (token === null) return null;
  const response = await fetch(`${backend}/v1/token/refresh?project_id=${project}`, {
    method: 'POST',
    credentials: 'omit',
    headers: { authorization: `Bearer ${token}` },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.error_description ?? 'The token was not renewed.');
  return answer.access_token;
}
