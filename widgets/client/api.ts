/** Typed calls of the backend's `/v1`. Bearer token only, never cookies (R34.1); every failure is a `BillingError`. */

import { BillingError, toBillingError } from './errors.ts';
import type {
  BillingCycle,
  Catalogue,
  ChangeOrder,
  ChangePreview,
  CheckoutOrder,
  InvoicePage,
  PlanState,
  PortalFlow,
  Subscription,
  TokenAnswer,
} from './types.ts';

/** Milliseconds until a call is given up. */
const timeout = 20_000;
const privately = { credentials: 'omit', referrerPolicy: 'strict-origin-when-cross-origin' } as const;

export interface ApiOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly projectId: string;
}

export interface CatalogueQuery {
  readonly currency?: string | null;
  readonly locale?: string | null;
}

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | null | undefined>>;
}

/** One project at one backend. */
export class BillingApi {
  readonly apiUrl: string;
  readonly projectId: string;

  constructor({ apiUrl, projectId }: ApiOptions) {
    this.apiUrl = apiUrl;
    this.projectId = projectId;
  }

  /** @throws BillingError `project_unknown`, `currency_unknown`, `network`, `timeout` */
  catalogue(query: CatalogueQuery = {}): Promise<Catalogue> {
    return this.#call(`/v1/projects/${encodeURIComponent(this.projectId)}/plans`, { query: { ...query } });
  }

  /** The caller's own token, an issuer's or ours, in; one that states the plan, out. */
  exchange(token: string): Promise<TokenAnswer> {
    return this.#ofProject('/v1/token/refresh', { method: 'POST', token });
  }

  subscription(token: string): Promise<Subscription> {
    return this.#ofProject('/v1/subscription', { token });
  }

  /** @throws BillingError 402 `payment_required`, 403 `contact_required`, 409 `manage` */
  choosePlan(token: string, choice: { plan: string; billing_cycle?: BillingCycle }): Promise<PlanState> {
    return this.#ofProject('/v1/plan', { method: 'PUT', token, body: choice });
  }

  /** @throws BillingError 409 `manage`, `fix_payment`, `resume`; 429 `rate_limited`; 400 `redirect_not_allowed` */
  async checkout(token: string, order: CheckoutOrder): Promise<{ readonly url: string }> {
    const { url } = await this.#ofProject<{ url?: unknown }>('/v1/checkout', { method: 'POST', token, body: order });
    if (typeof url !== 'string') throw new BillingError('The answer names no checkout page.', 'invalid_answer');
    return { url };
  }

  /** @throws BillingError 409 `no_change`, `fix_payment`, `no_subscription`; 400 `quantity_invalid` */
  preview(token: string, order: ChangeOrder): Promise<ChangePreview> {
    return this.#ofProject('/v1/subscription/preview', { method: 'POST', token, body: order });
  }

  /**
   * Carries out what was previewed, and nothing else (R17.3).
   * @throws BillingError 402 `payment_failed`, `requires_action`, with `hostedUrl`; 409 `preview_outdated`, `schedule_foreign`
   */
  change(
    token: string,
    order: ChangeOrder,
    { due_now, proration_date }: Pick<ChangePreview, 'due_now' | 'proration_date'>,
  ): Promise<PlanState> {
    return this.#ofProject('/v1/subscription/change', {
      method: 'POST',
      token,
      body: { ...order, due_now, proration_date },
    });
  }

  /** With the paid period. @throws BillingError 409 `no_subscription`, `schedule_foreign` */
  cancel(token: string): Promise<PlanState> {
    return this.#ofProject('/v1/subscription/cancel', { method: 'POST', token });
  }

  /** Takes a cancellation, a scheduled change or a pause back. @throws BillingError 409 `nothing_to_resume` */
  resume(token: string): Promise<PlanState> {
    return this.#ofProject('/v1/subscription/resume', { method: 'POST', token });
  }

  /** @param order.return_url where the portal sends people back to */
  async portal(token: string, order: { return_url: string; flow?: PortalFlow }): Promise<{ readonly url: string }> {
    const { url } = await this.#ofProject<{ url?: unknown }>('/v1/portal', { method: 'POST', token, body: order });
    if (typeof url !== 'string') throw new BillingError('The answer names no portal page.', 'invalid_answer');
    return { url };
  }

  /** Newest first. @param page.after the id that the last page ended with */
  invoices(token: string, page: { readonly limit: number; readonly after: string | null }): Promise<InvoicePage> {
    return this.#call('/v1/invoices', {
      token,
      query: { project_id: this.projectId, limit: String(page.limit), starting_after: page.after },
    });
  }

  /**
   * The caller's plan states as they change, as server-sent events; it goes on until it is aborted or ends by itself.
   * @param options.after the version that is known already
   */
  events(token: string, options: { readonly after: number; readonly signal: AbortSignal }): Promise<Response> {
    const headers = new Headers({
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      'last-event-id': String(options.after),
    });
    const url = `${this.apiUrl}/v1/events?${new URLSearchParams({ project_id: this.projectId })}`;
    return fetch(url, { ...privately, headers, cache: 'no-store', signal: options.signal });
  }

  #ofProject<Answer>(path: string, call: Call): Promise<Answer> {
    return this.#call(path, { ...call, query: { project_id: this.projectId } });
  }

  async #call<Answer>(path: string, { method = 'GET', token, body, query = {} }: Call): Promise<Answer> {
    const url = new URL(`${this.apiUrl}${path}`);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers,
        ...privately,
        signal: AbortSignal.timeout(timeout),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (thrown) {
      throw toBillingError(thrown);
    }
    const answer = parse(text);
    if (!response.ok) throw problem(response, answer);
    if (typeof answer !== 'object' || answer === null) {
      throw new BillingError('The billing service gave an answer that is not JSON.', 'invalid_answer', {
        status: response.status,
      });
    }
    return answer as Answer;
  }
}

/** Undefined where the text is not JSON: a proxy's error page, for one. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9457 `code` and `detail`; RFC 6749 §5.2 `error` and `error_description`; else the bare status. */
function problem(response: Response, answer: unknown): BillingError {
  const said = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const code = [said['code'], said['error']].find((value) => typeof value === 'string') ?? `http_${response.status}`;
  const detail =
    [said['detail'], said['error_description'], said['title']].find((value) => typeof value === 'string') ??
    `The billing service answered ${response.status}.`;
  return new BillingError(detail as string, code as string, {
    status: response.status,
    retryAfter: retryAfter(response.headers.get('retry-after')),
    hostedUrl: typeof said['hosted_url'] === 'string' ? said['hosted_url'] : null,
  });
}

/** Seconds; RFC 9110 §10.2.3 also allows a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
