/** Stripe's errors: one class, thrown where the fault is, turned into `{error: {…}}` in one place. */

export type StripeErrorType = 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';

export interface StripeErrorOptions {
  readonly status: number;
  readonly type?: StripeErrorType;
  /** docs.stripe.com/error-codes */
  readonly code?: string;
  /** Bracketed, as it was sent: `items[0][price]`. */
  readonly param?: string;
  readonly declineCode?: string;
  /** Further fields of the body: `charge`, `payment_intent`, `payment_method`, `setup_intent`… */
  readonly more?: Readonly<Record<string, unknown>>;
  /** `Stripe-Should-Retry`, which the SDK follows. */
  readonly shouldRetry?: boolean;
}

/** An error that a caller of the API is answered with. A thrown one undoes the call's changes, a returned one keeps them. */
export class StripeApiError extends Error {
  readonly status: number;
  readonly type: StripeErrorType;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly declineCode: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;
  readonly shouldRetry: boolean | undefined;

  constructor(message: string, options: StripeErrorOptions) {
    super(message);
    this.name = 'StripeApiError';
    this.status = options.status;
    this.type = options.type ?? 'invalid_request_error';
    this.code = options.code;
    this.param = options.param;
    this.declineCode = options.declineCode;
    this.more = options.more ?? {};
    this.shouldRetry = options.shouldRetry;
  }

  /** The body of the answer. */
  toBody(): { error: Record<string, unknown> } {
    return {
      error: {
        ...(this.code !== undefined && {
          code: this.code,
          doc_url: `https://stripe.com/docs/error-codes/${slug(this.code)}`,
        }),
        ...(this.declineCode !== undefined && { decline_code: this.declineCode }),
        message: this.message,
        ...(this.param !== undefined && { param: this.param }),
        ...this.more,
        type: this.type,
      },
    };
  }
}

function slug(code: string): string {
  return code.replaceAll('_', '-');
}

/** 400 for a parameter that is there and wrong. */
export function invalid(message: string, param?: string, code?: string): StripeApiError {
  return new StripeApiError(message, {
    status: 400,
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
  });
}

/** 400 for one that is not there. */
export function missing(param: string): StripeApiError {
  return invalid(`Missing required param: ${param}.`, param, 'parameter_missing');
}

/** 400 for what Stripe can do and this sandbox cannot: better refused than silently wrong. */
export function unsupported(what: string, param?: string): StripeApiError {
  return invalid(
    `${what} is part of Stripe's API, but this sandbox does not implement it.`,
    param,
    'sandbox_unsupported',
  );
}

const nouns: Readonly<Record<string, string>> = {
  'billing_portal.configuration': 'configuration',
  'checkout.session': 'checkout.session',
  payment_intent: 'payment_intent',
  payment_method: 'PaymentMethod',
  setup_intent: 'setupintent',
  webhook_endpoint: 'webhook endpoint',
  invoice_payment: 'invoice payment',
};

/**
 * `resource_missing`: 404 when the id is in the path, 400 when it came as a parameter.
 *
 * @param where - `path`, or the parameter's name.
 */
export function noSuch(object: string, id: string, where: string): StripeApiError {
  return new StripeApiError(`No such ${nouns[object] ?? object}: '${id}'`, {
    status: where === 'path' ? 404 : 400,
    code: 'resource_missing',
    param: where === 'path' ? (object === 'price' || object === 'invoice' ? object : 'id') : where,
  });
}

/** 404 for a discount that is to be deleted and is not there. */
export function noDiscount(object: 'customer' | 'subscription', id: string): StripeApiError {
  return new StripeApiError(`No active discount for ${object}: ${id}`, { status: 404, code: 'resource_missing' });
}
