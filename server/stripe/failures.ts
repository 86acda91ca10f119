/** Stripe's errors in our words. */

import Stripe from 'stripe';
import { PlanclaimError, unavailable } from '../errors.ts';

/** Whether Stripe says that the thing named (by `param`, when given) does not exist. */
export function isMissing(error: unknown, param?: string): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === 'resource_missing' &&
    (param === undefined || error.param === param)
  );
}

/** Whether Stripe has nothing to charge: it says so as of any object that is missing, without naming one. */
export const isWithoutMethod = (error: unknown): boolean =>
  isMissing(error) &&
  error instanceof Stripe.errors.StripeInvalidRequestError &&
  !error.param &&
  /payment (source|method)/i.test(error.message);

/** Stripe's fault as ours: what is passing is 503 with `Retry-After`, what the request or key is to blame for is 502 and says so. */
export function stripeFailure(error: unknown): PlanclaimError {
  if (error instanceof PlanclaimError) return error;
  if (
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError
  ) {
    return new PlanclaimError('Stripe refused the secret key. Check STRIPE_SECRET_KEY.', {
      code: 'stripe_key_refused',
      status: 502,
      cause: error,
    });
  }
  if (error instanceof Stripe.errors.StripeCardError) {
    return new PlanclaimError(
      'The payment was declined and nothing was changed. Pay with another card and try again.',
      {
        code: 'payment_failed',
        status: 402,
        details: { hosted_url: null },
        cause: error,
      },
    );
  }
  if (isWithoutMethod(error)) {
    return new PlanclaimError('There is no payment method to pay with. Add a card, then try again.', {
      code: 'payment_failed',
      status: 402,
      details: { hosted_url: null },
      cause: error,
    });
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    return new PlanclaimError(`Stripe refused the request${error.param ? ` (${error.param})` : ''}: ${error.message}`, {
      code: error.code === 'resource_missing' ? 'stripe_resource_missing' : 'stripe_refused',
      status: 502,
      details: error.param ? { param: error.param } : {},
      cause: error,
    });
  }
  return unavailable('Stripe', error);
}

/** 409 `currency_locked` naming the currency that the customer is bound to (R13.1). */
export const currencyLocked = (currency: string | null, cause?: unknown): PlanclaimError =>
  new PlanclaimError(
    `Whoever has paid in ${currency?.toUpperCase() ?? 'one currency'} goes on paying in it. Ask for the price in that currency.`,
    { code: 'currency_locked', status: 409, details: { currency }, cause },
  );

/** Stripe's refusal to mix currencies in one customer, which has no code of its own; null for any other error. */
export function currencyConflict(error: unknown): PlanclaimError | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || !/combine currencies/i.test(error.message))
    return null;
  return currencyLocked(/currency ([a-z]{3})\b/i.exec(error.message)?.[1]?.toLowerCase() ?? null, error);
}

/**
 * Runs `work` with Stripe's errors in our words.
 * @throws PlanclaimError as {@link stripeFailure} has it
 */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw stripeFailure(error);
  }
}
