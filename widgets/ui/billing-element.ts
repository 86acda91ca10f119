/** What all elements have in common: where to ask, for whom, in which language, and the project's colours. */

import { LitElement, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { Catalogue } from '../client/types.ts';
import { version } from '../version.ts';
import { brand } from './branding.ts';
import { LocaleController } from './locale-controller.ts';
import { SessionController } from './session-controller.ts';

export abstract class BillingElement extends LitElement {
  static readonly planclaimVersion: string = version;

  static override properties: PropertyDeclarations = {
    projectId: { attribute: 'project-id' },
    apiUrl: { attribute: 'api-url' },
    token: {},
    locale: {},
    currency: {},
  };

  /** The project in the backend's config; default: the script tag's or the provider's. */
  declare projectId: string | null;
  /** The backend; default: where the script comes from. */
  declare apiUrl: string | null;
  /** The user's own JWT, or an access token of the backend's. */
  declare token: string | null;
  /** BCP 47; default: the closest `lang`, then the browser's languages. */
  declare locale: string | null;
  /** ISO 4217; default: the config's first. */
  declare currency: string | null;

  readonly text = new LocaleController(this);
  readonly billing: SessionController;
  #brandSheet: CSSStyleSheet | null = null;
  #branding: Catalogue['branding'] | null = null;

  /** @param options.details whether the element needs more of the subscription than the token says */
  constructor(options: { readonly details: boolean }) {
    super();
    this.projectId = null;
    this.apiUrl = null;
    this.token = null;
    this.locale = null;
    this.currency = null;
    this.billing = new SessionController(this, options);
  }

  /** What the project says of its looks; read after each update. */
  protected get catalogue(): Catalogue | null {
    return null;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const branding = this.catalogue?.branding;
    if (!branding || branding === this.#branding || !this.shadowRoot) return;
    this.#branding = branding;
    if (!this.#brandSheet) {
      this.#brandSheet = new CSSStyleSheet();
      this.shadowRoot.adoptedStyleSheets.push(this.#brandSheet);
    }
    brand(this.#brandSheet, branding);
  }
}
