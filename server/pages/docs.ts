/** `GET /docs`: the API as its OpenAPI document describes it, on one page that needs no script and no network. */

import { html } from 'hono/html';
import { renderLayout, type PageFrame } from './layout.ts';
import type { Html } from './lib/html.ts';

/** As much of OpenAPI 3.1 as is drawn. */
export interface ApiDescription {
  readonly info: { readonly title: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, ApiSchema>> };
}

interface ApiOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: { readonly content?: ApiContent };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: ApiContent }>>;
}

interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ApiSchema;
}

type ApiContent = Readonly<Record<string, { readonly schema?: ApiSchema }>>;

interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: ApiSchema;
  readonly anyOf?: readonly ApiSchema[];
  readonly oneOf?: readonly ApiSchema[];
  readonly allOf?: readonly ApiSchema[];
}

export interface DocsView extends PageFrame {
  readonly api: ApiDescription;
  /** Where the document itself is. */
  readonly documentUrl: string;
}

const credentials: Readonly<Record<string, string>> = { userToken: 'User token', secretKey: 'Secret key' };

/** The whole API on one page: an index, then every call with what it takes and what it answers. */
export function renderDocsPage(view: DocsView): Html {
  const calls = Object.entries(view.api.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation, id: idOf(method, path) })),
  );
  const schemas = Object.entries(view.api.components?.schemas ?? {});
  return renderLayout({
    ...view,
    title: `${view.api.info.title} API`,
    bodyClass: 'docs',
    script: null,
    body: html`<main class="reference">
      <header>
        <h1>${view.api.info.title} API</h1>
        <p>
          ${view.api.info.description} Base address: <code>${view.api.servers?.[0]?.url}</code>. The same as a document:
          <a href="${view.documentUrl}">openapi.json</a>.
        </p>
      </header>
      <nav aria-label="Calls">
        <ul>
          ${calls.map(({ id, method, path }) => html`<li><a href="#${id}">${renderCall(method, path)}</a></li>`)}
        </ul>
      </nav>
      ${calls.map(
        ({ id, method, path, operation }) =>
          html`<section id="${id}" aria-labelledby="${id}-title">
            <h2 id="${id}-title">${renderCall(method, path)}</h2>
            ${renderOperation(operation)}
          </section>`,
      )}
      <section id="objects" aria-labelledby="objects-title">
        <h2 id="objects-title">Objects</h2>
        ${schemas.map(
          ([name, schema]) =>
            html`<div class="object" id="object-${name}">
              <h3>${name}</h3>
              ${renderFields(schema)}
            </div>`,
        )}
      </section>
    </main>`,
  });
}

const idOf = (method: string, path: string): string =>
  `${method}${path}`.replaceAll(/[^a-z0-9]+/gi, '-').replace(/-$/, '');

const renderCall = (method: string, path: string): Html =>
  html`<span class="method">${method.toUpperCase()}</span> <code>${path}</code>`;

function renderOperation(operation: ApiOperation): Html {
  const who = (operation.security ?? [])
    .flatMap((scheme) => Object.keys(scheme))
    .map((name) => credentials[name] ?? name);
  return html`<p>
      ${operation.summary}. ${operation.description ?? ''}
      <span class="pill">${who.length > 0 ? who.join(' or ') : 'Anyone'}</span>
    </p>
    ${operation.parameters?.length ? renderParameters(operation.parameters) : ''}
    ${Object.entries(operation.requestBody?.content ?? {}).map(
      ([type, { schema }]) =>
        html`<h3>Takes <code>${type}</code></h3>
          ${schema ? renderSchema(schema) : ''}`,
    )}
    <h3>Answers</h3>
    <dl class="fields">
      ${alike(operation.responses ?? {}).map(
        ([statuses, { description, content }]) =>
          html`<dt>${statuses.map((status) => html`<code>${status}</code> `)}</dt>
            <dd>
              ${description} ${Object.values(content ?? {}).map(({ schema }) => (schema ? renderType(schema) : ''))}
            </dd>`,
      )}
    </dl>`;
}

type ApiResponse = NonNullable<ApiOperation['responses']>[string];

/** Answers that say the same, together: the problems of a call are one line with all their statuses. */
function alike(responses: Readonly<Record<string, ApiResponse>>): (readonly [string[], ApiResponse])[] {
  const groups = Map.groupBy(Object.entries(responses), ([, response]) => JSON.stringify(response));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [[group.map(([status]) => status), first[1]] as const] : [];
  });
}

const renderParameters = (parameters: readonly ApiParameter[]): Html =>
  html`<h3>Parameters</h3>
    <dl class="fields">
      ${parameters.map(
        ({ name, in: place, required, schema, description = '' }) =>
          html`<dt><code>${name}</code></dt>
            <dd>
              ${schema ? renderType(schema) : ''} <span>${place}${required ? ', required' : ''}</span> ${description}
            </dd>`,
      )}
    </dl>`;

/** The fields of an object, or its name where it has one. */
const renderSchema = (schema: ApiSchema): Html =>
  schema.properties ? renderFields(schema) : html`<p>${renderType(schema)}</p>`;

function renderFields(schema: ApiSchema): Html {
  const parts = [schema, ...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const based = parts.flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref]));
  const fields = parts.flatMap(({ properties, required = [] }) =>
    Object.entries(properties ?? {}).map(([name, field]) => ({ name, field, required: required.includes(name) })),
  );
  return html`${based.map(($ref) => html`<p>All of ${renderType({ $ref })}, and</p>`)}
    <dl class="fields">
      ${fields.map(
        ({ name, field, required }) =>
          html`<dt><code>${name}</code></dt>
            <dd>${renderType(field)} <span>${required ? '' : 'optional'} ${field.description ?? ''}</span></dd>`,
      )}
    </dl>`;
}

/** `string or null`, `"pro" | "team"`, a link to a named object. */
function renderType(schema: ApiSchema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a href="#object-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return html`<code>${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}</code>`;
  if (schema.items) return html`list of ${renderType(schema.items)}`;
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return html`${either.map((each, index) => html`${index > 0 ? ' or ' : ''}${renderType(each)}`)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  return html`${types.join(' or ')}${schema.format ? ` (${schema.format})` : ''}`;
}
