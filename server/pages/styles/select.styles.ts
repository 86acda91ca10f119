/** The selection page: cards whose rows line up, and a switch that needs no script. */

export const selectStyles = /* css */ `
@layer pages {
  .selection { inline-size: 100%; max-inline-size: 72rem; margin-inline: auto; padding: var(--s5) var(--s4) var(--s7); }
  .intro { text-align: center; margin-block-end: var(--s6); }
  .intro h1 { font-size: var(--t-xl); font-weight: 600; letter-spacing: -.02em; line-height: 1.25; }
  .intro p { color: var(--muted); margin-block-start: var(--s2); text-wrap: balance; }
  .boot .notice, .picker > .notice { max-inline-size: 40rem; margin: 0 auto var(--s5); }
  .checking { display: flex; justify-content: center; align-items: center; gap: var(--s2); }
  .picker { container-type: inline-size; }
  .picker[inert] .cycle, .picker[inert] .choice, .picker[inert] .skip { opacity: .55; }
  .cycle { display: flex; justify-content: center; margin-block-end: var(--s5); }
  .segments { display: inline-flex; flex-wrap: wrap; justify-content: center; padding: 3px; gap: 2px; border-radius: calc(var(--r-s) + 3px); background: var(--sunken); box-shadow: inset 0 0 0 1px var(--line); }
  .segments label { position: relative; display: flex; align-items: center; gap: var(--s2); min-block-size: 2rem; padding: .25rem .875rem; border-radius: var(--r-s); font-size: var(--t-s); font-weight: 550; color: var(--muted); cursor: pointer; transition: color .12s; }
  .segments label:hover { color: var(--text); }
  .segments input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; opacity: 0; margin: 0; cursor: pointer; }
  .segments label:has(:checked) { background: var(--surface); color: var(--text); box-shadow: 0 0 0 1px var(--line), 0 1px 3px rgb(0 0 0 / .08); }
  .segments label:has(:focus-visible) { outline: 2px solid var(--accent-text); outline-offset: 2px; }
  .segments .save { color: var(--good); font-size: var(--t-xs); }
  /* Both cycles lie in one cell: switching moves nothing. */
  .by-cycle { display: grid; }
  .by-cycle > * { grid-area: 1 / 1; visibility: hidden; }
  .picker:has([value="monthly"]:checked) .when-monthly, .picker:has([value="yearly"]:checked) .when-yearly { visibility: visible; }

  .plans { display: grid; gap: var(--s4); grid-template-columns: minmax(0, 1fr); }
  @container (inline-size > 36rem) { .plans { grid-template-columns: repeat(2, minmax(0, 1fr)); } .plans.columns-1 { grid-template-columns: minmax(0, 24rem); justify-content: center; } }
  @container (inline-size > 54rem) { .plans.columns-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } .plans.columns-4 { grid-template-columns: repeat(4, minmax(0, 1fr)); } .plans.columns-2 { grid-template-columns: repeat(2, minmax(0, 22rem)); justify-content: center; } }
  .plan { display: grid; grid-row: span 5; grid-template-rows: subgrid; row-gap: 0; padding: var(--s5); border-radius: var(--r); border: 1px solid var(--line); background: var(--surface); }
  .plan.highlight { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent), 0 1px 2px rgb(0 0 0 / .05), 0 4px 12px rgb(0 0 0 / .05); }
  .plan header { display: flex; justify-content: space-between; align-items: center; gap: var(--s2); min-block-size: 1.75rem; }
  .plan h2 { font-size: var(--t-m); font-weight: 600; letter-spacing: -.005em; min-inline-size: 0; overflow-wrap: anywhere; }
  .plan .about { color: var(--muted); font-size: var(--t-s); margin-block-start: var(--s1); text-wrap: pretty; }
  .price { margin-block: var(--s5) var(--s4); }
  .price .amount { font-size: var(--t-price); line-height: 1; font-weight: 600; letter-spacing: -.035em; font-variant-numeric: tabular-nums; }
  .price .words { font-size: var(--t-xl); letter-spacing: -.02em; line-height: 2.5rem; }
  .price .per { color: var(--muted); font-size: var(--t-s); }
  .price .terms { display: block; color: var(--muted); font-size: var(--t-s); margin-block-start: var(--s2); min-block-size: 1.5em; }
  .choice { align-self: start; }
  .features { margin-block-start: var(--s5); padding-block-start: var(--s5); border-block-start: 1px solid var(--line); display: grid; gap: .625rem; align-content: start; font-size: var(--t-s); }
  .features li { display: grid; grid-template-columns: 1.125rem 1fr; gap: .625rem; align-items: start; line-height: 1.45; }
  .features .icon { inline-size: 1.125rem; block-size: 1.125rem; color: var(--accent-text); margin-block-start: .1rem; }
  .skip { text-align: center; margin-block-start: var(--s5); }
  .empty { border: 1px dashed var(--line-strong); border-radius: var(--r); padding: var(--s7) var(--s5); text-align: center; }
  .empty h2 { font-size: var(--t-l); font-weight: 600; letter-spacing: -.015em; }
  .empty p { color: var(--muted); font-size: var(--t-s); }
  @media (width >= 40rem) { .select .brand { padding: var(--s5) var(--s6); } .selection { padding: var(--s5) var(--s6) 4rem; } }
  @media (pointer: coarse) { .segments label { min-block-size: 2.5rem; } }
}`;
