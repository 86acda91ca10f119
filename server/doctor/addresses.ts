/** The addresses of a config: our own, the pages that may call, where browsers are sent, and whose keys are fetched. */

import { isLoopback } from '../config/addresses.ts';
import type { Config, Issuer, Project } from '../config/project.ts';
import { countIssuerKeys, type IssuerKeyDeps } from '../tokens/issuers.ts';
import { fail, failure, ok, warn, type Finding } from './finding.ts';

export function* checkAddresses(config: Config, project: Project): Generator<Finding> {
  const own = new URL(config.publicUrl);
  const live = project.stripe?.mode === 'live';
  if (live && own.protocol !== 'https:') {
    yield fail(
      `${project.id}: address`,
      `PUBLIC_URL is ${config.publicUrl}`,
      'With a live key it must be https: set PUBLIC_URL.',
    );
  }
  yield checkList(project, 'origins', project.origins, 'no page’s scripts may call the backend', live);
  yield checkList(
    project,
    'redirects',
    project.redirects,
    'checkout, portal and selection have nowhere to send a browser',
    live,
  );
}

function checkList(
  project: Project,
  name: 'origins' | 'redirects',
  list: readonly string[],
  consequence: string,
  live: boolean,
): Finding {
  const check = `${project.id}: ${name}`;
  if (list.length === 0) {
    // Without payments and pages of its own a backend may do with neither.
    const finding = name === 'redirects' && project.payments === 'stripe' ? fail : warn;
    return finding(check, `empty: ${consequence}`, `List your site in "${name}" of the project.`);
  }
  const insecure = list.filter((address) => address.startsWith('http:'));
  const own = insecure.filter((address) => isLoopback(new URL(address.replace(/\/\*$/, '/'))));
  if (live && insecure.length > 0) {
    return warn(
      check,
      `${insecure.join(', ')} beside a live key`,
      own.length === insecure.length
        ? 'Take your own machine off the list in production.'
        : 'Use https: what travels there can be read on the way.',
    );
  }
  return ok(check, list.join(', '));
}

export async function* checkIssuers(deps: IssuerKeyDeps, project: Project): AsyncGenerator<Finding> {
  if (project.issuers.length === 0 && project.apiKeys.length === 0) {
    yield warn(
      `${project.id}: sign-in`,
      'nobody is believed: there is neither an issuer nor a secret key',
      'List your identity provider in "issuers", or a secret key in "apiKeys".',
    );
  }
  for (const issuer of project.issuers) yield await checkIssuer(deps, project, issuer);
}

async function checkIssuer(deps: IssuerKeyDeps, project: Project, issuer: Issuer): Promise<Finding> {
  const check = `${project.id}: issuer`;
  if (issuer.jwksUri === null) return ok(check, `${issuer.issuer}, a shared secret`);
  try {
    const keys = await countIssuerKeys(deps, issuer, issuer.jwksUri);
    if (keys > 0) return ok(check, `${issuer.issuer}, ${keys} ${keys === 1 ? 'key' : 'keys'} at ${issuer.jwksUri}`);
    return fail(
      check,
      `${issuer.jwksUri} lists no key`,
      'Check jwksUri; without keys no token of this issuer is believed.',
    );
  } catch (error) {
    return failure(check, error);
  }
}
