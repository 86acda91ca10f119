/** `checkout.js`: what the form gains with JavaScript. Without it the form posts and is drawn again; nothing is lost. */

export const checkoutScript = /* js */ String.raw`'use strict';
(() => {
  const form = document.querySelector('form.form');
  const submit = form.querySelector('.submit');
  const status = form.querySelector('[role="status"]');
  const field = (name) => form.elements.namedItem(name);
  const number = field('card_number');
  const expiry = field('card_expiry');
  const cvc = field('card_cvc');
  const digitsOf = (text) => text.replace(/\D/g, '');

  // Errors: one place beneath each field, tied to it by aria-describedby.
  function setError(name, message) {
    const line = document.getElementById(name + '-error');
    if (!line) return false;
    line.hidden = !message;
    line.querySelector('[data-text]').textContent = message;
    if (name === 'card') form.querySelector('.card').classList.toggle('bad', Boolean(message));
    const input = name === 'form' || name === 'card' ? null : field(name);
    if (input && message) input.setAttribute('aria-invalid', 'true');
    else if (input) input.removeAttribute('aria-invalid');
    return true;
  }

  function showErrors(errors, message) {
    let first = null;
    let homeless = '';
    for (const [name, text] of Object.entries(errors)) {
      if (!setError(name, String(text))) homeless = String(text);
      else if (!first && name !== 'form') first = name === 'card' ? number : field(name);
    }
    if (homeless || (!first && !errors.form)) setError('form', homeless || message);
    if (first) first.focus();
  }

  // Checks, the same as the server makes.
  function passesLuhn(digits) {
    let sum = 0;
    for (let place = 0; place < digits.length; place++) {
      const digit = Number(digits[digits.length - 1 - place]);
      sum += place % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
    }
    return sum % 10 === 0;
  }

  function problemOf(input) {
    const say = input.dataset;
    const value = input.value.trim();
    if (input.readOnly || !input.required) return '';
    if (!value) return say.missing;
    if (input === number) {
      const digits = digitsOf(value);
      if (digits.length < (brandOf(digits) === 'amex' ? 15 : brandOf(digits) === 'unknown' ? 12 : 16)) return say.incomplete;
      return passesLuhn(digits) ? '' : say.invalid;
    }
    if (input === expiry) {
      const match = /^(\d{2})\s*\/?\s*(\d{2}|\d{4})$/.exec(value);
      if (!match || Number(match[1]) < 1 || Number(match[1]) > 12) return say.invalid;
      const year = Number(match[2]) % 100 + 2000;
      return new Date(year, Number(match[1]), 1) <= new Date() ? say.past : '';
    }
    if (input === cvc) return value.length === cvcLength() ? '' : say.invalid;
    if (input === postalCode) return /^\d{5}(-\d{4})?$/.test(value) ? '' : say.invalid;
    if (input.type === 'email') return input.validity.typeMismatch || !/\.[^.@\s]+$/.test(value) ? say.invalid : '';
    return '';
  }

  const inputs = [...form.elements].filter((element) => element.dataset && element.dataset.missing);
  for (const input of inputs) {
    input.addEventListener('input', () => {
      setError(input.name, '');
      setError('form', '');
      if (input === number || input === expiry || input === cvc) setError('card', '');
    });
    // Not while a card is being filled in from the list, and not for what was only passed through.
    input.addEventListener('blur', () => input.value && setError(input.name, problemOf(input)));
  }

  // Card number, expiry and code as they are on the card.
  function brandOf(digits) {
    if (/^4/.test(digits)) return 'visa';
    if (/^(5[1-5]|2[2-7])/.test(digits)) return 'mastercard';
    if (/^3[47]/.test(digits)) return 'amex';
    if (/^(6011|64[4-9]|65)/.test(digits)) return 'discover';
    return 'unknown';
  }
  const cvcLength = () => (brandOf(digitsOf(number.value)) === 'amex' ? 4 : 3);

  function groupNumber(digits) {
    if (brandOf(digits) !== 'amex') return digits.slice(0, 19).replace(/(\d{4})(?=\d)/g, '$1 ');
    return [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)].filter(Boolean).join(' ');
  }

  function groupExpiry(digits, deleting) {
    let text = /^[2-9]/.test(digits) ? '0' + digits : digits;
    if (text.length === 6) text = text.slice(0, 2) + text.slice(4);
    text = text.slice(0, 4);
    if (text.length < 2 || (text.length === 2 && deleting)) return text;
    return text.slice(0, 2) + ' / ' + text.slice(2);
  }

  /** Formats, and keeps the caret behind the digit that it was behind. */
  function format(input, grouping, event) {
    const deleting = Boolean(event && event.inputType && event.inputType.startsWith('delete'));
    const caret = input.selectionStart === null ? input.value.length : input.selectionStart;
    const atEnd = caret === input.value.length;
    const before = digitsOf(input.value.slice(0, caret)).length;
    const text = grouping(digitsOf(input.value), deleting);
    if (text === input.value) return;
    input.value = text;
    if (document.activeElement !== input) return;
    let place = text.length;
    if (!atEnd) {
      place = 0;
      for (let seen = 0; place < text.length && seen < before; place++) if (/\d/.test(text[place])) seen++;
    }
    input.setSelectionRange(place, place);
  }

  function showBrand() {
    if (!number) return;
    const digits = digitsOf(number.value);
    const brands = form.querySelector('.brands');
    if (digits) brands.dataset.brand = brandOf(digits);
    else delete brands.dataset.brand;
    cvc.maxLength = cvcLength();
  }

  if (number) {
    number.addEventListener('input', (event) => { format(number, groupNumber, event); showBrand(); });
    expiry.addEventListener('input', (event) => format(expiry, groupExpiry, event));
    cvc.addEventListener('input', (event) => format(cvc, (digits) => digits.slice(0, cvcLength()), event));
    showBrand();
  }

  // Test cards: each row becomes a button that fills in what is missing.
  function fill(digits) {
    const set = (input, value) => {
      if (!input || input.readOnly) return;
      input.value = value;
      setError(input.name, '');
    };
    if (number) set(number, groupNumber(digits));
    else set(field('account_number'), digits);
    set(expiry, '12 / ' + String((new Date().getFullYear() + 5) % 100).padStart(2, '0'));
    if (cvc) set(cvc, brandOf(digits) === 'amex' ? '1234' : '123');
    const offer = (input, value) => input && !input.value && set(input, value);
    offer(field('name'), 'Ada Lovelace');
    offer(field('email'), 'ada@example.com');
    offer(field('country'), 'US');
    setError('card', '');
    setError('form', '');
    showBrand();
    submit.focus({ preventScroll: true });
    submit.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }
  for (const row of document.querySelectorAll('.test-card')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = row.className;
    button.append(...row.childNodes);
    button.addEventListener('click', () => fill(row.dataset.number || row.dataset.account));
    row.replaceWith(button);
  }
  for (const words of document.querySelectorAll('[data-script]')) words.hidden = false;

  // The summary follows codes and addresses: the server draws it anew, and nothing that was typed is lost.
  const country = field('country');
  const postalCode = field('postal_code');
  let drawn = 0;

  function redraw(page, parts) {
    const next = page.querySelector('form.form');
    // Another form, or none: whether a card is asked for has changed, or the session is closed.
    if (!next || Boolean(next.elements.namedItem('card_number')) !== Boolean(number)) return location.reload();
    for (const part of parts) {
      const fresh = page.querySelector(part);
      document.querySelector(part).replaceWith(document.adoptNode(fresh));
    }
    for (const part of ['.submit .label', '.terms']) form.querySelector(part).textContent = next.querySelector(part).textContent;
    field('expected_amount').value = next.elements.namedItem('expected_amount').value;
  }

  // Not fetch: this way the browser reads the page itself, and no text has to be trusted as HTML.
  function load(url, body) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.responseType = 'document';
      request.onload = () => (request.response ? resolve(request.response) : reject(new Error(url)));
      request.onerror = () => reject(new Error(url));
      request.open(body ? 'POST' : 'GET', url);
      request.setRequestHeader('Accept', 'text/html');
      request.send(body);
    });
  }

  async function ask(url, body, parts) {
    const turn = ++drawn;
    try {
      const page = await load(url, body);
      if (turn === drawn) redraw(page, parts);
      return turn === drawn;
    } catch {
      setError('form', form.dataset.noAnswer);
      return false;
    }
  }

  const address = () => {
    const known = new URLSearchParams();
    for (const input of [country, postalCode]) if (input && input.value.trim()) known.set(input.name, input.value.trim());
    return known;
  };

  function askForTax() {
    const shown = new URL(form.action);
    for (const [name, value] of address()) shown.searchParams.set(name, value);
    ask(shown.href, null, ['.headline', '.summary > section']);
  }

  if ('taxed' in form.dataset) {
    const follow = () => {
      const isAmerican = country.value === 'US';
      postalCode.closest('.field').hidden = !isAmerican;
      postalCode.required = isAmerican;
    };
    country.addEventListener('change', () => { follow(); askForTax(); });
    postalCode.addEventListener('change', askForTax);
    postalCode.addEventListener('input', () => /^\d{5}$/.test(postalCode.value) && askForTax());
    follow();
    askForTax();
  }

  document.addEventListener('submit', async (event) => {
    const code = event.target;
    if (!('redraws' in code.dataset)) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(code));
    for (const [name, value] of address()) body.set(name, value);
    if (!(await ask(code.action, body, ['.summary', '.promotion-forms']))) return;
    const places = ['#promotion_code[aria-invalid]', '.offer .remove', '.promotion summary'];
    const place = places.map((one) => document.querySelector(one)).find(Boolean);
    if (place) place.focus();
    status.textContent = document.querySelector('.totals .total').textContent.replace(/\s+/g, ' ').trim();
  });

  // Sending: once, with a button that says so and keeps its place.
  let sending = false;
  let leaving = false;
  function setBusy(busy) {
    sending = busy;
    submit.setAttribute('aria-busy', String(busy));
    submit.querySelector('.label').hidden = busy;
    submit.querySelector('.busy').hidden = !busy;
    status.textContent = busy ? submit.querySelector('.busy').textContent.trim() : '';
  }

  function check() {
    const errors = {};
    for (const input of inputs) {
      const problem = problemOf(input);
      setError(input.name, problem);
      if (problem) errors[input.name] = problem;
    }
    setError('card', '');
    setError('form', '');
    if (Object.keys(errors).length === 0) return true;
    showErrors(errors, '');
    return false;
  }

  async function send() {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(new FormData(form)),
    });
    return response.json();
  }

  form.noValidate = true;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (sending || !check()) return;
    setBusy(true);
    let answer = {};
    try {
      answer = await send();
    } catch {
      answer = {};
    }
    if (typeof answer.redirect === 'string') {
      const target = new URL(answer.redirect, location.href);
      if (target.protocol === 'https:' || target.protocol === 'http:') {
        leaving = true;
        location.assign(target);
        return;
      }
    }
    setBusy(false);
    showErrors(answer.errors || {}, answer.message || form.dataset.noAnswer);
    if ('taxed' in form.dataset) askForTax();
  });

  // Back from where we went: nothing stays busy, and a session that is done says so.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    setBusy(false);
    if (leaving) location.reload();
  });
})();
`;
