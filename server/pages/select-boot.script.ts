/** `select-boot.js`: takes the token out of the address, shows it to the backend, and goes where the answer says. */

export const selectBootScript = /* js */ String.raw`'use strict';
(() => {
  const boot = document.querySelector('.boot');
  const picker = document.querySelector('.picker');
  const checking = document.querySelector('.checking');
  const lead = document.querySelector('.lead');
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  // Out of the address at once, so that it is in no history entry and no copied link.
  history.replaceState(history.state, '', location.pathname + location.search);

  // In the place of the line that will be there, so that nothing moves.
  function setChecking(busy) {
    checking.hidden = !busy;
    lead.hidden = busy;
    picker.setAttribute('aria-busy', String(busy));
  }

  function show(which, detail) {
    setChecking(false);
    for (const notice of boot.querySelectorAll('[data-error]')) notice.hidden = notice.dataset.error !== which;
    const words = boot.querySelector('[data-error="' + which + '"] [data-detail]');
    if (words) words.textContent = detail || words.dataset.usual;
  }

  async function ask() {
    setChecking(true);
    for (const notice of boot.querySelectorAll('[data-error]')) notice.hidden = true;
    const response = await fetch(boot.dataset.url, {
      method: 'POST',
      headers: { Accept: 'application/json', Authorization: 'Bearer ' + token },
      credentials: 'same-origin',
    });
    const answer = await response.json();
    if (response.status === 401) return show('signed-out');
    const target = typeof answer.redirect === 'string' ? new URL(answer.redirect, location.href) : null;
    if (target && (target.protocol === 'https:' || target.protocol === 'http:')) location.replace(target);
    else show('no-answer', response.status < 500 ? answer.detail : '');
  }

  function start() {
    ask().catch(() => show('no-answer', ''));
  }

  boot.querySelector('[data-retry]').addEventListener('click', start);
  if (token) start();
  else show('signed-out');
})();
`;
