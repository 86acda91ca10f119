/** Looking into elements as a person does: by what they say. */

import { fixture, waitUntil } from '@open-wc/testing';

/** What is said and shown in an element, without what is hidden. */
export function textOf(root: Element | ShadowRoot | null | undefined): string {
  if (!root) return '';
  const words: string[] = [];
  const walk = (node: Node): void => {
    if (node instanceof Text) words.push(node.data);
    if (node instanceof Element && (node.matches('.sr, style') || getComputedStyle(node).visibility === 'hidden'))
      // A shown child of a hidden parent is shown.
      return node.querySelectorAll('.shown').forEach((shown) => shown.closest('.sr') ?? walk(shown));
    if (node instanceof Element) words.push(' ');
    node.childNodes.forEach(walk);
    if (node instanceof Element) words.push(' ');
  };
  walk(root);
  return words.join('').replaceAll(/\s+/g, ' ').trim();
}

export const inside = (element: Element, selector: string): HTMLElement | null =>
  element.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;

export const allInside = (element: Element, selector: string): HTMLElement[] => [
  ...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];

/** The words on a picker's buttons, by plan. */
export const buttonsOf = (picker: Element): string[] => allInside(picker, '.choice .button').map(textOf);

export function buttonSaying(element: Element, words: string): HTMLElement {
  const found = allInside(element, '.button').find((button) => textOf(button) === words);
  if (!found) throw new Error(`No button says "${words}". ${textOf(element.shadowRoot)}`);
  return found;
}

/** Waits until an element says something. */
export async function says(element: Element, words: string): Promise<void> {
  try {
    await waitUntil(() => textOf(element.shadowRoot).includes(words), '', { timeout: 5000 });
  } catch {
    throw new Error(`It does not say "${words}". It says: ${textOf(element.shadowRoot)}`);
  }
}

/** An element on the page, once it says `words`. */
export async function shown<Found extends Element>(markup: string, words: string): Promise<Found> {
  const element = await fixture<Found>(markup);
  await says(element, words);
  return element;
}

/** Every event of a name on the page, as they come. */
export function eventsOf<Name extends keyof HTMLElementEventMap>(name: Name): HTMLElementEventMap[Name][] {
  const found: HTMLElementEventMap[Name][] = [];
  document.addEventListener(name, (event) => found.push(event as HTMLElementEventMap[Name]));
  return found;
}
