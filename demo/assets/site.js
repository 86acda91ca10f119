/** Starts what the page holds. */

import { startClockPanel } from './clock-panel.js';
import { startDock } from './dock.js';
import { startExport } from './export.js';
import { startTokenDock } from './token-dock.js';

startDock();
startTokenDock();
startClockPanel();
startExport();

// Signed out is a state, not an error: choosing a plan leads to the login, and back to where it was chosen.
document.addEventListener('sign-in-required', ({ target }) => {
  const place = target instanceof Element ? target.closest('section[id]') : null;
  const here = location.pathname + location.search + (place ? `#${place.id}` : location.hash);
  location.assign(`/sign-in?return_to=${encodeURIComponent(here)}`);
});
