/** An object as JSON, with every id in it a way to that object. */

import { html, raw } from 'hono/html';
import type { Page } from '../shell.ts';

/** @param isKnown - whether there is an object of that id. */
export function renderJson(value: unknown, isKnown: (id: string) => boolean): Page {
  return html`<pre class="console-json" tabindex="0" aria-label="JSON">${raw(linked(value, isKnown))}</pre>`;
}

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?)|\b(true|false|null)\b|([^"\d-]+|-)/g;

/** Every piece is escaped before any markup is put around it. */
function linked(value: unknown, isKnown: (id: string) => boolean): string {
  let markup = '';
  for (const [, text, colon, number, word, rest] of JSON.stringify(value, null, 2).matchAll(token)) {
    if (text !== undefined && colon !== undefined) markup += `<span class="key">${escape(text)}</span>${colon}`;
    else if (text !== undefined) markup += textMarkup(text, isKnown);
    else if (number !== undefined) markup += timed(number);
    else if (word !== undefined) markup += `<span class="word">${word}</span>`;
    else markup += escape(rest ?? '');
  }
  return markup;
}

function textMarkup(quoted: string, isKnown: (id: string) => boolean): string {
  const text = JSON.parse(quoted) as string;
  if (/^\w+$/.test(text) && text.includes('_') && isKnown(text)) {
    return `<a href="/console/o/${text}">${escape(quoted)}</a>`;
  }
  if (/^https?:\/\//.test(text)) return `<a href="${escape(text)}">${escape(quoted)}</a>`;
  return `<span class="text">${escape(quoted)}</span>`;
}

/** Seconds since 1970 are told as a time as well. */
function timed(number: string): string {
  const seconds = Number(number);
  const isTime = Number.isInteger(seconds) && seconds > 1_000_000_000 && seconds < 10_000_000_000;
  const title = isTime ? ` title="${new Date(seconds * 1000).toISOString()}"` : '';
  return `<span class="number"${title}>${number}</span>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
