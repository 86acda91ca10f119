/** Finding what a page must have. */

/**
 * @param {Element} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function element(parent, selector) {
  const found = parent.querySelector(selector);
  if (found instanceof HTMLElement) return found;
  throw new Error(`The page has no ${selector}.`);
}
