/** The strip's panels: one is open at a time, and stays so from page to page. */

const openKey = 'driftboard:dock-open';

export function startDock() {
  const toggles = [...document.querySelectorAll('.dock-toggle')];
  /** @param {string | null} open the id of the open panel */
  const show = (open) => {
    for (const toggle of toggles) {
      const id = toggle.getAttribute('aria-controls') ?? '';
      toggle.setAttribute('aria-expanded', String(id === open));
      document.getElementById(id)?.toggleAttribute('hidden', id !== open);
    }
  };
  show(sessionStorage.getItem(openKey));
  for (const toggle of toggles)
    toggle.addEventListener('click', () => {
      const open = toggle.getAttribute('aria-expanded') === 'true' ? null : toggle.getAttribute('aria-controls');
      show(open);
      sessionStorage.setItem(openKey, open ?? '');
    });
}
