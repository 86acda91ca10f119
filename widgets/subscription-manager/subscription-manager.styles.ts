/** One card, its sections apart by lines; rows wrap where the container is narrow. */

import { css } from 'lit';

export const managerStyles = css`
  .root {
    container-type: inline-size;
    font-size: var(--_t-s);
  }
  .card {
    position: relative;
    border: 1px solid var(--_line);
    border-radius: var(--_r);
    background: var(--_surface);
    overflow: clip;
  }
  .card > .notice {
    padding-inline: var(--_s5);
    border-radius: 0;
  }
  .card > section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_s3);
    padding: var(--_s5);
  }
  .card > section + section,
  .card > .notice + .notice {
    border-block-start: 1px solid var(--_line);
  }
  h3 {
    color: var(--_muted);
    font-size: var(--_t-s);
    font-weight: 550;
  }
  h3:focus,
  .plan-name:focus {
    outline: none;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--_s3) var(--_s4);
  }
  .grow {
    flex: 1 1 224px;
    min-inline-size: 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_s2);
  }
  .plan-name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_s1) var(--_s3);
    margin-block-end: var(--_s1);
    font-size: var(--_t-l);
    font-weight: 600;
    letter-spacing: -0.015em;
    overflow-wrap: anywhere;
  }
  .seats-count {
    color: var(--_muted);
    font-size: var(--_t-s);
    font-weight: 400;
    letter-spacing: normal;
  }
  .muted {
    color: var(--_muted);
  }
  .num {
    font-variant-numeric: tabular-nums;
  }
  [part='outlook'] {
    text-wrap: pretty;
    font-variant-numeric: tabular-nums;
  }
  .method {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_s1) var(--_s3);
  }
  .card-art {
    display: grid;
    place-items: center;
    min-inline-size: 40px;
    block-size: 26px;
    padding-inline: 5px;
    border: 1px solid var(--_line);
    border-radius: 4px;
    color: var(--_muted);
    font-size: 10px;
    font-weight: 700;
    line-height: 1;
    white-space: nowrap;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
  }
  th {
    padding: 0 0 var(--_s2);
    color: var(--_muted);
    font-weight: 500;
    text-align: start;
  }
  td {
    padding: var(--_s1) var(--_s2) var(--_s1) 0;
    padding-inline: 0 var(--_s2);
    block-size: 45px;
    border-block-start: 1px solid var(--_line);
  }
  td.end,
  th.end {
    padding-inline: 0;
    text-align: end;
  }
  td a:not(.button) {
    display: inline-block;
    min-block-size: 24px;
    line-height: 24px;
    color: var(--_accent-text);
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
  }
  .beneath {
    display: none;
  }
  .beneath .pill {
    margin-block-start: 2px;
  }
  @container (inline-size < 520px) {
    .actions .bare:first-child {
      margin-inline-start: calc(var(--_s3) * -1);
    }
    .number {
      display: none;
    }
    .beneath {
      display: block;
      overflow-wrap: anywhere;
      color: var(--_muted);
      font-size: var(--_t-xs);
    }
  }
  @container (inline-size < 420px) {
    .status {
      display: none;
    }
    .beneath.standing {
      display: block;
    }
  }
  .square {
    inline-size: 32px;
    padding: 0;
    margin-inline-end: -8px;
  }
  [part~='button-more'] {
    justify-self: start;
    margin-inline-start: calc(var(--_s3) * -1);
  }
  @media (pointer: coarse) {
    .square {
      inline-size: 44px;
    }
  }

  .skeleton.line {
    inline-size: 60%;
    block-size: 13px;
    margin-block: 4px;
  }
  .skeleton.heading {
    inline-size: 90px;
  }
  .skeleton.name-space {
    inline-size: 120px;
    block-size: 22px;
    margin-block: 4px 8px;
  }
  .skeleton.method-space {
    inline-size: 160px;
    block-size: 18px;
  }
  .skeleton.button-space {
    inline-size: 96px;
    block-size: 32px;
    border-radius: var(--_r-control);
  }
  .row-space {
    display: grid;
    grid-template-columns: 1fr 1fr;
    align-items: center;
    block-size: 45px;
    border-block-start: 1px solid var(--_line);
  }
  .row-space.head {
    block-size: 29px;
    border: 0;
  }
`;
