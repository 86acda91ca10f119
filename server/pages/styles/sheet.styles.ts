/** Pages that are one sheet in the middle: errors. */

export const sheetStyles = /* css */ `
@layer pages {
  .alone { display: grid; grid-template-rows: auto 1fr; }
  .sheet { align-self: center; inline-size: 100%; max-inline-size: 27rem; margin-inline: auto; padding: var(--s5) var(--s4) 20dvh; display: grid; justify-items: center; text-align: center; gap: var(--s2); }
  .alone > .sheet:first-child { grid-row: 1 / -1; padding-block-start: 20dvh; }
  .sheet h1 { font-size: var(--t-l); font-weight: 600; letter-spacing: -.015em; line-height: 1.3; }
  .sheet .detail { color: var(--muted); text-wrap: pretty; }
  .sheet .detail strong { color: var(--text); font-weight: 550; }
  .sheet .button { margin-block-start: var(--s4); }
  .sheet .code { margin-block-start: var(--s5); color: var(--muted); font-size: var(--t-xs); font-variant-numeric: tabular-nums; }
  .badge { display: grid; place-items: center; inline-size: 3rem; block-size: 3rem; margin-block-end: var(--s2); border-radius: 50%; background: var(--danger-soft); color: var(--danger); }
  .badge.wait { background: var(--warn-soft); color: var(--warn); }
  @media (width >= 40rem) { .alone .brand { padding: var(--s5) var(--s6); } }
}`;
