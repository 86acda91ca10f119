/** `select.js`: a choice is sent once, and its button says that it is on its way. The page works without. */

export const selectScript = /* js */ String.raw`'use strict';
(() => {
  const picker = document.querySelector('.picker');
  let pressed = null;

  function setBusy(button, busy) {
    button.setAttribute('aria-busy', String(busy));
    const shown = button.querySelector('.working');
    if (busy && !shown) {
      const spinner = document.createElement('span');
      spinner.className = 'spinner';
      spinner.setAttribute('aria-hidden', 'true');
      const working = document.createElement('span');
      working.className = 'working';
      working.append(spinner, picker.dataset.working);
      button.append(working);
    } else if (!busy && shown) shown.remove();
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
