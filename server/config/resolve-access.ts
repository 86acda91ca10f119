/** Who may call, be believed and be sent to: origins, redirects, issuers, keys and hooks, with their secrets read. */

import { asymmetricAlgorithms, symmetricAlgorithms } from './algorithms.ts';
import { isLoopback, isPrivate, parseHttpUrl } from './addresses.ts';
import { readVariable, type EnvironmentVariables } from './environment.ts';
import { didYouMean, type MistakePath, type Mistakes } from './mistakes.ts';
import type { HookOptions, Issuer, OutgoingWebhook } from './project.ts';
import { redirectPatternMistake } from './redirects.ts';
import type { ParsedIssuer, ParsedProject } from './schema.ts';

export interface Reader {
  readonly env: EnvironmentVariables;
  readonly mistakes: Mistakes;
}

/** An entry of a list that is well formed in itself, and where it stands. */
export interface Placed<Value> {
  readonly value: Value;
  readonly path: MistakePath;
}

/** An HMAC key is as long as the hash's output or longer (RFC 7518 §3.2). */
const shortestHmacSecret: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };
const shortestApiKey = 8;

export function checkOrigins(origins: readonly Placed<string>[], mistakes: Mistakes): void {
  const seen = new Set<string>();
  for (const { value: origin, path: at } of origins) {
    const url = parseHttpUrl(origin);
    if (!url || origin.includes('*'))
      mistakes.add(at, `"${origin}" must be a scheme, a host and maybe a port, such as 'https://app.example.com'`);
    else if (url.origin !== origin) mistakes.add(at, `"${origin}" is not an origin. Write '${url.origin}'`);
    else if (seen.has(origin)) mistakes.add(at, `"${origin}" is listed twice`);
    seen.add(origin);
  }
}

export function checkRedirects(redirects: readonly Placed<string>[], mistakes: Mistakes): void {
  for (const { value: pattern, path } of redirects) {
    const mistake = redirectPatternMistake(pattern);
    if (mistake !== null) mistakes.add(path, `"${pattern}" ${mistake}`);
  }
}

/** Reads a secret by its variable's name; lists the mistake and gives back '' where there is none. */
function readSecret({ env, mistakes }: Reader, at: MistakePath, name: string): string {
  const secret = readVariable(env, name);
  if (secret === undefined)
    mistakes.add(at, `${name} is not set in the environment, or is empty. Set it, or remove this entry`);
  return secret ?? '';
}

export function resolveIssuers(issuers: readonly Placed<ParsedIssuer>[], reader: Reader): Issuer[] {
  const seen = new Map<string, readonly string[][]>();
  return issuers.map(({ value: parsed, path: at }) => {
    const issuer = resolveIssuer(parsed, at, reader);
    const earlier = seen.get(issuer.issuer) ?? [];
    const overlaps = earlier.some(
      (audience) =>
        audience.length === 0 ||
        issuer.audience.length === 0 ||
        audience.some((value) => issuer.audience.includes(value)),
    );
    if (overlaps)
      reader.mistakes.add(
        at,
        `"${issuer.issuer}" is listed twice for the same audience. Keep one, or give each its own audience`,
      );
    seen.set(issuer.issuer, [...earlier, [...issuer.audience]]);
    return issuer;
  });
}

function resolveIssuer(parsed: ParsedIssuer, at: MistakePath, reader: Reader): Issuer {
  const { mistakes } = reader;
  const bySecret = parsed.secretEnv !== undefined;
  if (bySecret === (parsed.jwksUri !== undefined)) {
    mistakes.add(
      at,
      bySecret
        ? 'has both jwksUri and secretEnv. Keep the one that it signs with'
        : 'needs jwksUri, or secretEnv for a shared secret',
    );
  }
  const algorithms = parsed.algorithms ?? (bySecret ? ['HS256'] : asymmetricAlgorithms);
  checkAlgorithms(algorithms, { at: [...at, 'algorithms'], bySecret, mistakes });
  const secret = parsed.secretEnv === undefined ? null : readSecret(reader, [...at, 'secretEnv'], parsed.secretEnv);
  const shortest = Math.max(0, ...algorithms.map((algorithm) => shortestHmacSecret[algorithm] ?? 0));
  if (secret && new TextEncoder().encode(secret).length < shortest) {
    mistakes.add(
      [...at, 'secretEnv'],
      `${parsed.secretEnv} is shorter than ${shortest} bytes, and can be guessed from any token (RFC 7518 §3.2). Use a longer one`,
    );
  }
  const jwks =
    parsed.jwksUri === undefined
      ? null
      : readJwksUri(parsed.jwksUri, { at, allowed: parsed.allowPrivateJwks ?? false, mistakes });
  const { audience = [] } = parsed;
  return {
    issuer: parsed.issuer,
    jwksUri: parsed.jwksUri ?? null,
    secret,
    audience: typeof audience === 'string' ? [audience] : audience,
    algorithms,
    payerClaim: parsed.payerClaim ?? null,
    billingRole: parsed.billingRole ?? null,
    // The address comes from the config, not from a caller; on this machine it is somebody developing.
    allowPrivateJwks: parsed.allowPrivateJwks ?? (jwks !== null && isLoopback(jwks)),
  };
}

