/** The catalogue as an element needs it: pending, there, or failed, and read again when asked. */

import { Task, TaskStatus } from '@lit/task';
import type { ReactiveController } from 'lit';
import type { BillingApi } from '../client/api.ts';
import { catalogueOf } from '../client/catalogues.ts';
import { type BillingError, toBillingError } from '../client/errors.ts';
import type { Catalogue } from '../client/types.ts';
import { BillingErrorEvent } from './events.ts';
import type { LocaleController } from './locale-controller.ts';
import type { SessionController, SessionHost } from './session-controller.ts';

export interface CatalogueHost extends SessionHost {
  readonly currency: string | null;
  readonly billing: SessionController;
  readonly text: LocaleController;
}

export class CatalogueController implements ReactiveController {
  readonly #host: CatalogueHost;
  readonly #task: Task<[BillingApi | null, string | null, string], Catalogue>;
  #isFresh = false;

  constructor(host: CatalogueHost) {
    this.#host = host;
    this.#task = new Task(host, {
      args: () => [host.billing.api, this.#currency, host.text.locale] as const,
      task: async ([api, currency, locale]) => {
        const fresh = this.#isFresh;
        this.#isFresh = false;
        // Without a backend and a project there is nothing to ask, and the element says so.
        if (!api) return new Promise<Catalogue>(() => undefined);
        try {
          return await catalogueOf(api, { currency, locale }, { fresh });
        } catch (thrown) {
          // A customer may be bound to a currency that nothing is sold in any more: better the page's than no plans.
          const isBound = currency !== host.currency && toBillingError(thrown).code === 'currency_unknown';
          if (!isBound) throw thrown;
          return catalogueOf(api, { currency: host.currency, locale }, { fresh });
        }
      },
      onError: (thrown) => host.dispatchEvent(new BillingErrorEvent(toBillingError(thrown))),
    });
    host.addController(this);
  }

  /** R13.1: who is bound to a currency sees prices in that one, whatever the page says. */
  get #currency(): string | null {
    return this.#host.billing.snapshot?.subscription?.locked_currency ?? this.#host.currency;
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this.#shown);
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this.#shown);
  }

  /** The last one that was read, also while another is on its way. */
  get value(): Catalogue | null {
    return this.#task.value ?? null;
  }

  get error(): BillingError | null {
    return this.#task.status === TaskStatus.ERROR ? toBillingError(this.#task.error) : null;
  }

  get isPending(): boolean {
    return this.#task.status === TaskStatus.PENDING || this.#task.status === TaskStatus.INITIAL;
  }

  /** Reads it again, past every cache of ours. */
  retry(): void {
    this.#isFresh = true;
    void this.#task.run();
  }

  /** R41.1: after Back, what is shown may be from long ago. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (event.persisted && this.#host.isConnected) this.retry();
  };
}
