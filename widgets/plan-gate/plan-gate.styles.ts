/** A closed gate: quiet, and with one way in. */

import { css } from 'lit';

export const gateStyles = css`
  .card {
    display: grid;
    gap: var(--_s3);
    justify-items: center;
    padding: var(--_s7) var(--_s5);
    border: 1px solid var(--_line);
    border-radius: var(--_r);
    background: var(--_surface);
    text-align: center;
  }
  .badge {
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    background: var(--_accent-soft);
    color: var(--_accent-text);
  }
  .badge .icon {
    inline-size: 18px;
    block-size: 18px;
    stroke-width: 1.75;
  }
  .title {
    font-size: var(--_t-l);
    font-weight: 600;
    line-height: 1.3;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  .card > p {
    max-inline-size: 416px;
    color: var(--_muted);
    font-size: var(--_t-s);
    text-wrap: balance;
  }
  .card > .button {
    margin-block-start: var(--_s2);
  }
  .card > .notice {
    text-align: start;
  }
`;
