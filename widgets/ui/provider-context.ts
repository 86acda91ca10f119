/** What `<billing-provider>` hands down, and how an element finds the nearest one. */

import { ContextEvent, createContext } from '@lit/context';

export interface ProviderSettings {
  readonly projectId: string | null;
  readonly apiUrl: string | null;
  readonly token: string | null;
  readonly tokenEndpoint: string | null;
}

/** A registered symbol: elements of one copy of the package find the provider of another. */
export const providerContext = createContext<ProviderSettings, symbol>(Symbol.for('planclaim.provider.1'));

/**
 * Asks upward once; the nearest provider answers at once, and again with every change.
 * @returns a function that ends it; null where there is no provider
 */
export function askProvider(element: HTMLElement, listener: (settings: ProviderSettings) => void): (() => void) | null {
  let end: (() => void) | undefined;
  let isAnswered = false;
  element.dispatchEvent(
    new ContextEvent(
      providerContext,
      element,
      (settings, unsubscribe) => {
        // A provider that was inserted nearer answers in the place of the one before.
        if (unsubscribe !== end) end?.();
        end = unsubscribe;
        isAnswered = true;
        listener(settings);
      },
      true,
    ),
  );
  return isAnswered ? () => end?.() : null;
}
