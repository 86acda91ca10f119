/** Starts what the page holds. */

import { startClockPanel } from './clock-panel.js';
import { startDock } from './dock.js';
import { startExport } from './export.js';
import { startTokenDock } from './token-dock.js';

startDock();
startTokenDock();
startClockPanel();
startExport();

// Signed out is a state, not an error: choosing a plan leads to the login and back.
document.addEventListener('sign-in-required', () => {
  const here = location.pathname + location.search + location.hash;
  location.assign(`/sign-in?return_to=${encodeURIComponent(here)}`);
});
