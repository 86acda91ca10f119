/** What pages share: the brand's line, buttons, labels, notices. */

export const partsStyles = /* css */ `
@layer parts {
  .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
  .brand { display: flex; align-items: center; gap: .625rem; padding: var(--s4); font-size: var(--t-s); }
  .brand strong { font-weight: 600; min-inline-size: 0; overflow-wrap: anywhere; }
  .logo { block-size: 1.75rem; inline-size: auto; max-inline-size: 10rem; object-fit: contain; }
  .mark { display: grid; place-items: center; flex: none; inline-size: 1.75rem; block-size: 1.75rem; border-radius: calc(var(--r) * .5); background: var(--accent); color: var(--on-accent); font-weight: 600; font-size: var(--t-s); line-height: 1; }

  .button {
    appearance: none; display: inline-flex; align-items: center; justify-content: center; gap: var(--s2); position: relative;
    min-block-size: 2.5rem; padding: .375rem var(--s4); border: 1px solid transparent; border-radius: var(--r-s);
    background: var(--accent); color: var(--on-accent); font-weight: 550; font-size: var(--t-s); line-height: 1.3; text-align: center; text-decoration: none;
    cursor: pointer; transition: background-color .12s, border-color .12s, color .12s;
  }
  .button:hover { background: var(--accent-hover); }
  .button.quiet { background: var(--surface); color: var(--text); border-color: var(--line); box-shadow: 0 1px 1px rgb(0 0 0 / .03); }
  .button.quiet:hover { background: var(--sunken); border-color: color-mix(in oklab, var(--text) 24%, var(--surface)); }
  .button.bare { background: none; color: var(--muted); }
  .button.bare:hover { color: var(--text); background: var(--sunken); }
  .button.current { cursor: default; background: var(--sunken); color: var(--muted); border-color: transparent; box-shadow: none; }
  .button.small { min-block-size: 2rem; padding: .25rem var(--s3); }
  .button.wide { inline-size: 100%; }
  .button .icon-external { font-size: var(--t-xs); color: var(--muted); }
  :dir(rtl) > .icon-external { scale: -1 1; }
  /* What it does stands where the words were, so that the button keeps its width. */
  .button[aria-busy="true"] { cursor: progress; }
  .button[aria-busy="true"] .label { visibility: hidden; }
  .working { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; gap: var(--s2); white-space: nowrap; }
  .spinner { inline-size: 1em; block-size: 1em; flex: none; border-radius: 50%; border: 2px solid currentColor; border-inline-end-color: transparent; animation: turn .7s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }

  .pill { flex: none; max-inline-size: 60%; padding: .35em .6em; border-radius: 99px; background: var(--sunken); color: var(--muted); font-size: var(--t-xs); font-weight: 550; line-height: 1; }
  .pill.accent { background: var(--accent-soft); color: var(--accent-text); }
  .pill.danger { background: var(--danger-soft); color: var(--danger); }
  .pill.good { background: var(--good-soft); color: var(--good); }
  .notice { display: flex; flex-wrap: wrap; gap: var(--s2) var(--s3); align-items: start; padding: var(--s3) var(--s4); border-radius: var(--r-s); background: var(--danger-soft); font-size: var(--t-s); }
  .notice .icon { color: var(--danger); margin-block-start: .1em; }
  .notice p { flex: 1 1 16rem; }
  .notice strong { display: block; font-weight: 600; }
  @media (pointer: coarse) { .button, .button.small { min-block-size: 2.75rem; } }
}`;
