/** Checkout sessions: opening, looking at and closing one. */

import Stripe from 'stripe';
import type { CheckoutContext } from '../config/project.ts';
import { currencyConflict, isMissing, stripeFailure } from './failures.ts';
import type { StripeGateway } from './gateway.ts';

/** A checkout session, as much as we use of it. Times in milliseconds. */
export interface CheckoutSessionReading {
  readonly id: string;
  readonly customerId: string | null;
  /** Deleted at Stripe: then the session cannot be paid, though it is open. */
  readonly customerGone: boolean;
  readonly clientReferenceId: string | null;
  readonly status: 'open' | 'complete' | 'expired';
  readonly paid: boolean;
  readonly url: string | null;
  readonly clientSecret: string | null;
  readonly expiresAt: number;
}

export interface CheckoutRequest extends CheckoutContext {
  readonly customerId: string;
  readonly currency: string | null;
  readonly ui: 'hosted' | 'embedded';
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** Days, or null for none. */
  readonly trialDays: number | null;
  readonly trialCard: 'required' | 'optional';
}

/** Opens one, in the project's own look and by its rules. */
export async function createCheckoutSession(
  gateway: StripeGateway,
  request: CheckoutRequest,
): Promise<CheckoutSessionReading> {
  const price = await gateway.findPrice(request.plan, request.billingCycle);
  const { project, sdk } = gateway;
  const metadata = { planclaim_project: project.id, planclaim_user: request.userId };
  const { checkout, branding } = project;
  const trial = request.trialDays === null ? null : { trial_period_days: request.trialDays };
  const optionalCard = trial !== null && request.trialCard === 'optional';
  const ours: Stripe.Checkout.SessionCreateParams = {
    mode: 'subscription',
    customer: request.customerId,
    client_reference_id: request.userId,
    line_items: [{ price: price.id, ...(!price.metered && { quantity: request.quantity }) }],
    ...(request.currency !== null && { currency: request.currency }),
    metadata,
    subscription_data: {
      metadata,
      ...trial,
      ...(optionalCard && { trial_settings: { end_behavior: { missing_payment_method: 'cancel' } } }),
    },
    ...(optionalCard && { payment_method_collection: 'if_required' }),
    ...(checkout.promotionCodes && { allow_promotion_codes: true }),
    // The customer is always one of ours, also where it was made a moment ago: Stripe asks where to write the address down (R14.1).
    ...(checkout.automaticTax && {
      automatic_tax: { enabled: true },
      customer_update: { address: 'auto', name: 'auto' },
    }),
    branding_settings: {
      display_name: project.name,
      ...(branding.accent !== null && /^#[0-9a-f]{6}$/i.test(branding.accent) && { button_color: branding.accent }),
    },
    ...(request.ui === 'embedded'
      ? { ui_mode: 'embedded_page', return_url: request.successUrl }
      : { ui_mode: 'hosted_page', success_url: request.successUrl, cancel_url: request.cancelUrl }),
  };
  const params = checkout.params ? checkout.params({ ...ours }, request) : ours;
  try {
    return readSession(await sdk.checkout.sessions.create(params as Stripe.Checkout.SessionCreateParams));
  } catch (error) {
    throw currencyConflict(error) ?? stripeFailure(error);
  }
}

/** Null when Stripe does not know the session. */
export async function retrieveCheckoutSession(
  { sdk }: StripeGateway,
  sessionId: string,
): Promise<CheckoutSessionReading | null> {
  try {
    return readSession(await sdk.checkout.sessions.retrieve(sessionId, { expand: ['customer'] }));
  } catch (error) {
    if (isMissing(error)) return null;
    throw stripeFailure(error);
  }
}

/** Closes an open session; one that is not open any more is returned as it is. */
export async function expireCheckoutSession(
  gateway: StripeGateway,
  sessionId: string,
): Promise<CheckoutSessionReading | null> {
  try {
    return readSession(await gateway.sdk.checkout.sessions.expire(sessionId));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return retrieveCheckoutSession(gateway, sessionId);
    throw stripeFailure(error);
  }
}

function readSession(session: Stripe.Checkout.Session): CheckoutSessionReading {
  const { customer } = session;
  return {
    id: session.id,
    customerId: customer === null || typeof customer === 'string' ? customer : customer.id,
    customerGone: customer !== null && typeof customer === 'object' && customer.deleted === true,
    clientReferenceId: session.client_reference_id,
    status: session.status === 'complete' ? 'complete' : session.status === 'expired' ? 'expired' : 'open',
    paid: session.payment_status === 'paid' || session.payment_status === 'no_payment_required',
    url: session.url,
    clientSecret: session.client_secret,
    expiresAt: session.expires_at * 1000,
  };
}
