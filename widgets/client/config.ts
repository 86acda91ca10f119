/**
 * What holds for a whole page: the script tag's data attributes and `Planclaim.configure()`.
 *
 * It lives on the global object, so that the loader, its chunks and a copy from npm, each with modules of their own,
 * read the same.
 */

/** Answers the user's own JWT, or null while nobody is signed in. `fresh`: not from a cache. */
export type GetToken = (options: { readonly fresh: boolean }) => string | null | Promise<string | null>;

export interface PageConfig {
  readonly projectId?: string | null;
  readonly apiUrl?: string | null;
  /** An address of the customer's that answers `{token}`; relative to the page. */
  readonly tokenEndpoint?: string | null;
  readonly getToken?: GetToken | null;
}

interface Shared {
  config: PageConfig;
  /** Goes up when the user may have become another one. */
  epoch: number;
  readonly listeners: Set<(reason: ConfigChange) => void>;
}

/** `config`: the settings changed. `user`: signed in, or became somebody else. `signed-out`: nobody is signed in now. */
export type ConfigChange = 'config' | 'user' | 'signed-out';

const key: unique symbol = Symbol.for('planclaim.config.1');

function shared(): Shared {
  const scope = globalThis as { [key]?: Shared };
  return (scope[key] ??= { config: {}, epoch: 0, listeners: new Set() });
}

export const pageConfig = (): PageConfig => shared().config;

/** Changes what is named, keeps the rest; elements on the page follow at once. */
export function configure(config: PageConfig): void {
  const page = shared();
  page.config = { ...page.config, ...config };
  tell('config');
}

/** The user signed in or became another one: asks for the token again. */
export const refresh = (): void => tell('user');

/** The user signed out: whatever is on its way for them is thrown away (R29.4). `refresh()` ends it. */
export const signOut = (): void => tell('signed-out');

/** @returns a function that ends it */
export function onConfigChange(listener: (reason: ConfigChange) => void): () => void {
  const { listeners } = shared();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(reason: ConfigChange): void {
  const page = shared();
  page.epoch += 1;
  for (const listener of page.listeners) listener(reason);
}
