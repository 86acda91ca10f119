/** Configurations of the billing portal: what customers may do there by themselves. */

import type Stripe from 'stripe';
import { StripeApiError, invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page } from '../http/page.ts';
import type { Change } from '../store/change.ts';
import { mergeMetadata } from '../store/wire.ts';
import { readFeatures, startingFeatures } from './portal-features.ts';

type Configuration = Stripe.BillingPortal.Configuration;
type BusinessProfile = Stripe.BillingPortal.Configuration.BusinessProfile;
type LoginPage = Stripe.BillingPortal.Configuration.LoginPage;

export const createConfiguration: Write<Stripe.BillingPortal.ConfigurationCreateParams> = (params, { change }) =>
  makeConfiguration(change, params, { isDefault: false });

/**
 * The configuration that sessions without one use. At Stripe it comes about when somebody saves the portal's settings
 * in the Dashboard; no call of the API makes it.
 */
export function saveDefaultConfiguration(change: Change): Configuration {
  const known = defaultConfiguration(change);
  if (known) return known;
  return makeConfiguration(
    change,
    {
      features: {
        customer_update: { enabled: true, allowed_updates: ['email', 'name', 'address', 'phone'] },
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true },
      },
    },
    { isDefault: true },
  );
}

export function defaultConfiguration(change: Pick<Change, 'store'>): Configuration | null {
  const where = attribute('$.is_default', true);
  return change.store.all('billing_portal.configuration', where ? [where] : [])[0] ?? null;
}

export const retrieveConfiguration: Read<unknown> = (_params, { store, path }) =>
  store.get('billing_portal.configuration', path['id'] ?? '', 'path');

export const updateConfiguration: Write<Stripe.BillingPortal.ConfigurationUpdateParams> = (
  params,
  { change, path },
) => {
  const configuration = change.store.get('billing_portal.configuration', path['id'] ?? '', 'path');
  if (params.active === false && configuration.is_default) {
    throw invalid('You cannot deactivate the default configuration.', 'active');
  }
  const before = {
    features: configuration.features,
    products: change.store.hidden('billing_portal.configuration', configuration.id).products,
  };
  const { features, products } = readFeatures(change, before, params.features ?? {});
  const profile = { ...configuration.business_profile, ...requireProfile(params.business_profile) };
  const { name, default_return_url: returnUrl } = params;
  if (returnUrl) requireUrl(returnUrl, 'default_return_url');
  return change.update<'billing_portal.configuration'>(
    configuration,
    {
      ...(params.active !== undefined && { active: params.active }),
      business_profile: profile,
      ...(returnUrl !== undefined && { default_return_url: returnUrl || null }),
      features,
      ...(params.login_page && { login_page: loginPage(change, configuration.id, params.login_page) }),
      metadata: mergeMetadata(configuration.metadata ?? {}, params.metadata),
      ...(name !== undefined && { name: name || null }),
      updated: change.now,
    },
    { hidden: { products } },
  );
};

export const listConfigurations: Read<Stripe.BillingPortal.ConfigurationListParams> = (params, { store, url }) =>
  page(store, 'billing_portal.configuration', params, {
    url,
    where: [attribute('$.active', params.active), attribute('$.is_default', params.is_default)],
  });

function makeConfiguration(
  change: Change,
  params: Stripe.BillingPortal.ConfigurationCreateParams,
  { isDefault }: { readonly isDefault: boolean },
): Configuration {
  const { features, products } = readFeatures(change, { features: startingFeatures, products: [] }, params.features);
  if (params.default_return_url) requireUrl(params.default_return_url, 'default_return_url');
  const id = change.store.ids.next('bpc');
  return change.create<'billing_portal.configuration'>(
    {
      id,
      object: 'billing_portal.configuration',
      active: true,
      application: null,
      business_profile: {
        headline: null,
        privacy_policy_url: null,
        terms_of_service_url: null,
        ...requireProfile(params.business_profile),
      },
      created: change.now,
      default_return_url: params.default_return_url || null,
      features,
      is_default: isDefault,
      livemode: false,
      login_page: loginPage(change, id, params.login_page ?? { enabled: false }),
      metadata: mergeMetadata({}, params.metadata),
      name: params.name || null,
      updated: change.now,
    },
    { hidden: { products } },
  );
}

/** @throws StripeApiError 400 `url_invalid`. */
export function requireUrl(url: string, param: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new StripeApiError(
    'Not a valid URL. URLs must begin with http:// or https:// and name a host, such as https://example.com.',
    { status: 400, code: 'url_invalid', param },
  );
}

function requireProfile(
  sent: Stripe.BillingPortal.ConfigurationUpdateParams.BusinessProfile | undefined,
): Partial<BusinessProfile> {
  const profile: Partial<BusinessProfile> = {};
  if (sent?.headline !== undefined) profile.headline = sent.headline || null;
  if ((profile.headline ?? '').length > 60) {
    throw invalid('The headline can be at most 60 characters long.', 'business_profile[headline]');
  }
  for (const name of ['privacy_policy_url', 'terms_of_service_url'] as const) {
    const url = sent?.[name];
    if (url !== undefined) profile[name] = url ? requireUrl(url, `business_profile[${name}]`) : null;
  }
  return profile;
}

function loginPage(change: Change, id: string, sent: { readonly enabled: boolean }): LoginPage {
  return { enabled: sent.enabled, url: sent.enabled ? `${change.store.publicUrl()}/p/login/${id}` : null };
}
