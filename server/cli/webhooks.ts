/** `planclaim webhooks push`: makes the endpoint that Stripe calls, or mends it. */

import { pushWebhooks } from '../billing/push-webhooks.ts';
import { systemClock } from '../clock.ts';
import { loadForSetUp } from '../config/stripe-accounts.ts';
import { projectBehindWebhook } from '../stripe/account.ts';
import { createGateways } from '../stripe/gateway.ts';
import { chooseProject, exitCodes, parseOptions, refuseExtra, usageError, type Command } from './command.ts';

export const webhooks: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    {
      url: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      prune: { type: 'boolean', default: false },
      project: { type: 'string' },
      config: { type: 'string' },
    },
    usage,
  );
  const [action, ...extra] = positionals;
  if (action !== 'push') throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(extra, usage);
  const { config, accounts } = await loadForSetUp({ file: values.config });
  const named = values.project === undefined ? null : chooseProject(config, values.project);
  const wanted = accounts.filter(
    ({ projectId }) => named === null || projectId === (named.ownStripeAccount ? named.id : null),
  );
  if (wanted.length === 0) console.log("No project has payments: 'stripe', so Stripe has nobody to call.");
  if (values.url !== undefined && wanted.length > 1)
    throw usageError('Several Stripe accounts are in use. Add --project to say whose endpoint --url is.');
  const deps = { stripe: createGateways(config, systemClock) };
  for (const account of wanted) {
    const project = projectBehindWebhook(config, account.projectId);
    if (!project) continue;
    const url = values.url ?? `${config.publicUrl}${account.path}`;
    requireReachable(url, config.stripeApiBase);
    const { lines, secret, superseded } = await pushWebhooks(deps, project, {
      url,
      dryRun: values['dry-run'],
      prune: values.prune,
    });
    const whose = `${account.keyName} (Stripe ${project.stripe?.mode ?? 'test'} mode)`;
    console.log(`${whose}: ${lines.length === 0 ? 'nothing to do' : url}`);
    for (const line of lines) console.log(`  ${line}`);
    if (lines.length > 0) console.log(values['dry-run'] ? '  dry run: nothing was changed' : '  done');
    if (secret !== null) console.log(`  ${secretAdvice(account, secret)}`);
    for (const id of superseded) {
      console.log(
        `  ${id} still sends to the same address. Once the new secret is in use, remove it: planclaim webhooks push --prune`,
      );
    }
  }
  return exitCodes.done;
};

function secretAdvice(account: { webhookName: string; webhookSecretSet: boolean }, secret: string): string {
  const { webhookName: name, webhookSecretSet: set } = account;
  return set
    ? `Its signing secret, shown this once. Put it before the one you have, and restart: ${name}=${secret},…`
    : `Its signing secret, shown this once. Set it, and restart: ${name}=${secret}`;
}

/** Stripe itself calls nobody's own machine; the sandbox does. */
function requireReachable(url: string, apiBase: string | null): void {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (!target || !/^https?:$/.test(target.protocol)) throw usageError(`--url ${url} is not an address.`);
  if (apiBase !== null) return;
  if (target.protocol !== 'https:' || /^(localhost|127\.|\[::1\])/.test(target.hostname)) {
    throw usageError(
      `Stripe cannot call ${url}. Set PUBLIC_URL to the backend's public https address, or name it with --url.\nOn your own machine "planclaim dev" needs none, and "stripe listen --forward-to" passes events on.`,
    );
  }
}
