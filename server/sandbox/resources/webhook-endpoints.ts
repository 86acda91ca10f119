/** Webhook endpoints. Deliveries are in `deliveries/`. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { page, refuse } from '../http/page.ts';
import type { PageParams } from '../http/page.ts';
import { mergeMetadata } from '../store/wire.ts';

/** Its secret is shown this once. */
export const createEndpoint: Write<Stripe.WebhookEndpointCreateParams> = (params, { change }) => {
  if (params.connect === true) refuse(params, ['connect']);
  const secret = `whsec_${change.store.ids.secret(32)}`;
  const endpoint = change.create<'webhook_endpoint'>(
    {
      id: change.store.ids.next('we'),
      object: 'webhook_endpoint',
      api_version: params.api_version ?? null,
      application: null,
      created: change.now,
      description: params.description ?? null,
      enabled_events: requireEvents(params.enabled_events),
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      status: 'enabled',
      url: requireUrl(params.url),
    },
    { hidden: { secret } },
  );
  return { ...endpoint, secret };
};

export const retrieveEndpoint: Read<unknown> = (_params, { store, path }) =>
  store.get('webhook_endpoint', path['id'] ?? '', 'path');

export const updateEndpoint: Write<Stripe.WebhookEndpointUpdateParams> = (params, { change, path }) => {
  const endpoint = change.store.get('webhook_endpoint', path['id'] ?? '', 'path');
  return change.update<'webhook_endpoint'>(endpoint, {
    ...(params.description !== undefined && { description: params.description || null }),
    ...(params.disabled !== undefined && { status: params.disabled ? 'disabled' : 'enabled' }),
    ...(params.enabled_events && { enabled_events: requireEvents(params.enabled_events) }),
    ...(params.url !== undefined && { url: requireUrl(params.url) }),
    metadata: mergeMetadata(endpoint.metadata, params.metadata),
  });
};

export const listEndpoints: Read<PageParams> = (params, { store, url }) =>
  page(store, 'webhook_endpoint', params, { url });

export const deleteEndpoint: Write<unknown> = (_params, { change, path }) => {
  const endpoint = change.store.get('webhook_endpoint', path['id'] ?? '', 'path');
  const left = { id: endpoint.id, object: 'webhook_endpoint', deleted: true } as const;
  change.remove<'webhook_endpoint'>(endpoint, left);
  return left;
};

function requireEvents(events: readonly string[]): string[] {
  if (events.length === 0) throw invalid('You must specify at least one event type.', 'enabled_events');
  return [...new Set(events)];
}

/** Plain http is fine here: endpoints of a sandbox are on the developer's own machine. */
function requireUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', 'url', 'url_invalid');
}
