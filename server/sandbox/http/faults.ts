/** Routes that fail, stall or answer late, because somebody asked for it. */

import { StripeApiError } from '../errors.ts';

export interface Fault {
  /** `GET /v1/subscriptions`, or a path alone for every method; matched as a prefix. */
  readonly route: string;
  /** Answer with this status; nothing is carried out. */
  readonly status?: number | undefined;
  /** Stripe's error code beside the status: `lock_timeout`, `rate_limit`… */
  readonly code?: string | undefined;
  /** Wait before anything is carried out. */
  readonly stall_ms?: number | undefined;
  /** Carry it out, then wait before answering. */
  readonly late_ms?: number | undefined;
  /** Carry it out, then cut the connection: the answer is lost. */
  readonly lost?: boolean | undefined;
  /** How many requests are hit. */
  count: number;
}

export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Those that still have requests to hit. */
  all(): readonly Fault[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that hits this request, which it uses up. */
  next(method: string, path: string): Fault | null {
    const fault = this.#faults.find(({ route }) =>
      (route.startsWith('/') ? path : `${method} ${path}`).startsWith(route),
    );
    if (!fault) return null;
    fault.count -= 1;
    if (fault.count <= 0) this.#faults = this.#faults.filter((other) => other !== fault);
    return fault;
  }
}

/** Stripe's words for a status. */
export function faultError({ status = 500, code }: Fault): StripeApiError {
  if (status === 429 && code === 'lock_timeout') {
    return new StripeApiError(
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.',
      { status, code, shouldRetry: true },
    );
  }
  if (status === 429) {
    return new StripeApiError(
      'Request rate limit exceeded. Learn more about rate limits at https://stripe.com/docs/rate-limits.',
      {
        status,
        code: code ?? 'rate_limit',
      },
    );
  }
  return new StripeApiError('An unknown error occurred', {
    status,
    type: 'api_error',
    ...(code !== undefined && { code }),
  });
}

export function pause(ms: number | undefined): Promise<void> {
  return ms === undefined ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
