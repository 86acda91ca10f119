/** The export button: calls the route behind `verifyToken` and saves the file, or says why not. */

import { accessToken } from './session.js';

export function startExport() {
  const answer = document.querySelector('[data-export-answer]');
  if (!(answer instanceof HTMLElement)) return;
  for (const button of document.querySelectorAll('[data-export]')) {
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-busy') === 'true') return;
      button.setAttribute('aria-busy', 'true');
      try {
        await exportBoard(answer);
      } finally {
        button.removeAttribute('aria-busy');
      }
    });
  }
}

/** @param {HTMLElement} answer */
async function exportBoard(answer) {
  answer.textContent = '';
  const token = await accessToken();
  const response = await fetch('/api/export', { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  answer.dataset.status = String(response.status);
  if (!response.ok) {
    const { detail } = await response.json();
    answer.textContent = `${response.status}: ${detail}`;
    return;
  }
  save(await response.blob(), 'harbour-house.svg');
  answer.textContent = 'Saved as harbour-house.svg.';
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
