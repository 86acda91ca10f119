/** What pages share: buttons, fields, labels, the head with the business in it. */

export const partsStyles = /* css */ `
@layer parts {
  .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
  :dir(rtl) > .icon-back { scale: -1 1; }
  .card-mark { inline-size: 2rem; block-size: 1.25rem; flex: none; border-radius: 3px; box-shadow: 0 0 0 1px var(--line); }
  .card-mark[data-brand="unknown"] { box-shadow: none; color: var(--muted); }

  .button {
    appearance: none; display: inline-flex; align-items: center; justify-content: center; gap: var(--s2);
    min-block-size: 2.5rem; padding: .375rem var(--s4); border: 1px solid transparent; border-radius: var(--r-s);
    background: var(--accent); color: var(--on-accent); font-weight: 550; font-size: var(--t-s); line-height: 1.3; text-decoration: none;
    cursor: pointer; transition: background-color .12s, border-color .12s;
  }
  .button:hover { background: var(--accent-hover); }
  .button.quiet { background: var(--surface); color: var(--text); border-color: var(--line); box-shadow: 0 1px 1px rgb(0 0 0 / .03); }
  .button.quiet:hover { background: var(--sunken); border-color: color-mix(in oklab, var(--text) 24%, var(--surface)); }
  .button[aria-busy="true"] { cursor: progress; background: var(--accent); }
  .spinner { inline-size: 1em; block-size: 1em; border-radius: 50%; border: 2px solid currentColor; border-inline-end-color: transparent; animation: turn .7s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }

  .field { display: grid; gap: .375rem; font-size: var(--t-s); }
  .field > label, .field > legend { font-weight: 500; }
  .field > legend { margin-block-end: .375rem; }
  .input {
    inline-size: 100%; block-size: 2.75rem; padding-inline: var(--s3); border: 1px solid var(--line-strong); border-radius: var(--r-s);
    background: light-dark(var(--surface), color-mix(in oklab, var(--text) 3%, var(--surface))); font-size: var(--t-m); transition: border-color .12s;
  }
  .input::placeholder { color: var(--muted); opacity: 1; }
  .input:hover { border-color: color-mix(in oklab, var(--text) 62%, var(--surface)); }
  .input:focus-visible { outline: 2px solid var(--accent-text); outline-offset: -1px; border-color: var(--accent-text); position: relative; z-index: 2; }
  .input[readonly] { background: var(--sunken); border-color: var(--line); color: var(--muted); }
  .input[dir="ltr"], [dir="ltr"] .input { font-variant-numeric: tabular-nums; }
  :dir(rtl) > .input[dir="ltr"] { text-align: end; }
  .input[aria-invalid="true"], .bad .joined .input { border-color: var(--danger); box-shadow: 0 0 0 1px var(--danger); position: relative; z-index: 1; }
  .input[aria-invalid="true"]:focus-visible, .bad .joined .input:focus-visible { outline-color: var(--danger); z-index: 2; }
  .error { display: flex; gap: .375rem; align-items: start; color: var(--danger); line-height: 1.4; }
  .error .icon { margin-block-start: .05em; }
  .select { position: relative; }
  .select .input { appearance: none; padding-inline-end: 2.5rem; cursor: pointer; text-overflow: ellipsis; }
  .select .input option { background: var(--surface); color: var(--text); }
  .select .icon { position: absolute; inset-block-start: .8rem; inset-inline-end: var(--s3); z-index: 3; pointer-events: none; color: var(--muted); font-size: var(--t-s); }
  .notice { display: flex; gap: var(--s3); align-items: start; padding: var(--s3) var(--s4); border-radius: var(--r-s); background: var(--danger-soft); font-size: var(--t-s); }
  .notice .icon { color: var(--danger); margin-block-start: .1em; }

  .business { display: flex; align-items: center; justify-content: space-between; gap: var(--s4); }
  .business-name { display: inline-flex; align-items: center; gap: .625rem; min-inline-size: 0; color: inherit; text-decoration: none; font-size: var(--t-s); border-radius: var(--r-s); }
  .business-name strong { font-weight: 600; overflow-wrap: anywhere; }
  a.business-name { margin-inline-start: calc(-1 * var(--s2)); padding: var(--s1) var(--s2); transition: background-color .12s; }
  a.business-name:hover { background: color-mix(in oklab, var(--text) 5%, transparent); }
  a.business-name .icon { color: var(--muted); transition: translate .12s; }
  a.business-name:hover .icon { color: var(--text); translate: -2px 0; }
  :dir(rtl) > a.business-name:hover .icon { translate: 2px 0; }
  .mark { display: grid; place-items: center; flex: none; inline-size: 1.75rem; block-size: 1.75rem; border-radius: calc(var(--r) * .5); overflow: clip; background: var(--text); color: var(--surface); font-weight: 600; font-size: var(--t-s); line-height: 1; }
  .mark:has(img) { background: none; }
  .mark img { inline-size: 100%; block-size: 100%; object-fit: contain; }
  .test-mode { flex: none; padding: .3em .6em; border-radius: 5px; background: var(--warn-soft); box-shadow: inset 0 0 0 1px color-mix(in oklab, var(--warn) 22%, transparent); color: var(--warn); font-size: var(--t-xs); font-weight: 600; line-height: 1.3; }
  .pill { flex: none; padding: .35em .65em; border-radius: 99px; background: var(--sunken); color: var(--muted); font-size: var(--t-xs); font-weight: 550; line-height: 1; }
  .pill.paid { background: var(--good-soft); color: var(--good); }
  .pill.open { background: var(--warn-soft); color: var(--warn); }
  .pill.uncollectible { background: var(--danger-soft); color: var(--danger); }
  .card-line { display: inline-flex; align-items: center; gap: var(--s2); font-variant-numeric: tabular-nums; }
  @media (pointer: coarse) { .button { min-block-size: 2.75rem; } .input { block-size: 3rem; } .select .icon { inset-block-start: .925rem; } }
}`;
