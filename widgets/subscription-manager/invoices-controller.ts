/** A user's invoices, page by page; read again when the plan is another one, for then there may be a new invoice. */

import type { ReactiveController } from 'lit';
import { type BillingError, toBillingError } from '../client/errors.ts';
import { accountOf } from '../client/jwt.ts';
import type { Session } from '../client/session.ts';
import type { Invoice } from '../client/types.ts';
import type { ErrandHost } from '../ui/errands.ts';
import { BillingErrorEvent } from '../ui/events.ts';

export interface InvoicesHost extends ErrandHost {
  readonly showsInvoices: boolean;
}

/** Invoices to a page. */
const first = 5;
const further = 20;

export class InvoicesController implements ReactiveController {
  readonly #host: InvoicesHost;
  /** Whose, and as of when; null for nobody's. */
  #about: {
    readonly session: Session;
    readonly user: string | null;
    readonly version: number;
    /** Which invoice waits to be paid; null until that is known. */
    readonly open: string | null;
  } | null = null;
  #list: readonly Invoice[] | null = null;
  #hasMore = false;
  #error: BillingError | null = null;
  #isBusy = false;
  /** Goes up with every question: an answer to an older one is thrown away. */
  #asked = 0;

  constructor(host: InvoicesHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Null until the first page is here. */
  get list(): readonly Invoice[] | null {
    return this.#list;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  get error(): BillingError | null {
    return this.#error;
  }

  /** More are on their way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  hostUpdate(): void {
    const { session, snapshot } = this.#host.billing;
    if (!this.#host.showsInvoices || !session || snapshot?.status !== 'ready') {
      if (snapshot?.status === 'signed-out') this.#forget();
      return;
    }
    const { subscription } = snapshot;
    const next = {
      session,
      user: accountOf(snapshot.claims),
      version: Math.max(snapshot.claims?.plan_version ?? 0, subscription?.version ?? 0),
      // A change that waits to be paid has an invoice, and changes no plan.
      open: subscription && `${subscription.pending_change?.hosted_url} ${subscription.owed?.hosted_url}`,
    };
    const known = this.#about;
    if (known?.user !== next.user) this.#forget();
    // The first ones are asked for at once; for later ones there is one question when all is known.
    else if (snapshot.details === 'loading') return;
    const isKnown =
      known?.user === next.user &&
      known.version === next.version &&
      (known.open === null || next.open === null || known.open === next.open);
    this.#about = { ...next, open: next.open ?? (isKnown ? known.open : null) };
    if (isKnown) return;
    void this.#read(null, Math.max(first, this.#list?.length ?? 0));
  }

  readonly retry = (): void => void this.#read(null, first);

  /** Older ones, beneath those that are shown. */
  readonly more = async (): Promise<void> => {
    if (!this.#isBusy) await this.#read(this.#list?.at(-1)?.id ?? null, further);
  };

  async #read(after: string | null, limit: number): Promise<void> {
    const session = this.#about?.session;
    if (!session) return;
    this.#asked += 1;
    const asked = this.#asked;
    this.#error = null;
    this.#isBusy = true;
    // Within an update one more is not asked for by itself.
    queueMicrotask(() => this.#host.requestUpdate());
    try {
      const token = await session.token();
      if (token === null) return;
      const page = await session.api.invoices(token, { limit: Math.min(limit, 100), after });
      if (asked !== this.#asked) return;
      this.#list = after === null ? page.data : [...(this.#list ?? []), ...page.data];
      this.#hasMore = page.has_more;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.#error = toBillingError(thrown);
      this.#host.dispatchEvent(new BillingErrorEvent(this.#error));
    } finally {
      if (asked === this.#asked) {
        this.#isBusy = false;
        this.#host.requestUpdate();
      }
    }
  }

  #forget(): void {
    this.#asked += 1;
    this.#about = null;
    this.#list = null;
    this.#error = null;
    this.#isBusy = false;
  }
}
