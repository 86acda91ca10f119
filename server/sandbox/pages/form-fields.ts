/** A field of a form: its label, what is typed into, and the place of its message. Works with and without JavaScript. */

import { html, raw } from 'hono/html';
import { countriesIn } from './countries.ts';
import { icon } from './icons.ts';
import { languageOf, messagesFor } from './messages.ts';
import type { Page } from './shell.ts';

/** What was typed before, and what was wrong with it, by the names of the inputs. `form` is what no single field can mend. */
export interface FormState {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly errors: Readonly<Record<string, string | undefined>>;
}

/** Of an input, beside `class`, `id`, `name`, `value` and what ties it to its message. `true` stands alone, `undefined` for none. */
export type Attributes = Readonly<Record<string, string | true | undefined>>;

export interface TextField {
  /** Of the input, and its id. */
  readonly name: string;
  readonly label: string;
  /** Where that is not what was typed before. */
  readonly value?: string | undefined;
  /** Beneath it. */
  readonly hint?: Page;
  readonly attributes: Attributes;
}

/** A line to type into. */
export function renderField(state: FormState, field: TextField): Page {
  const { name, hint } = field;
  const input = renderInput(state, field);
  return labelled(
    state,
    field,
    hint
      ? html`${input}
          <p class="muted" id="${name}-hint">${hint}</p>`
      : input,
  );
}

/** The input alone, where its label and its message stand elsewhere. */
export function renderInput(state: FormState, { name, value, hint, attributes }: Omit<TextField, 'label'>): Page {
  return html`<input
    class="input"
    id="${name}"
    name="${name}"
    value="${value ?? state.values[name] ?? ''}"
    ${written(attributes)}
    ${described(state, name, hint)}
  />`;
}

/** A country to choose, as `country`; where none was, the one that the reader's language is of, if `isGuessed`. */
export function renderCountryField(
  state: FormState,
  {
    locale,
    label,
    isGuessed,
    attributes,
  }: {
    readonly locale: string;
    readonly label: string;
    readonly isGuessed: boolean;
    readonly attributes: Attributes;
  },
): Page {
  const { lang } = languageOf(locale);
  const chosen = state.values['country'] ?? (isGuessed ? new Intl.Locale(lang).maximize().region : '');
  return labelled(
    state,
    { name: 'country', label },
    html`<div class="select">
      <select class="input" id="country" name="country" ${written(attributes)} ${described(state, 'country')}>
        <option value="">${messagesFor(locale).chooseCountry}</option>
        ${countriesIn(lang).map(
          ({ code, name }) => html`<option value="${code}" ${code === chosen ? 'selected' : ''}>${name}</option>`,
        )}
      </select>
      ${icon('chevron')}
    </div>`,
  );
}

/** The place of a field's message, there even while it is empty. */
export function renderError(state: FormState, name: string): Page {
  const message = state.errors[name] ?? '';
  return html`<p class="error" id="${name}-error" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </p>`;
}

/** What no single field can mend. The region is always there, so that a screen reader hears it change. */
export function renderNotice(state: FormState): Page {
  const message = state.errors['form'] ?? '';
  return html`<div class="notice" id="form-error" role="alert" ${message ? '' : 'hidden'}>
    ${icon('alert')}<span data-text>${message}</span>
  </div>`;
}

/** The button that sends the form, and what it says meanwhile. */
export function renderSubmit(label: string, busy: string): Page {
  return html`<button class="button submit" type="submit">
    <span class="label">${label}</span>
    <span class="busy" hidden><span class="spinner" aria-hidden="true"></span>${busy}</span>
  </button>`;
}

function labelled(state: FormState, { name, label }: Pick<TextField, 'name' | 'label'>, input: Page): Page {
  return html`<div class="field ${name}">
    <label for="${name}">${label}</label>
    ${input} ${renderError(state, name)}
  </div>`;
}

/** Always tied to its message, and marked where that message is there. */
const described = (state: FormState, name: string, hint?: Page): Page =>
  html`aria-describedby="${hint ? `${name}-hint ` : ''}${name}-error"
  ${state.errors[name] === undefined ? '' : html`aria-invalid="true"`}`;

const written = (attributes: Attributes): Page =>
  html`${Object.entries(attributes).map(([name, value]) =>
    value === undefined ? '' : value === true ? raw(` ${name}`) : html` ${raw(name)}="${value}"`,
  )}`;
