/** A setup intent: saving a card without charging it. */

import type Stripe from 'stripe';
import { cardError } from '../cards.ts';
import type { Decline } from '../cards.ts';
import type { StripeApiError } from '../errors.ts';
import type { Change } from '../store/change.ts';
import { challengeAction } from './payments.ts';

export interface SetupOrder {
  readonly customer: string | null;
  readonly description?: string | null;
  readonly metadata?: Stripe.Metadata;
  readonly usage?: Stripe.SetupIntent['usage'];
  readonly allowedTypes?: Stripe.SetupIntent['allowed_payment_method_types'];
  readonly automaticMethods?: Stripe.SetupIntent['automatic_payment_methods'];
}

export function createSetup(change: Change, order: SetupOrder): Stripe.SetupIntent {
  const id = change.store.ids.next('seti');
  return change.create<'setup_intent'>({
    id,
    object: 'setup_intent',
    allowed_payment_method_types: order.allowedTypes ?? null,
    application: null,
    attach_to_self: false,
    automatic_payment_methods: order.automaticMethods ?? null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${change.store.ids.secret(25)}`,
    created: change.now,
    customer: order.customer,
    customer_account: null,
    description: order.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: { enabled: false },
    mandate: null,
    metadata: order.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: order.usage ?? 'off_session',
  } as Stripe.SetupIntent);
}

/** The card is saved. Emits `setup_intent.succeeded`. */
export function succeedSetup(
  change: Change,
  setup: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  customer: string | null,
): Stripe.SetupIntent {
  return change.update<'setup_intent'>(
    setup,
    {
      customer,
      last_setup_error: null,
      latest_attempt: change.store.ids.next('seatt'),
      next_action: null,
      payment_method: method.id,
      status: 'succeeded',
    },
    { events: ['setup_intent.succeeded'] },
  );
}

/** The card cannot be saved. Emits `setup_intent.setup_failed`. */
export function failSetup(
  change: Change,
  setup: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  reason: Decline,
): { setup: Stripe.SetupIntent; error: StripeApiError } {
  const failed = change.update<'setup_intent'>(
    setup,
    {
      last_setup_error: {
        code: reason.code,
        ...(reason.declineCode !== null && { decline_code: reason.declineCode }),
        doc_url: `https://stripe.com/docs/error-codes/${reason.code.replaceAll('_', '-')}`,
        message: reason.message,
        payment_method: method,
        type: 'card_error',
      },
      latest_attempt: change.store.ids.next('seatt'),
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    },
    { events: ['setup_intent.setup_failed'] },
  );
  return { setup: failed, error: cardError(reason, { payment_method: method, setup_intent: failed }) };
}

/** The bank wants to see its customer first. Emits `setup_intent.requires_action`. */
export function challengeSetup(
  change: Change,
  setup: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | null,
): Stripe.SetupIntent {
  return change.update<'setup_intent'>(
    setup,
    {
      next_action: challengeAction(change, setup.id, returnUrl) as Stripe.SetupIntent.NextAction,
      payment_method: method.id,
      status: 'requires_action',
    },
    { events: ['setup_intent.requires_action'] },
  );
}
