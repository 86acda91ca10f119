/** The one class of errors: what went wrong, for whom, and what to do about it. */

/** Further members of the problem document (RFC 9457 §3.2), such as `manage_url`. Never secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface PlanclaimErrorOptions {
  /** Stable, snake_case; what programs compare. */
  readonly code: string;
  /** HTTP status that `routes/` answers with. */
  readonly status: number;
  /** Extra members of the answer. */
  readonly details?: ErrorDetails;
  /** Seconds for `Retry-After`. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * Thrown where the fault is and turned into HTTP in one place (`routes/lib/problem.ts`).
 * The message tells the reader what to do next and never holds a token, key, e-mail or card detail.
 */
export class PlanclaimError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: ErrorDetails;
  readonly retryAfter: number | undefined;

  constructor(message: string, options: PlanclaimErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlanclaimError';
    this.code = options.code;
    this.status = options.status;
    this.details = options.details ?? {};
    this.retryAfter = options.retryAfter;
  }
}

/** 503 `unavailable`: something we depend on did not answer; nothing was changed and the caller may try again. */
export function unavailable(what: string, cause?: unknown, retryAfter = 2): PlanclaimError {
  return new PlanclaimError(`${what} did not answer. Nothing was changed; try again shortly.`, {
    code: 'unavailable',
    status: 503,
    retryAfter,
    cause,
  });
}
