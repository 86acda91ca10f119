/** `webhooks push`: the endpoint that Stripe calls, made, or mended where it differs; never removed without being told. */

import type { Project } from '../config/project.ts';
import {
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  mendEndpoint,
  pinnedVersion,
  type EndpointReading,
} from '../stripe/webhook-endpoint.ts';
import type { BillingDeps } from './deps.ts';

export interface WebhookPush {
  /** One line a difference, for a terminal; none: nothing to do. */
  readonly lines: readonly string[];
  /** The signing secret of an endpoint that was made; Stripe tells it this once. */
  readonly secret: string | null;
  /** Endpoints for the same address that a new one has taken over from; `prune` deletes them. */
  readonly superseded: readonly string[];
}

/**
 * @param project one that bills through the account
 * @throws PlanclaimError 502 `stripe_key_refused` or `stripe_refused`, 503 `unavailable`
 */
export async function pushWebhooks(
  deps: Pick<BillingDeps, 'stripe'>,
  project: Project,
  options: { readonly url: string; readonly dryRun: boolean; readonly prune: boolean },
): Promise<WebhookPush> {
  const { url, dryRun, prune } = options;
  const mode = project.stripe?.mode ?? 'test';
  const { sdk } = deps.stripe(project);
  const ours = (await listEndpoints(sdk, mode)).filter((endpoint) => endpoint.url === url);
  const right = ours.find(({ apiVersion }) => apiVersion === pinnedVersion);
  const superseded = ours.filter((endpoint) => endpoint !== right);
  const lines: string[] = [];
  let secret: string | null = null;
  if (!right) {
    lines.push(`+ webhook endpoint ${url} (${pinnedVersion})`);
    if (!dryRun) ({ secret } = await createEndpoint(sdk, mode, { url, description: 'planclaim' }));
  } else if (isWrong(right)) {
    lines.push(`~ webhook endpoint ${right.id}: ${whatIsWrong(right)}`);
    if (!dryRun) await mendEndpoint(sdk, mode, right.id);
  }
  for (const { id, apiVersion } of superseded) {
    if (!prune) continue;
    lines.push(`- webhook endpoint ${id} (${apiVersion ?? "the account's default version"})`);
    if (!dryRun) await deleteEndpoint(sdk, id);
  }
  return { lines, secret, superseded: prune ? [] : superseded.map(({ id }) => id) };
}

const isWrong = ({ enabled, missing, extra }: EndpointReading): boolean =>
  !enabled || missing.length > 0 || extra.length > 0;

function whatIsWrong({ enabled, missing, extra }: EndpointReading): string {
  return [
    ...(enabled ? [] : ['turned on']),
    ...(missing.length > 0 ? [`${missing.join(', ')} added`] : []),
    ...(extra.length > 0 ? [`${extra.join(', ')} taken off, which nothing needs`] : []),
  ].join('; ');
}
