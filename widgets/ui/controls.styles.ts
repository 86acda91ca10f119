/** Button, pill, notice and skeleton. */

import { css } from 'lit';

export const controls = css`
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--_s2);
    min-block-size: var(--_control);
    margin: 0;
    padding: 6px var(--_s4);
    border: 1px solid var(--_accent-line);
    border-radius: var(--_r-control);
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: var(--_t-s);
    font-weight: 550;
    line-height: 1.3;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms,
      color 120ms;
  }
  .button:hover {
    background: var(--_accent-hover);
  }
  .button.quiet {
    background: var(--_surface);
    color: var(--_text);
    border-color: color-mix(in oklab, var(--_text) 18%, var(--_surface));
    box-shadow: 0 1px 1px rgb(0 0 0 / 0.03);
  }
  .button.quiet:hover {
    background: var(--_sunken);
    border-color: color-mix(in oklab, var(--_text) 28%, var(--_surface));
  }
  .button.bare {
    background: none;
    color: var(--_muted);
    border-color: transparent;
    box-shadow: none;
  }
  .button.bare:hover {
    background: var(--_sunken);
    color: var(--_text);
  }
  .button.danger {
    background: var(--_surface);
    color: var(--_danger);
    border-color: color-mix(in oklab, var(--_text) 18%, var(--_surface));
    box-shadow: 0 1px 1px rgb(0 0 0 / 0.03);
  }
  .button.danger:hover {
    background: var(--_danger-soft);
    border-color: color-mix(in oklab, var(--_danger) 40%, var(--_surface));
  }
  .button[disabled],
  .button.current {
    cursor: default;
    background: var(--_sunken);
    color: var(--_muted);
    border-color: transparent;
    box-shadow: none;
  }
  .button[aria-disabled='true'] {
    cursor: default;
  }
  .button.wide {
    inline-size: 100%;
  }
  .button.small {
    min-block-size: 32px;
    padding: 4px var(--_s3);
  }
  .button .icon {
    margin-inline: -2px;
  }
  /* What it says and what it says while busy lie in one cell, so it keeps its width. */
  .labels {
    display: inline-grid;
    justify-items: center;
    align-items: center;
  }
  .labels > * {
    grid-area: 1 / 1;
    display: inline-flex;
    align-items: center;
    gap: var(--_s2);
    visibility: hidden;
  }
  .labels > .shown {
    visibility: visible;
  }
  /* As wide as its place whatever it says: only what is shown may make it taller. */
  .wide .labels {
    max-inline-size: 100%;
  }
  .wide .labels > :not(.shown) {
    position: absolute;
  }
  .wide[aria-busy] .labels > .shown {
    max-inline-size: 100%;
    overflow: hidden;
    white-space: nowrap;
  }
  .spinner {
    inline-size: 14px;
    block-size: 14px;
    flex: none;
    border-radius: 50%;
    border: 2px solid currentColor;
    border-inline-end-color: transparent;
    animation: turn 700ms linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .pill {
    display: inline-flex;
    align-items: center;
    padding: 4px 8px;
    border-radius: 99px;
    background: var(--_sunken);
    color: var(--_muted);
    font-size: var(--_t-xs);
    font-weight: 550;
    line-height: 1.2;
    white-space: nowrap;
  }
  .pill.accent {
    background: var(--_accent-soft);
    color: var(--_accent-text);
  }
  .pill.good {
    background: var(--_good-soft);
    color: var(--_good);
  }
  .pill.warn {
    background: var(--_warn-soft);
    color: var(--_warn);
  }
  .pill.danger {
    background: var(--_danger-soft);
    color: var(--_danger);
  }
  /* What puts it away keeps to its corner, whatever wraps. */
  .notice {
    display: flex;
    align-items: start;
    gap: var(--_s3);
    padding: var(--_s3) var(--_s4);
    border-radius: var(--_r-control);
    background: var(--_warn-soft);
    font-size: var(--_t-s);
  }
  .notice.danger {
    background: var(--_danger-soft);
  }
  .notice.calm {
    background: var(--_sunken);
  }
  /* The action stands beside the words, or beneath them where there is no room; the icon stays with their first line. */
  .says {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_s2) var(--_s3);
    min-inline-size: 0;
    padding-inline-start: 32px;
  }
  .says p {
    position: relative;
    flex: 1 1 220px;
    min-inline-size: 0;
    text-wrap: pretty;
  }
  .says p > .icon {
    position: absolute;
    inset-inline-start: -32px;
    inline-size: 20px;
    block-size: 20px;
    stroke-width: 1.75;
    color: var(--_warn);
  }
  .notice.danger p > .icon {
    color: var(--_danger);
  }
  .notice.calm p > .icon {
    color: var(--_muted);
  }
  .notice strong {
    font-weight: 600;
  }
  .panel {
    display: grid;
    gap: var(--_s3);
    justify-items: start;
    padding: var(--_s5);
    border: 1px solid var(--_line);
    border-radius: var(--_r);
    background: var(--_surface);
    font-size: var(--_t-s);
  }
  .panel .title {
    display: flex;
    align-items: center;
    gap: var(--_s2);
    color: var(--_text);
    font-size: var(--_t-m);
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .panel .title .icon {
    inline-size: 20px;
    block-size: 20px;
    stroke-width: 1.75;
  }
  .panel p {
    color: var(--_muted);
  }
  .panel .say {
    color: var(--_text);
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    font-size: 13px;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  .skeleton {
    border-radius: 6px;
    background: linear-gradient(90deg, var(--_sunken) 25%, var(--_line) 50%, var(--_sunken) 75%) 0 / 200% 100%;
    animation: shine 1.4s linear infinite;
  }
  /* In the place of a button that stands by itself. */
  .skeleton.alone {
    inline-size: 160px;
    max-inline-size: 100%;
    block-size: var(--_control);
    border-radius: var(--_r-control);
  }
  @keyframes shine {
    to {
      background-position: -200% 0;
    }
  }
  @media (pointer: coarse) {
    .button,
    .button.small {
      min-block-size: 44px;
    }
    .skeleton.alone {
      block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .button,
    .button.quiet {
      border-color: ButtonText;
    }
    .button.filled:not([disabled]) {
      forced-color-adjust: none;
      border-color: Highlight;
      background: Highlight;
      color: HighlightText;
    }
    .button.filled:focus-visible {
      outline-color: CanvasText;
    }
    .skeleton {
      border: 1px solid GrayText;
    }
    .button[disabled],
    .button.current {
      border-color: GrayText;
      color: GrayText;
    }
    .pill {
      border: 1px solid;
    }
  }
`;
