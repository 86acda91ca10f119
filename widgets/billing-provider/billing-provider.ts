/** `<billing-provider>`: says once, for all elements inside, where to ask and for whom. */

import { ContextProvider } from '@lit/context';
import { css, html, LitElement, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { providerContext, type ProviderSettings } from '../ui/provider-context.ts';
import { version } from '../version.ts';

/**
 * @summary Settings and the user's session for the elements inside, however deep.
 *
 * @slot - The page's own content.
 *
 * @event plan-change - From the elements inside, on its way up: `{ plan, billingCycle, token }`.
 */
export class BillingProvider extends LitElement {
  static readonly planclaimVersion: string = version;
  static override styles = css`
    :host {
      display: contents;
    }
  `;

  static override properties: PropertyDeclarations = {
    projectId: { attribute: 'project-id' },
    apiUrl: { attribute: 'api-url' },
    token: {},
    tokenEndpoint: { attribute: 'token-endpoint' },
  };

  declare projectId: string | null;
  declare apiUrl: string | null;
  /** The user's own JWT, or an access token of the backend's. */
  declare token: string | null;
  /** An address of the customer's that answers `{token}`. */
  declare tokenEndpoint: string | null;

  readonly #context = new ContextProvider(this, { context: providerContext });

  constructor() {
    super();
    this.projectId = null;
    this.apiUrl = null;
    this.token = null;
    this.tokenEndpoint = null;
  }

  override connectedCallback(): void {
    // Elements inside ask as soon as they are connected, before this one renders.
    this.#hand();
    super.connectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hand();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  #hand(): void {
    const { projectId, apiUrl, token, tokenEndpoint } = this;
    const next: ProviderSettings = { projectId, apiUrl, token, tokenEndpoint };
    const now = this.#context.value as ProviderSettings | undefined;
    const isSame = now && (Object.keys(next) as (keyof ProviderSettings)[]).every((name) => now[name] === next[name]);
    if (!isSame) this.#context.setValue(next);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'billing-provider': BillingProvider;
  }
}
