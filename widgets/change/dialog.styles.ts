/** The dialogs of a change: in the top layer, as wide as a column of text, and as tall as the window allows. */

import { css } from 'lit';
import { segments } from '../ui/segments.styles.ts';
import { choiceStyles } from './choice.styles.ts';

const own = css`
  .dialog {
    position: fixed;
    inline-size: min(448px, 100% - 32px);
    max-inline-size: none;
    max-block-size: calc(100% - 32px);
    margin: auto;
    padding: 0;
    border: 1px solid light-dark(transparent, var(--_line));
    border-radius: calc(var(--_r) * 1.33);
    background: var(--_surface);
    color: var(--_text);
    box-shadow:
      0 8px 20px rgb(0 0 0 / 0.1),
      0 24px 64px rgb(0 0 0 / 0.18);
    font-size: var(--_t-s);
    text-align: start;
    overscroll-behavior: contain;
    animation: rise 160ms ease-out;
  }
  .dialog::backdrop {
    background: light-dark(rgb(20 20 30 / 0.35), rgb(0 0 0 / 0.6));
    animation: fade 160ms ease-out;
  }
  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 4px;
    }
  }
  @keyframes fade {
    from {
      opacity: 0;
    }
  }
  .dialog header {
    display: flex;
    justify-content: space-between;
    align-items: start;
    gap: var(--_s4);
    padding: var(--_s5) var(--_s5) 0;
  }
  .dialog h2 {
    font-size: var(--_t-l);
    font-weight: 600;
    line-height: 1.25;
    letter-spacing: -0.015em;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .dialog h2:focus {
    outline: none;
  }
  .dialog .close {
    min-block-size: 32px;
    margin: -4px -8px -4px 0;
    margin-inline: 0 -8px;
    padding: 4px 7px;
  }
  .dialog .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_s4);
    padding: var(--_s3) var(--_s5) var(--_s5);
  }
  .dialog footer {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--_s2);
    padding: var(--_s4) var(--_s5);
    border-block-start: 1px solid var(--_line);
    background: var(--_sunken);
  }
  .dialog footer .button[disabled] {
    background: color-mix(in oklab, var(--_text) 8%, var(--_surface));
  }
  .dialog .muted {
    color: var(--_muted);
  }
  .dialog .strong {
    font-weight: 600;
  }
  .dialog .small {
    font-size: var(--_t-s);
  }

  .lines {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--_s2) 0;
    transition: opacity 120ms;
  }
  .lines.stale {
    opacity: 0.55;
  }
  .lines dt {
    padding-inline-end: var(--_s4);
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .lines dd {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .lines .total {
    margin-block-start: var(--_s1);
    padding-block-start: var(--_s3);
    border-block-start: 1px solid var(--_line);
    color: var(--_text);
    font-size: var(--_t-m);
    font-weight: 600;
  }
  .dialog .skeleton.line {
    inline-size: 70%;
    block-size: 13px;
    margin-block: 4px;
  }
  .dialog .skeleton.line.wide {
    inline-size: 100%;
    margin-block-end: 8px;
  }
  .dialog .skeleton.line.amount {
    inline-size: 56px;
    justify-self: end;
    margin-inline-start: auto;
  }

  .losses {
    display: grid;
    gap: var(--_s2);
  }
  .losses p {
    font-weight: 550;
  }
  .losses ul {
    display: grid;
    gap: 6px;
    color: var(--_muted);
  }
  .losses li {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr);
    gap: 10px;
    align-items: start;
    line-height: 1.45;
  }
  .losses .icon {
    margin-block-start: 2px;
  }

  .outcome {
    display: grid;
    grid-template-columns: 20px minmax(0, 1fr);
    gap: var(--_s3);
  }
  .outcome .icon {
    inline-size: 20px;
    block-size: 20px;
    stroke-width: 1.75;
    color: var(--_warn);
  }
  .wait {
    display: flex;
    align-items: center;
    gap: var(--_s2);
  }

  /* Two long labels side by side would be cut: beneath each other, each as wide as the dialog, the way on above. */
  @media (width < 420px) {
    .dialog footer {
      flex-wrap: wrap-reverse;
    }
    .dialog footer .button {
      flex: 1 1 auto;
    }
  }
`;

/** With what stands in them. */
export const dialogStyles = css`
  ${segments}
  ${own}
  ${choiceStyles}
`;
