/** The one error that elements and the client throw. */

/** What a problem document says beside code, status and detail. */
export interface BillingErrorOptions {
  /** HTTP status; 0 where no answer came. */
  readonly status?: number;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter?: number | null;
  /** Stripe's page where the payment can be made after all. */
  readonly hostedUrl?: string | null;
  readonly cause?: unknown;
}

/**
 * `code` is the backend's (RFC 9457 problem or RFC 6749 `error`), or one of the client's own: `network`, `timeout`,
 * `invalid_answer`, `unsafe_url`, `navigation_blocked`, `token_source`, `not_configured`.
 */
export class BillingError extends Error {
  override readonly name = 'BillingError';
  readonly code: string;
  readonly status: number;
  readonly retryAfter: number | null;
  readonly hostedUrl: string | null;

  constructor(message: string, code: string, options: BillingErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 0;
    this.retryAfter = options.retryAfter ?? null;
    this.hostedUrl = options.hostedUrl ?? null;
  }

  /** Whether another try may go well with nothing changed. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Whatever was thrown, as a `BillingError`. */
export function toBillingError(thrown: unknown): BillingError {
  if (thrown instanceof BillingError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'TimeoutError')
    return new BillingError('The billing service took too long to answer.', 'timeout', { cause: thrown });
  return new BillingError('The billing service could not be reached.', 'network', { cause: thrown });
}
