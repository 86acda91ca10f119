/** The comparison: one column a plan, the features' names staying in sight. */

import { css } from 'lit';

export const comparisonStyles = css`
  /* Positioned, so that what only a screen reader meets scrolls with it instead of widening the page. */
  .scroll {
    position: relative;
    overflow-x: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_r);
    background: var(--_surface);
  }
  table {
    inline-size: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-size: var(--_t-s);
  }
  th,
  td {
    padding: 10px var(--_s3);
    text-align: center;
    font-weight: 400;
    vertical-align: middle;
  }
  thead th {
    inline-size: 16%;
    min-inline-size: 148px;
    padding-block: var(--_s4) 0;
    vertical-align: top;
  }
  thead td {
    padding-block: 0 var(--_s4);
  }
  tbody tr > * {
    border-block-start: 1px solid var(--_line);
  }
  tr > :first-child {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    min-inline-size: 160px;
    padding-inline: var(--_s5) var(--_s3);
    background: var(--_surface);
    text-align: start;
  }
  tbody .icon {
    display: block;
    margin-inline: auto;
    color: var(--_muted);
  }
  tbody .icon-check {
    color: var(--_accent-text);
  }
  table .suggested {
    background: color-mix(in oklab, var(--_accent) 4%, var(--_surface));
  }
  .head {
    display: grid;
    justify-items: center;
    gap: var(--_s1);
  }
  .pills {
    display: grid;
    align-items: center;
    min-block-size: 28px;
  }
  .name {
    font-size: var(--_t-m);
    font-weight: 600;
  }
  .head .price {
    margin-block: var(--_s3) var(--_s3);
  }
  .head .price > * {
    text-align: center;
  }
  .head .amount {
    font-size: var(--_t-xl);
  }
  .head .amount.words {
    font-size: var(--_t-m);
    line-height: 24px;
  }
  .head .per,
  .head .terms {
    font-size: var(--_t-xs);
  }
  table .button {
    padding-inline: var(--_s2);
  }
`;
