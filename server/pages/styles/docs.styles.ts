/** The API reference: one column of calls, fields in two. */

export const docsStyles = /* css */ `
@layer pages {
  .reference { inline-size: 100%; max-inline-size: 56rem; margin-inline: auto; padding: var(--s6) var(--s4) var(--s7); display: grid; gap: var(--s6); overflow-wrap: anywhere; }
  .reference h1 { font-size: var(--t-xl); font-weight: 600; letter-spacing: -.015em; margin-block-end: var(--s2); }
  .reference h2 { font-size: var(--t-m); font-weight: 600; }
  .reference h3 { font-size: var(--t-s); font-weight: 550; color: var(--muted); }
  .reference p, .reference .fields, .reference nav { font-size: var(--t-s); }
  .reference header p { color: var(--muted); max-inline-size: 40rem; }
  .reference a { color: var(--accent-text); }
  .reference code { font: 500 .9375em/1.5 ui-monospace, monospace; }
  .reference nav ul { display: grid; gap: var(--s1); grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); padding: var(--s4); border: 1px solid var(--line); border-radius: var(--r); }
  .reference nav a { text-decoration: none; color: var(--text); display: block; padding: var(--s1) var(--s2); border-radius: var(--r-s); }
  .reference nav a:hover { background: var(--sunken); }
  .reference .pill { white-space: nowrap; }
  .reference .method { display: inline-block; min-inline-size: 4.25em; color: var(--accent-text); font-size: var(--t-xs); font-weight: 600; }
  .reference section { display: grid; gap: var(--s3); padding-block-start: var(--s5); border-block-start: 1px solid var(--line); scroll-margin-block-start: var(--s4); }
  .reference .object { display: grid; gap: var(--s2); scroll-margin-block-start: var(--s4); }
  .reference .object + .object { margin-block-start: var(--s4); }
  .reference .object h3 { color: var(--text); }
  .reference .fields { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: var(--s2) var(--s4); margin: 0; }
  .reference .fields dt { max-inline-size: 12rem; }
  .reference .fields dd { margin: 0; min-inline-size: 0; }
  .reference .fields dd span { color: var(--muted); }
  @media (width < 36rem) { .reference .fields { grid-template-columns: 1fr; gap: 0; } .reference .fields dd { margin-block-end: var(--s3); } }
}`;
