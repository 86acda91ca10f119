/** Radio buttons beside each other in one frame. */

import { css } from 'lit';

export const segments = css`
  .segments {
    display: inline-flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 2px;
    padding: 3px;
    border-radius: calc(var(--_r-control) + 3px);
    background: var(--_sunken);
    box-shadow: inset 0 0 0 1px var(--_line);
  }
  .segments label {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--_s2);
    min-block-size: 34px;
    padding: 4px 14px;
    border-radius: var(--_r-control);
    color: var(--_muted);
    font-size: var(--_t-s);
    font-weight: 550;
    cursor: pointer;
    transition: color 120ms;
  }
  .segments label:hover {
    color: var(--_text);
  }
  .segments input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .segments label:has(:checked) {
    background: var(--_surface);
    color: var(--_text);
    box-shadow:
      0 0 0 1px color-mix(in oklab, var(--_text) 22%, var(--_surface)),
      0 1px 3px rgb(0 0 0 / 0.08);
  }
  .segments label:has(:focus-visible) {
    outline: 2px solid var(--_accent-text);
    outline-offset: 2px;
  }
  .save {
    color: var(--_good);
    font-size: var(--_t-xs);
  }
  /* Of the reader's own colours there is one for what is chosen. */
  @media (forced-colors: active) {
    .segments {
      border: 1px solid ButtonBorder;
    }
    .segments label:has(:checked) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    .save {
      color: inherit;
    }
  }
  @media (pointer: coarse) {
    .segments label {
      min-block-size: 44px;
    }
  }
`;
