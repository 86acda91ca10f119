/** Sessions of the billing portal: a customer's way in for a short time, to its front page or straight into a flow. */

import type Stripe from 'stripe';
import { invalid, missing, noSuch } from '../errors.ts';
import type { Write } from '../http/api.ts';
import { refuse } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { defaultConfiguration, requireUrl } from './portal-configurations.ts';
import { readFlow } from './portal-flows.ts';

type Params = Stripe.BillingPortal.SessionCreateParams;

export const createPortalSession: Write<Params> = (params, { change }) => {
  refuse(params, ['after_expiration', 'customer_account', 'on_behalf_of']);
  if (params.customer === undefined) throw missing('customer');
  const customer = change.store.get('customer', params.customer, 'customer');
  const configuration = configurationOf(change, params.configuration);
  const id = change.store.ids.next('bps');
  return change.create<'billing_portal.session'>(
    {
      id,
      object: 'billing_portal.session',
      configuration: configuration.id,
      created: change.now,
      customer: customer.id,
      customer_account: null,
      flow: params.flow_data ? readFlow(change, { configuration, customer, sent: params.flow_data }) : null,
      livemode: false,
      locale: params.locale ?? null,
      on_behalf_of: null,
      return_url:
        params.return_url === undefined
          ? configuration.default_return_url
          : requireUrl(params.return_url, 'return_url'),
      url: `${change.store.publicUrl()}/p/session/${id}`,
    },
    { hidden: { used_at: null, challenged: null, done: false } },
  );
};

function configurationOf(change: Change, id: string | undefined): Stripe.BillingPortal.Configuration {
  if (id === undefined) {
    const found = defaultConfiguration(change);
    if (found) return found;
    throw invalid(
      'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.',
    );
  }
  const configuration = change.store.find('billing_portal.configuration', id);
  if (!configuration) throw noSuch('billing_portal.configuration', id, 'configuration');
  if (configuration.active) return configuration;
  throw invalid(
    `The configuration ${id} is inactive. Activate it or use another one to create portal sessions.`,
    'configuration',
  );
}
