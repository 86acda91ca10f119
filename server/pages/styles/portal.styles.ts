/** The portal page: one column of our own elements. */

export const portalStyles = /* css */ `
@layer pages {
  .portal { inline-size: 100%; max-inline-size: 62rem; margin-inline: auto; padding: var(--s5) var(--s4) var(--s7); display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--s5); }
  .portal h1 { font-size: var(--t-xl); font-weight: 600; letter-spacing: -.02em; line-height: 1.25; }
  .portal .lead, .portal .checking { color: var(--muted); margin-block-start: calc(-1 * var(--s4)); }
  .portal .checking { justify-content: start; }
  .portal h2 { font-size: var(--t-m); font-weight: 600; letter-spacing: -.005em; margin-block: var(--s4); }
  .portal h2.sr { margin: 0; }
  .portal .boot .notice { max-inline-size: none; margin: 0; }
  .portal .picker { display: none; }
  .back { justify-self: start; display: inline-flex; align-items: center; gap: var(--s2); min-block-size: 2rem; color: var(--muted); font-size: var(--t-s); text-decoration: none; }
  .back:hover { color: var(--text); text-decoration: underline; text-underline-offset: .2em; }
  .back .icon { inline-size: 1em; block-size: 1em; }
  :dir(rtl) > .icon-arrow { scale: -1 1; }
  @media (width >= 40rem) { .account .brand { padding: var(--s5) var(--s6); } .portal { padding: var(--s4) var(--s6) 4rem; } }
  @media (pointer: coarse) { .back { min-block-size: 2.75rem; } }
}`;
