/** What went wrong, in the reader's words: what happened, what did not, what to do next. */

import { html, nothing, type TemplateResult } from 'lit';
import type { BillingError } from '../client/errors.ts';
import type { Messages } from '../locales/index.ts';
import { icon, type IconName } from './icons.ts';

export type Attempt = keyof Messages['failed'];

export interface ProblemText {
  readonly title: string;
  readonly detail: string;
}

/** @param attempt what was tried */
export function problemText(error: BillingError, attempt: Attempt, text: Messages): ProblemText {
  const known = (text.problems as Readonly<Record<string, ProblemText | undefined>>)[error.code];
  if (known) return known;
  if (error.code === 'payment_failed') return { title: text.change.declined, detail: text.nothingCharged };
  if (error.code === 'requires_action') return { title: text.change.bank, detail: text.nothingCharged };
  const silent = error.status === 0 || error.status >= 500 || error.code === 'invalid_answer';
  const said = error.code === 'token_source' ? text.noAnswerApp : silent ? text.noAnswer : error.message;
  return { title: text.failed[attempt], detail: `${said} ${text.nothingCharged}` };
}

/** A line above what still works. */
export function notice(problem: ProblemText, action: unknown): TemplateResult {
  return noticeLine({ ...problem, action, look: 'warn', icon: 'alert', role: 'alert' });
}

/** What always holds, and nobody has to be interrupted for. */
export function remark(problem: ProblemText): TemplateResult {
  return noticeLine({ ...problem, action: nothing, look: 'calm', icon: 'info', role: 'note' });
}

export interface NoticeView extends ProblemText {
  readonly action: unknown;
  readonly look: 'danger' | 'warn' | 'calm';
  /** Says the same as the colour. */
  readonly icon: IconName;
  readonly role: 'alert' | 'status' | 'note';
  /** In its corner: what puts it away. */
  readonly corner?: unknown;
}

export function noticeLine({
  title,
  detail,
  action,
  look,
  icon: shape,
  role,
  corner = nothing,
}: NoticeView): TemplateResult {
  return html`<div class="notice ${look}" part="notice" role=${role}>
    <div class="says">
      <p>${icon(shape)}<strong>${title}${stopAfter(title)}</strong> ${detail}</p>
      ${action}
    </div>
    ${corner}
  </div>`;
}

/** Japanese has a full stop of its own. */
const stopAfter = (title: string): string =>
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]$/u.test(title) ? '。' : '.';

/** In the place of what could not be shown. */
export function errorPanel(problem: ProblemText, action: unknown): TemplateResult {
  return html`<div class="panel" part="error" role="alert">
    <p class="title">${icon('alert')}${problem.title}</p>
    <p>${problem.detail}</p>
    ${action}
  </div>`;
}

/** For the page's developer: an attribute that cannot work is seen, not guessed around. */
export function attributePanel(sentence: string): TemplateResult {
  return html`<div class="panel" part="error" role="alert">
    <p class="title">${icon('wrench')}<span class="say" dir="auto">${sentence}</span></p>
  </div>`;
}
