/** Where a page was about to go: the browser tells, and is held back. */

interface NavigateEvent extends Event {
  readonly destination: { readonly url: string };
}

export interface HeldNavigation {
  readonly urls: string[];
  end(): void;
}

/** Holds every navigation of a window, until `end`. */
export function holdNavigation(): HeldNavigation {
  const { navigation } = window as unknown as { navigation: EventTarget };
  const urls: string[] = [];
  const hold = (event: Event): void => {
    urls.push((event as NavigateEvent).destination.url);
    event.preventDefault();
  };
  navigation.addEventListener('navigate', hold);
  return { urls, end: () => navigation.removeEventListener('navigate', hold) };
}
