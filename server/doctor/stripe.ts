/** What Stripe has, held against what is needed: the key, the clock, the endpoint, prices, the portal. */

import { describeDifference } from '../billing/push-plans.ts';
import type { BillingDeps } from '../billing/deps.ts';
import type { Project } from '../config/project.ts';
import type { NamedAccount } from '../config/stripe-accounts.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { findPortalConfiguration, wantedPortalConfiguration } from '../stripe/portal.ts';
import { comparePlans } from '../stripe/price-book.ts';
import { probeStripe } from '../stripe/probe.ts';
import { eventsFor, listEndpoints, pinnedVersion, type EndpointReading } from '../stripe/webhook-endpoint.ts';
import { fail, failure, ok, warn, type Finding } from './finding.ts';

type Deps = Pick<BillingDeps, 'config' | 'stripe' | 'clock'>;

/** Milliseconds; Stripe takes signatures of five minutes, verifiers tolerate half a minute. */
const tolerableSkew = 10_000;

export async function* checkAccount(
  deps: Deps,
  project: Project,
  account: NamedAccount & { readonly webhookSecretSet: boolean },
): AsyncGenerator<Finding> {
  const gateway = deps.stripe(project);
  const mode = project.stripe?.mode ?? 'test';
  let at: number | null;
  try {
    at = await probeStripe(gateway);
  } catch (error) {
    yield failure(account.keyName, error);
    return;
  }
  yield ok(account.keyName, `${mode} mode, ${deps.config.stripeApiBase ?? 'api.stripe.com'} answers`);
  yield checkClock(deps, at);
  yield checkWebhookSecret(account);
  yield await checkEndpoint(deps, project, account, gateway);
}

function checkClock({ config, clock }: Deps, at: number | null): Finding {
  if (at === null) return warn('clock', 'Stripe did not say what time it is', 'Compare the machine’s clock by hand.');
  const skew = clock() - at;
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (config.stripeApiBase !== null && seconds > 60) {
    return ok(
      'clock',
      `${config.stripeApiBase} was moved ${Math.round(seconds / 360) / 10} hours; plans are decided at its time`,
    );
  }
  if (Math.abs(skew) <= tolerableSkew) return ok('clock', `within ${Math.max(1, seconds)} s of Stripe's`);
  return fail(
    'clock',
    `${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} Stripe's`,
    'Set the machine’s clock (NTP): signatures and tokens depend on it.',
  );
}

const checkWebhookSecret = ({
  webhookName,
  webhookSecretSet,
}: {
  webhookName: string;
  webhookSecretSet: boolean;
}): Finding =>
  webhookSecretSet
    ? ok(webhookName, 'set')
    : fail(
        webhookName,
        'not set: no event of Stripe is believed',
        'Run "npx planclaim webhooks push" and set what it shows.',
      );

/** R3.5: missing, disabled, of another version, or lacking an event. */
async function checkEndpoint(
  { config }: Deps,
  project: Project,
  { path }: NamedAccount,
  gateway: StripeGateway,
): Promise<Finding> {
  const check = 'webhook endpoint';
  const url = `${config.publicUrl}${path}`;
  const mode = project.stripe?.mode ?? 'test';
  try {
    const endpoints = await listEndpoints(gateway.sdk, mode);
    const here = endpoints.filter((endpoint) => endpoint.url === url);
    const best = here.find((endpoint) => mistakeOf(endpoint) === null) ?? here[0];
    const push = 'Run "npx planclaim webhooks push".';
    if (!best) {
      const elsewhere = endpoints.filter((endpoint) => endpoint.url.endsWith(path));
      return elsewhere.length > 0
        ? fail(
            check,
            `missing at ${url}; Stripe calls ${elsewhere.map((endpoint) => endpoint.url).join(', ')}`,
            `Set PUBLIC_URL to the address that Stripe calls, or ${push.charAt(0).toLowerCase()}${push.slice(1)}`,
          )
        : fail(check, `missing at ${url}`, push);
    }
    const mistake = mistakeOf(best);
    if (mistake !== null) return fail(check, `${best.id} ${mistake}`, push);
    if (here.length > 1) {
      return warn(
        check,
        `${here.length} endpoints send to ${url}`,
        'Remove the old ones: planclaim webhooks push --prune.',
      );
    }
    return ok(check, `${best.id}, ${url}, ${eventsFor(mode).length} kinds of event in ${pinnedVersion}`);
  } catch (error) {
    return failure(check, error);
  }
}

function mistakeOf({ enabled, apiVersion, missing }: EndpointReading): string | null {
  if (!enabled) return 'is disabled';
  if (apiVersion !== pinnedVersion) {
    return `sends ${apiVersion ?? "the account's default version"} instead of ${pinnedVersion}`;
  }
  return missing.length > 0 ? `does not send ${missing.join(', ')}` : null;
}

export async function* checkProjectAtStripe(deps: Deps, project: Project): AsyncGenerator<Finding> {
  const gateway = deps.stripe(project);
  const prices = `${project.id}: prices`;
  try {
    const differences = await comparePlans(gateway, project);
    const paid = project.plans.filter(({ kind }) => kind === 'paid').length;
    yield differences.length === 0
      ? ok(prices, `${paid} paid ${paid === 1 ? 'plan' : 'plans'} at Stripe as in the config`)
      : fail(
          prices,
          differences.map((difference) => describeDifference(project, difference)).join('; '),
          'Run "npx planclaim plans push".',
        );
    const portal = `${project.id}: portal`;
    const found = await findPortalConfiguration(gateway, project, await wantedPortalConfiguration(gateway, project));
    if (!found) yield ok(portal, 'no configuration yet: the first visit makes one');
    else if (found.drifted.length === 0) yield ok(portal, `${found.id}, as the plans want it`);
    else yield warn(portal, `${found.id} differs in ${found.drifted.join(', ')}`, 'The next visit mends it.');
  } catch (error) {
    yield failure(prices, error);
  }
}
