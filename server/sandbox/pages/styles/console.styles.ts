/** The console: dense, for a developer who looks things up. */

export const consoleStyles = /* css */ `
@layer pages {
  .console { font-size: var(--t-s); }
  .console .muted { color: var(--muted); }
  .console-top { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s5); padding: var(--s2) var(--s4); border-block-end: 1px solid var(--line); background: var(--sunken); }
  .console-name { display: grid; line-height: 1.25; color: inherit; text-decoration: none; border-radius: 4px; }
  .console-name span { color: var(--muted); font-size: var(--t-xs); }
  .console-clock { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s3); flex: 1; font-variant-numeric: tabular-nums; }
  .console-clock > p:first-child { display: grid; line-height: 1.25; }
  .console-clock time { font-weight: 600; }
  .console-clock .muted { font-size: var(--t-xs); }
  .console-clock form { display: flex; flex-wrap: wrap; gap: var(--s1); align-items: center; }
  .console-clock .next { flex-basis: 16rem; flex-grow: 1; }
  .chip { appearance: none; display: inline-flex; align-items: center; min-block-size: 1.75rem; padding: 0 var(--s2); border: 1px solid var(--line-strong); border-radius: 6px; background: var(--surface); color: inherit; font-size: var(--t-xs); font-weight: 500; text-decoration: none; white-space: nowrap; cursor: pointer; }
  .chip:hover { background: var(--accent-soft); border-color: var(--accent-text); }
  .chip:disabled { opacity: .5; cursor: default; background: none; border-color: var(--line); }
  .input.small { inline-size: auto; block-size: 1.75rem; padding-inline: var(--s2); border-radius: 6px; font-size: var(--t-xs); }
  .console-nav { border-block-end: 1px solid var(--line); }
  .console-nav ul { display: flex; flex-wrap: wrap; gap: 0 var(--s1); padding: 0 var(--s3); }
  .console-nav a { display: inline-flex; gap: var(--s2); align-items: center; min-block-size: 2.25rem; padding-inline: var(--s2); border-block-end: 2px solid transparent; color: var(--muted); text-decoration: none; white-space: nowrap; }
  .console-nav a:hover { color: var(--text); }
  .console-nav a:focus-visible { outline-offset: -2px; }
  .console-nav a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 550; }
  @media (forced-colors: active) { .console-nav a { border-color: Canvas; } .console-nav a[aria-current] { border-color: Highlight; } }
  .console-nav span { font-size: var(--t-xs); font-variant-numeric: tabular-nums; }
  .console-main { display: grid; gap: var(--s3); padding: var(--s4); }
  .console-main > *, .console-main > div > * { min-inline-size: 0; }
  .console-main h1 { font-size: var(--t-m); font-weight: 600; overflow-wrap: anywhere; }
  .console-main h2 { font-size: var(--t-s); font-weight: 600; margin-block: var(--s3) var(--s2); }
  .console-main > .notice { padding-block: var(--s2); }
  .console-search { display: flex; flex-wrap: wrap; gap: var(--s1); margin-block-end: var(--s3); }
  .console-search .input[type="search"] { inline-size: 22rem; max-inline-size: 100%; }
  .table-scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: var(--r-s); }
  .console-table { inline-size: 100%; border-collapse: collapse; font-size: var(--t-xs); font-variant-numeric: tabular-nums; }
  .console-table th { position: sticky; inset-block-start: 0; padding: .375rem var(--s3); background: var(--sunken); color: var(--muted); text-align: start; font-weight: 500; white-space: nowrap; }
  .console-table td { padding: .3125rem var(--s3); border-block-start: 1px solid var(--line); white-space: nowrap; max-inline-size: 26rem; overflow: hidden; text-overflow: ellipsis; }
  .console-table a { text-decoration: none; border-radius: 3px; }
  .console-table a:hover { text-decoration: underline; text-underline-offset: .2em; }
  .console-table tbody tr:hover { background: var(--sunken); }
  .console-table .pill { padding: .25em .5em; }
  .pill.good { background: var(--good-soft); color: var(--good); }
  .pill.warn { background: var(--warn-soft); color: var(--warn); }
  .pill.bad { background: var(--danger-soft); color: var(--danger); }
  .console-pages { display: flex; align-items: center; gap: var(--s2); margin-block-start: var(--s3); }
  .console .empty { padding-block: var(--s3); }
  .console-json { margin: 0; padding: var(--s3); border: 1px solid var(--line); border-radius: var(--r-s); background: var(--sunken); font: var(--t-xs)/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-x: auto; }
  .console-json .key { color: var(--muted); }
  .console-json .text { color: var(--good); }
  .console-json :is(.number, .word) { color: var(--warn); }
  .console-json .number[title] { text-decoration: underline dotted; text-underline-offset: .2em; }
  .console-links { display: flex; flex-wrap: wrap; gap: var(--s2); margin-block-end: var(--s3); }
  .console-grid { display: grid; gap: var(--s4); }
  .console-box { padding: var(--s4); border: 1px solid var(--line); border-radius: var(--r-s); }
  .console-box h2 { margin-block-start: 0; }
  .console-box form { display: grid; gap: var(--s3); margin-block-start: var(--s3); }
  .console-box .field .input { inline-size: 100%; }
  .console-faults li { display: flex; flex-wrap: wrap; gap: 0 var(--s3); padding-block: var(--s1); }
  @media (width >= 56rem) { .console-grid { grid-template-columns: 1fr 1fr; align-items: start; } .console-columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: var(--s4); align-items: start; } }
  @media (pointer: coarse) { .chip, .input.small { min-block-size: 2.25rem; } }
}`;
