/** Ties an element to the session of its backend, project and user, through whatever of them changes. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { BillingApi } from '../client/api.ts';
import { onConfigChange, pageConfig } from '../client/config.ts';
import type { BillingError } from '../client/errors.ts';
import type { Session } from '../client/session.ts';
import type { SessionSnapshot } from '../client/session-snapshot.ts';
import { leaveSession, sessionFor, type SessionPlace } from '../client/sessions.ts';
import { tokenSource } from '../client/token-source.ts';
import { BillingErrorEvent, PlanChangeEvent } from './events.ts';
import { askProvider, type ProviderSettings } from './provider-context.ts';

/** The attributes that say where to ask, and for whom. */
export interface SessionHost extends ReactiveControllerHost, HTMLElement {
  readonly projectId: string | null;
  readonly apiUrl: string | null;
  readonly token: string | null;
}

/** What is wrong with the settings, for a visible error. */
export type SettingsProblem = { readonly attribute: 'project-id' | 'api-url'; readonly value: string | null };

export class SessionController implements ReactiveController {
  readonly #host: SessionHost;
  readonly #details: boolean;
  #provider: ProviderSettings | null = null;
  #endings: (() => void)[] = [];
  #stopListening: (() => void) | null = null;
  #place: SessionPlace | null = null;
  #session: Session | null = null;
  #problem: SettingsProblem | null = null;

  /** @param options.details whether `GET /v1/subscription` is wanted beside the token */
  constructor(host: SessionHost, options: { readonly details: boolean }) {
    this.#host = host;
    this.#details = options.details;
    host.addController(this);
  }

  get session(): Session | null {
    return this.#session;
  }

  get api(): BillingApi | null {
    return this.#session?.api ?? null;
  }

  get snapshot(): SessionSnapshot | null {
    return this.#session?.snapshot ?? null;
  }

  get problem(): SettingsProblem | null {
    return this.#problem;
  }

  hostConnected(): void {
    const stop = askProvider(this.#host, (settings) => {
      this.#provider = settings;
      this.#host.requestUpdate();
    });
    if (stop) this.#endings.push(stop);
    this.#endings.push(onConfigChange((reason) => reason === 'config' && this.#host.requestUpdate()));
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    for (const end of this.#endings.splice(0)) end();
    this.#provider = null;
    this.#leave();
  }

  /** Before each render: the attributes may have changed. */
  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    const place = this.#resolve();
    const isSame =
      this.#stopListening !== null &&
      place?.apiUrl === this.#place?.apiUrl &&
      place?.projectId === this.#place?.projectId &&
      place?.source.key === this.#place?.source.key;
    if (isSame) return;
    const before = this.#session;
    this.#leave();
    this.#place = place;
    this.#session = place && sessionFor(place, before);
    this.#stopListening = this.#session?.listen(this.#listener, { details: this.#details }) ?? null;
  }

  #resolve(): SessionPlace | null {
    const page = pageConfig();
    const provider = this.#provider;
    const projectId = this.#host.projectId || provider?.projectId || page.projectId;
    const apiUrl = this.#host.apiUrl || provider?.apiUrl || page.apiUrl;
    this.#problem = null;
    if (!projectId) return this.#reject('project-id', null);
    if (!apiUrl) return this.#reject('api-url', null);
    const url = URL.canParse(apiUrl, document.baseURI) ? new URL(apiUrl, document.baseURI) : null;
    if (!url || !/^https?:$/.test(url.protocol)) return this.#reject('api-url', apiUrl);
    return {
      projectId,
      apiUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
      source: tokenSource({
        token: this.#host.token,
        provider,
        tokenEndpoint: page.tokenEndpoint ?? null,
        getToken: page.getToken ?? null,
      }),
    };
  }

  #reject(attribute: SettingsProblem['attribute'], value: string | null): null {
    this.#problem = { attribute, value };
    return null;
  }

  #leave(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    if (this.#place) leaveSession(this.#place);
    this.#place = null;
    this.#session = null;
  }

  readonly #listener = {
    update: () => this.#host.requestUpdate(),
    planChanged: (change: PlanChangeEvent['detail']) => void this.#host.dispatchEvent(new PlanChangeEvent(change)),
    failed: (error: BillingError) => void this.#host.dispatchEvent(new BillingErrorEvent(error)),
  };
}
