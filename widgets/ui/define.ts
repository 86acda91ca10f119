/** Registers an element, once: a second copy of the package on a page must not throw (R36.1). */

import { version } from '../version.ts';

interface Versioned {
  readonly planclaimVersion?: string;
}

const warned: unique symbol = Symbol.for('planclaim.warned');

/** The first copy keeps the tag; another version is worth one warning a page. */
export function define(tag: string, element: CustomElementConstructor & Versioned): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (!registry) return;
  const known: (CustomElementConstructor & Versioned) | undefined = registry.get(tag);
  if (!known) registry.define(tag, element);
  else if (known.planclaimVersion !== element.planclaimVersion) warnOfVersions(known.planclaimVersion);
}

export function warnOfVersions(other: string | undefined): void {
  const scope = globalThis as { [warned]?: true };
  if (scope[warned]) return;
  scope[warned] = true;
  // oxlint-disable-next-line no-console -- the page's developer has no other place to learn of it
  console.warn(`Planclaim is loaded twice, as ${other ?? 'another version'} and as ${version}. The first one stays.`);
}
