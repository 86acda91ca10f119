/** The console's lists: a search, rows, and pages. */

import { html } from 'hono/html';
import type { Page } from '../shell.ts';
import { safeUrl } from '../url.ts';

/** A text, a link, a mark of a state, or something to do by POST. */
export type Cell =
  | string
  | null
  | { readonly text: string; readonly href: string }
  | { readonly pill: string; readonly tone: 'good' | 'warn' | 'bad' | 'plain' }
  | { readonly post: string; readonly label: string; readonly back: string };

export interface TableView {
  /** Where it is, without page and search. */
  readonly path: string;
  /** What is searched for; null where there is no search. */
  readonly search: { readonly value: string; readonly hint: string } | null;
  /** Kinds to choose from, by the parameter `kind`. */
  readonly kinds?: { readonly chosen: string; readonly all: readonly string[] };
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly empty: string;
  readonly page: number;
  readonly hasMore: boolean;
}

export function renderTable(view: TableView): Page {
  return html`${renderSearch(view)}
  ${
    view.rows.length === 0
      ? html`<p class="muted empty">${view.search?.value ? 'Nothing matches.' : view.empty}</p>`
      : html`<div class="table-scroll" tabindex="0" role="region" aria-label="List">
          <table class="console-table">
            <thead>
              <tr>
                ${view.columns.map((column) => html`<th scope="col">${column}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${view.rows.map(
                (row) =>
                  html`<tr>
                    ${row.map((cell) => html`<td>${renderCell(cell)}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`
  }
  ${renderPages(view)}`;
}

function renderSearch({ search, kinds, path }: TableView): Page {
  if (!search && !kinds) return html``;
  return html`<form class="console-search" method="get" action="${path}" role="search">
    ${
      kinds
        ? html`<label class="sr" for="kind">Kind</label
            ><select class="input small" id="kind" name="kind">
              ${kinds.all.map(
                (kind) => html`<option value="${kind}" ${kind === kinds.chosen ? 'selected' : ''}>${kind}</option>`,
              )}
            </select>`
        : ''
    }
    ${
      search
        ? html`<label class="sr" for="q">Search</label
            ><input
              class="input small"
              id="q"
              name="q"
              type="search"
              value="${search.value}"
              placeholder="${search.hint}"
              autocomplete="off"
              spellcheck="false"
            />`
        : ''
    }
    <button class="chip">${search ? 'Search' : 'Show'}</button>
  </form>`;
}

function renderCell(cell: Cell): Page {
  if (cell === null) return html`<span class="muted">–</span>`;
  if (typeof cell === 'string') return html`${cell}`;
  if ('href' in cell) {
    const url = safeUrl(cell.href);
    return url ? html`<a href="${url}">${cell.text}</a>` : html`${cell.text}`;
  }
  if ('pill' in cell) return html`<span class="pill ${cell.tone}">${cell.pill}</span>`;
  return html`<form method="post" action="${safeUrl(cell.post)}">
    <input type="hidden" name="back" value="${cell.back}" /><button class="chip">${cell.label}</button>
  </form>`;
}

function renderPages({ path, search, kinds, page, hasMore }: TableView): Page {
  if (page === 1 && !hasMore) return html``;
  const url = (number: number) => {
    const query = new URLSearchParams({
      ...(kinds && { kind: kinds.chosen }),
      ...(search?.value && { q: search.value }),
      page: String(number),
    });
    return `${path}?${query}`;
  };
  return html`<nav class="console-pages" aria-label="Pages">
    ${page > 1 ? html`<a class="chip" href="${url(page - 1)}">Newer</a>` : ''}
    <span class="muted">Page ${page}</span>
    ${hasMore ? html`<a class="chip" href="${url(page + 1)}">Older</a>` : ''}
  </nav>`;
}
