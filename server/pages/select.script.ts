/** `select.js`: a choice is sent once, and its button says that it is on its way. The page works without. */

export const selectScript = /* js */ String.raw`'use strict';
(() => {
  const picker = document.querySelector('.picker');
  let pressed = null;

  function setBusy(button, busy) {
    button.setAttribute('aria-busy', String(busy));
    const spinner = button.querySelector('.spinner');
    if (busy && !spinner) {
      const turning = document.createElement('span');
      turning.className = 'spinner';
      turning.setAttribute('role', 'img');
      turning.setAttribute('aria-label', picker.dataset.working);
      button.append(turning);
    } else if (!busy && spinner) spinner.remove();
  }

  picker.addEventListener('submit', (event) => {
    if (pressed) return event.preventDefault();
    pressed = event.submitter;
    if (pressed) setBusy(pressed, true);
  });

  // Back from checkout: nothing stays busy (known failure T41), and the plan may be another one by now.
  addEventListener('pageshow', (event) => {
    if (!pressed) return;
    setBusy(pressed, false);
    pressed = null;
    if (event.persisted) location.reload();
  });
})();
`;
