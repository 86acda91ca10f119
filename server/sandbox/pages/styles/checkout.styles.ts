/** Checkout: two columns from 52rem up, one below. */

export const checkoutStyles = /* css */ `
@layer pages {
  .checkout .side { background: var(--sunken); border-block-end: 1px solid var(--line); padding: var(--s5) var(--s4) var(--s6); }
  .checkout .main { padding: var(--s6) var(--s4); }
  .checkout .aside { padding: 0 var(--s4) var(--s7); }
  .checkout .summary, .checkout .form, .checkout .test-cards { inline-size: 100%; max-inline-size: 30rem; margin-inline: auto; }
  .summary { display: grid; gap: var(--s5); }
  .headline h1 { color: var(--muted); font-size: var(--t-m); font-weight: 500; line-height: 1.4; }
  .headline p { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 var(--s2); margin-block-start: var(--s1); }
  .headline .amount { font-size: var(--t-price); line-height: 1.15; font-weight: 600; letter-spacing: -.035em; font-variant-numeric: tabular-nums; }
  .headline .per, .headline .then { color: var(--muted); font-size: var(--t-s); }
  .items { display: grid; gap: var(--s4); }
  .items li { display: grid; grid-template-columns: 1fr auto; column-gap: var(--s4); font-size: var(--t-s); }
  .item-name, .item-amount { font-weight: 550; }
  .item-amount { text-align: end; font-variant-numeric: tabular-nums; }
  .item-note { grid-column: 1; color: var(--muted); }
  .item-per { grid-column: 2; grid-row: 2; color: var(--muted); text-align: end; }
  .totals { display: grid; gap: var(--s2); margin-block-start: var(--s4); padding-block-start: var(--s4); border-block-start: 1px solid var(--line); font-size: var(--t-s); }
  .totals div { display: flex; justify-content: space-between; gap: var(--s4); }
  .totals dt { color: var(--muted); }
  .totals dd { font-variant-numeric: tabular-nums; text-align: end; }
  .totals .later { color: var(--muted); }
  .offer dt { display: grid; gap: var(--s1); justify-items: start; min-inline-size: 0; }
  .offer .code { display: inline-flex; align-items: center; gap: var(--s1); max-inline-size: 100%; padding: .125rem .5rem; border-radius: var(--r-s); background: color-mix(in oklab, var(--text) 7%, var(--surface)); color: var(--text); font-weight: 550; }
  .offer .code bdi { overflow-wrap: anywhere; }
  .offer .remove { display: grid; place-items: center; inline-size: 1.5rem; block-size: 1.5rem; margin-inline-end: -.25rem; padding: 0; border: 0; border-radius: 5px; background: none; color: var(--muted); cursor: pointer; }
  .offer .remove:hover { background: color-mix(in oklab, var(--text) 9%, var(--surface)); color: var(--text); }
  .offer-note { color: var(--muted); text-wrap: pretty; }
  .totals .total { margin-block-start: var(--s2); padding-block-start: var(--s4); border-block-start: 1px solid var(--line); font-size: var(--t-m); font-weight: 600; }
  .totals .total dt { color: inherit; }
  .promotion { font-size: var(--t-s); }
  .promotion summary { inline-size: fit-content; padding-block: .25rem; list-style: none; color: var(--accent-text); font-weight: 500; cursor: pointer; border-radius: 4px; }
  .promotion summary::-webkit-details-marker { display: none; }
  .promotion summary:hover { text-decoration: underline; text-underline-offset: .2em; }
  .promotion .field { margin-block-start: var(--s2); }
  .promotion-row { display: grid; grid-template-columns: 1fr auto; gap: var(--s2); }
  .promotion-row .button { min-block-size: 2.75rem; }

  .form { display: grid; gap: 1.25rem; }
  .methods { display: grid; grid-template-columns: 1fr 1fr; gap: var(--s1); padding: var(--s1); border-radius: var(--r); background: var(--sunken); font-size: var(--t-s); }
  .methods a { display: grid; place-items: center; min-block-size: 2.5rem; padding-inline: var(--s2); border-radius: var(--r-s); color: var(--muted); font-weight: 500; text-align: center; text-decoration: none; }
  .methods a:hover { color: var(--text); }
  @media (forced-colors: active) { .methods a[aria-current] { outline: 2px solid Highlight; } }
  .methods a[aria-current] { background: var(--surface); color: var(--text); box-shadow: 0 0 0 1px var(--line); }
  .form h2 { font-size: var(--t-l); font-weight: 600; letter-spacing: -.015em; line-height: 1.3; }
  .joined { display: grid; grid-template-columns: 1fr 1fr; }
  .joined .cell { position: relative; min-inline-size: 0; }
  .joined .card_number { grid-column: 1 / -1; margin-block-end: -1px; }
  .joined .card_number .input { border-end-start-radius: 0; border-end-end-radius: 0; padding-inline-end: 10.25rem; }
  .joined .card_number:has(.brands[data-brand]) .input { padding-inline-end: 3.25rem; }
  .joined .cell:nth-child(2) { margin-inline-end: -1px; }
  .joined .cell:nth-child(2) .input { border-start-start-radius: 0; border-start-end-radius: 0; border-end-end-radius: 0; }
  .joined .cell:nth-child(3) .input { border-start-start-radius: 0; border-start-end-radius: 0; border-end-start-radius: 0; }
  .brands { position: absolute; inset-block: 0; inset-inline-end: var(--s3); z-index: 3; display: flex; align-items: center; gap: .3125rem; pointer-events: none; }
  .brands[data-brand="visa"] > :not([data-brand="visa"]), .brands[data-brand="mastercard"] > :not([data-brand="mastercard"]),
  .brands[data-brand="amex"] > :not([data-brand="amex"]), .brands[data-brand="discover"] > :not([data-brand="discover"]),
  .brands[data-brand="unknown"] > * { display: none; }
  @media (width < 26rem) { .brands:not([data-brand]) > :nth-child(n + 3) { display: none; } .joined .card_number .input { padding-inline-end: 5.5rem; } }
  .submit { inline-size: 100%; min-block-size: 2.875rem; font-size: var(--t-m); margin-block-start: var(--s2); font-variant-numeric: tabular-nums; }
  .submit .busy { display: inline-flex; align-items: center; gap: var(--s2); }
  .terms { color: var(--muted); font-size: var(--t-s); text-align: center; text-wrap: pretty; margin-block-start: calc(-1 * var(--s2)); }

  .test-cards { font-size: var(--t-s); }
  .test-cards h2 { font-size: var(--t-s); font-weight: 600; }
  .test-cards p { color: var(--muted); text-wrap: pretty; }
  .test-cards ul { margin-block-start: var(--s3); border: 1px solid var(--line); border-radius: var(--r); background: var(--surface); overflow: clip; }
  .test-cards li + li { border-block-start: 1px solid var(--line); }
  .test-card {
    display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 var(--s4); inline-size: 100%; min-block-size: 2.5rem; padding: .375rem .875rem;
    appearance: none; border: 0; background: none; text-align: start; font-size: var(--t-s); line-height: 1.4; transition: background-color .12s;
  }
  button.test-card { cursor: pointer; }
  button.test-card:hover { background: var(--accent-soft); }
  button.test-card:focus-visible { outline-offset: -2px; border-radius: var(--r-s); }
  .digits { font-variant-numeric: tabular-nums; font-weight: 500; white-space: nowrap; }
  .outcome { color: var(--muted); }
  .outcome.success { color: var(--good); }
  .outcome.declined, .outcome.insufficient_funds, .outcome.expired, .outcome.attach_then_fail { color: var(--danger); }
  .outcome.challenge { color: var(--accent-text); }
  @media (pointer: coarse) { .test-card { min-block-size: 2.75rem; } .submit { min-block-size: 3rem; } .promotion-row .button { min-block-size: 3rem; } .promotion summary { padding-block: .625rem; } .offer .remove { inline-size: 2.75rem; block-size: 2.75rem; margin: -.625rem -.75rem -.625rem -.25rem; } }

  @media (width >= 40rem) { .checkout .side { padding: var(--s6) var(--s5); } .checkout .main { padding: var(--s7) var(--s5); } .checkout .aside { padding: 0 var(--s5) 4rem; } }
  @media (width >= 56rem) {
    .checkout { display: grid; grid: "side main" auto "aside main" 1fr / minmax(0, 1fr) minmax(0, 1fr); }
    .checkout .side { grid-area: side; border: 0; padding: 4rem 4rem var(--s6); }
    .checkout .main { grid-area: main; border-inline-start: 1px solid var(--line); padding: 4rem; }
    .checkout .aside { grid-area: aside; background: var(--sunken); padding: var(--s4) 4rem 4rem; }
    .checkout .side:nth-last-child(2) { grid-area: 1 / 1 / 3 / 2; }
    .checkout .summary, .checkout .form, .checkout .test-cards { max-inline-size: 26rem; margin-inline: 0; }
    .checkout .summary, .checkout .test-cards { margin-inline-start: auto; }
    .checkout .summary { gap: var(--s6); }
    .checkout .form > h2 { line-height: 2.25rem; }
  }
  @media (width >= 56rem) and (width < 70rem) { .checkout > * { padding-inline: 2.5rem !important; } }
}`;
