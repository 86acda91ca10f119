/** Cards in shared rows; columns follow the container, not the window. */

import { css } from 'lit';

export const pickerStyles = css`
  .root {
    container-type: inline-size;
  }
  .root > .notice {
    max-inline-size: 640px;
    margin: 0 auto var(--_s5);
  }
  .cycle {
    display: flex;
    justify-content: center;
    margin-block-end: var(--_s5);
  }
  .plans {
    display: grid;
    gap: var(--_s4);
    grid-template-columns: minmax(0, 1fr);
  }
  .plan {
    display: grid;
    grid-row: span 5;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: subgrid;
    row-gap: 0;
    padding: var(--_s5);
    border: 1px solid var(--_line);
    border-radius: var(--_r);
    background: var(--_surface);
  }
  .plan.highlight {
    border-color: var(--_accent-line);
    box-shadow:
      0 0 0 1px var(--_accent-line),
      var(--_shadow);
  }
  @media (forced-colors: active) {
    .plan.highlight {
      outline: 2px solid Highlight;
    }
  }
  .plan header {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    align-content: start;
    gap: 2px var(--_s2);
    min-block-size: 28px;
  }
  .plan header .pill {
    max-inline-size: 100%;
    border-radius: 12px;
    white-space: normal;
  }
  h3 {
    min-inline-size: 0;
    font-size: var(--_t-m);
    font-weight: 600;
    letter-spacing: -0.005em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .about {
    margin-block-start: var(--_s1);
    color: var(--_muted);
    font-size: var(--_t-s);
    text-wrap: pretty;
  }
  .price {
    display: grid;
    align-content: start;
    margin-block: var(--_s5) var(--_s4);
  }
  .price > * {
    grid-area: 1 / 1;
    visibility: hidden;
  }
  .price > .shown {
    visibility: visible;
  }
  .amount {
    font-size: var(--_t-price);
    font-weight: 600;
    line-height: 1;
    letter-spacing: -0.035em;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  /* Ten characters and more, all plans alike: 1.234.567 đ. */
  .long-prices .amount {
    font-size: 30px;
    line-height: 40px;
  }
  .amount.words {
    font-size: var(--_t-xl);
    line-height: 40px;
    letter-spacing: -0.015em;
  }
  .per {
    color: var(--_muted);
    font-size: var(--_t-s);
    white-space: nowrap;
  }
  .terms {
    display: block;
    min-block-size: 21px;
    margin-block-start: var(--_s2);
    color: var(--_muted);
    font-size: var(--_t-s);
    font-variant-numeric: tabular-nums;
  }
  @container (inline-size < 576px) {
    .terms:empty {
      display: none;
    }
  }
  .choice {
    align-self: start;
  }
  .features {
    align-content: start;
    margin-block-start: var(--_s5);
    padding-block-start: var(--_s5);
    border-block-start: 1px solid var(--_line);
    font-size: var(--_t-s);
    line-height: 1.45;
  }
  .features,
  .features ul {
    display: grid;
    gap: 10px;
  }
  .features li {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 10px;
    align-items: start;
  }
  .features .icon {
    margin-block-start: 2px;
    color: var(--_accent-text);
  }
  .intro {
    color: var(--_muted);
  }

  .skeleton.line {
    inline-size: 60%;
    block-size: 12px;
    margin-block: 4px;
  }
  .skeleton.line.short {
    inline-size: 30%;
    block-size: 16px;
  }
  .skeleton.amount-space {
    inline-size: 45%;
    block-size: 40px;
    margin-block: 6px 4px;
  }
  .skeleton.button-space {
    block-size: var(--_control);
    border-radius: var(--_r-control);
  }
  .skeleton.switch-space {
    inline-size: 210px;
    block-size: 40px;
    border-radius: calc(var(--_r-control) + 3px);
  }
  @media (pointer: coarse) {
    .skeleton.button-space {
      block-size: 44px;
    }
  }
  .empty {
    border: 1px dashed var(--_line-strong);
    justify-items: center;
    padding: var(--_s7) var(--_s5);
    text-align: center;
  }

  @container (inline-size >= 576px) {
    .plans {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .plans.columns-1 {
      grid-template-columns: minmax(0, 384px);
      justify-content: center;
    }
  }
  @container (inline-size >= 864px) {
    .plans.columns-2 {
      grid-template-columns: repeat(2, minmax(0, 384px));
      justify-content: center;
    }
    .plans.columns-3 {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .plans.columns-4 {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .plans.columns-4 .plan {
      padding-inline: 20px;
    }
    .plans.columns-4 .amount {
      font-size: 34px;
      line-height: 40px;
    }
  }
`;