function checkAlgorithms(
  algorithms: readonly string[],
  { at, bySecret, mistakes }: { at: MistakePath; bySecret: boolean; mistakes: Mistakes },
): void {
  const allowed = bySecret ? symmetricAlgorithms : asymmetricAlgorithms;
  algorithms.forEach((algorithm, index) => {
    if (allowed.includes(algorithm)) return;
    const why =
      algorithm.toLowerCase() === 'none'
        ? '"none" is no signature: anybody could write the token'
        : symmetricAlgorithms.includes(algorithm)
          ? `"${algorithm}" needs a shared secret (secretEnv): with jwksUri the public key would be the secret`
          : asymmetricAlgorithms.includes(algorithm)
            ? `"${algorithm}" needs jwksUri: a shared secret signs with ${symmetricAlgorithms.join(', ')}`
            : `"${algorithm}" is not one of ${allowed.join(', ')}.${didYouMean(algorithm, allowed)}`;
    mistakes.add([...at, index], why);
  });
}

function readJwksUri(
  text: string,
  { at, allowed, mistakes }: { at: MistakePath; allowed: boolean; mistakes: Mistakes },
): URL | null {
  const url = parseHttpUrl(text);
  if (!url || url.username !== '' || url.password !== '') {
    mistakes.add([...at, 'jwksUri'], "must be an address such as 'https://idp.example.com/.well-known/jwks.json'");
    return null;
  }
  if (!allowed && !isLoopback(url) && (url.protocol === 'http:' || isPrivate(url))) {
    mistakes.add(
      [...at, 'jwksUri'],
      'is plain http or on a private network. Use https, or set allowPrivateJwks: true if that network is yours',
    );
  }
  return url;
}

export function resolveApiKeys(apiKeys: readonly Placed<{ readonly env: string }>[], reader: Reader): string[] {
  const seen = new Set<string>();
  return apiKeys.map(({ value: { env }, path }) => {
    const at = [...path, 'env'];
    const key = readSecret(reader, at, env);
    if (key !== '' && (!/^sk_[\w-]+$/.test(key) || key.length < shortestApiKey)) {
      reader.mistakes.add(
        at,
        `${env} must start with sk_ and have ${shortestApiKey} characters or more. Make one with: echo sk_$(openssl rand -hex 24)`,
      );
    }
    if (key !== '' && seen.has(key)) reader.mistakes.add(at, 'is the same key as an earlier one');
    seen.add(key);
    return key;
  });
}

export function resolveWebhooks(
  webhooks: readonly Placed<{ readonly url: string; readonly secretEnv: string }>[],
  reader: Reader,
): OutgoingWebhook[] {
  return webhooks.map(({ value: { url: text, secretEnv }, path }) => {
    const url = parseHttpUrl(text);
    if (!url || (url.protocol === 'http:' && !isLoopback(url))) {
      reader.mistakes.add([...path, 'url'], 'must be an https address; http only on this machine');
    }
    return { url: text, secret: readStandardSecret(reader, [...path, 'secretEnv'], secretEnv) };
  });
}

/** Standard Webhooks 1.0.0: `whsec_` and base64 of 24 to 64 random bytes. */
function readStandardSecret(reader: Reader, at: MistakePath, name: string): string {
  const secret = readSecret(reader, at, name);
  if (secret !== '' && !isStandardSecret(secret)) {
    reader.mistakes.add(
      at,
      `${name} must be whsec_ and the base64 of 24 to 64 bytes. Make one with: echo whsec_$(openssl rand -base64 32)`,
    );
  }
  return secret;
}

function isStandardSecret(secret: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  if (encoded === undefined) return false;
  const bytes = Math.floor((encoded.replace(/=+$/, '').length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}

export function resolveHooks(hooks: ParsedProject['hooks'], path: MistakePath, reader: Reader): HookOptions {
  return {
    supabase: hooks?.supabase
      ? { secrets: readSupabaseSecrets(hooks.supabase.secretEnv, [...path, 'supabase', 'secretEnv'], reader) }
      : null,
    hydra: hooks?.hydra ? { key: readSecret(reader, [...path, 'hydra', 'keyEnv'], hooks.hydra.keyEnv) } : null,
    zitadel: hooks?.zitadel ? { key: readSecret(reader, [...path, 'zitadel', 'keyEnv'], hooks.zitadel.keyEnv) } : null,
    onError: hooks?.onError ?? 'open',
  };
}

/** Supabase writes `v1,whsec_<base64>`, several joined by `|`; given back as `whsec_…`. */
function readSupabaseSecrets(name: string, at: MistakePath, reader: Reader): string[] {
  const secret = readSecret(reader, at, name);
  if (secret === '') return [];
  const secrets = secret.split('|').map((part) => part.replace(/^v1,/, ''));
  if (!secrets.every(isStandardSecret)) {
    reader.mistakes.add(at, `${name} must be as Supabase shows it: v1,whsec_…, several joined by |`);
  }
  return secrets;
}
