/** Inside a dialog: rows to choose a plan from, and a number of seats. */

import { css } from 'lit';

export const choiceStyles = css`
  .dialog .cycle {
    display: flex;
    justify-content: center;
  }
  .choices {
    display: grid;
    gap: var(--_s2);
  }
  .choice-row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_s1) var(--_s3);
    padding: var(--_s3) var(--_s4);
    border: 1px solid var(--_line);
    border-radius: var(--_r-control);
  }
  label.choice-row {
    cursor: pointer;
    transition: border-color 120ms;
  }
  label.choice-row:hover {
    border-color: color-mix(in oklab, var(--_text) 28%, var(--_surface));
  }
  .choice-row:has(:checked) {
    border-color: var(--_accent-line);
    box-shadow: 0 0 0 1px var(--_accent-line);
  }
  .choice-row:has(:focus-visible) {
    outline: 2px solid var(--_accent-text);
    outline-offset: 2px;
  }
  .choice-row:has(:disabled) {
    border-color: transparent;
    background: var(--_sunken);
    cursor: default;
  }
  .choice-row input {
    inline-size: 18px;
    block-size: 18px;
    flex: none;
    margin: 0;
    accent-color: var(--_accent);
    cursor: inherit;
  }
  .choice-row input:focus-visible {
    outline: none;
  }
  .what {
    display: grid;
    flex: 1 1 120px;
    min-inline-size: 0;
  }
  .what .name {
    justify-self: start;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .what .small {
    text-wrap: balance;
  }
  .cost {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .seats {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--_s2) var(--_s4);
  }
  .seats label {
    font-weight: 550;
  }
  .seats label .muted {
    font-weight: 400;
    margin-inline-start: var(--_s1);
  }
  .stepper {
    display: flex;
    gap: var(--_s1);
  }
  .stepper input {
    inline-size: 72px;
    block-size: var(--_control);
    margin: 0;
    padding: 0 var(--_s2);
    border: 1px solid var(--_line-strong);
    border-radius: var(--_r-control);
    background: var(--_surface);
    text-align: center;
    font-variant-numeric: tabular-nums;
    appearance: textfield;
    -moz-appearance: textfield;
  }
  .stepper input::-webkit-inner-spin-button,
  .stepper input::-webkit-outer-spin-button {
    appearance: none;
    margin: 0;
  }
  .stepper .button {
    inline-size: var(--_control);
    padding: 0;
  }
  @media (pointer: coarse) {
    .stepper input {
      block-size: 44px;
    }
    .stepper .button {
      inline-size: 44px;
    }
  }
  @media (width < 420px) {
    .what {
      flex-basis: calc(100% - 30px);
    }
    label.choice-row .cost {
      margin-inline-start: 30px;
    }
  }
`;
