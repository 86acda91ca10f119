/** Tokens and resets: five properties, everything else derived from them. */

export const baseStyles = /* css */ `
@layer base {
  :root {
    color-scheme: light dark;
    --planclaim-accent: #5b5bd6;
    --planclaim-surface: light-dark(#fff, #16161a);
    --planclaim-text: light-dark(#1a1a1f, #ededf0);
    --planclaim-radius: 12px;
    --planclaim-font: Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;

    --accent: var(--planclaim-accent);
    --accent-hover: oklch(from var(--accent) calc(l - .05) c h);
    --accent-text: light-dark(oklch(from var(--accent) min(l, .5) c h), oklch(from var(--accent) max(l, .76) min(c, .14) h));
    --on-accent: oklch(from var(--accent) clamp(0, (.67 - l) * 1000, 1) 0 0);
    --accent-soft: light-dark(color-mix(in oklab, var(--accent) 9%, var(--surface)), color-mix(in oklab, var(--accent) 22%, var(--surface)));
    --surface: var(--planclaim-surface);
    --text: var(--planclaim-text);
    --muted: color-mix(in oklab, var(--text) 66%, var(--surface));
    --line: color-mix(in oklab, var(--text) 13%, var(--surface));
    --line-strong: color-mix(in oklab, var(--text) 48%, var(--surface));
    --sunken: color-mix(in oklab, var(--text) 4%, var(--surface));
    --danger: light-dark(#c4281c, #ff8f85);
    --danger-soft: light-dark(#fdefee, #3a1a18);
    --warn: light-dark(#8a5300, #f3c069);
    --warn-soft: light-dark(#fff5e0, #33260d);
    --good: light-dark(#12703c, #6fd49a);
    --good-soft: light-dark(#e9f7ef, #12301f);

    --t-xs: .75rem; --t-s: .875rem; --t-m: 1rem; --t-l: 1.25rem; --t-xl: 1.5rem; --t-price: 2.5rem;
    --s1: .25rem; --s2: .5rem; --s3: .75rem; --s4: 1rem; --s5: 1.5rem; --s6: 2rem; --s7: 3rem;
    --r: var(--planclaim-radius);
    --r-s: calc(var(--r) * .66);
  }
  *, ::before, ::after { box-sizing: border-box; }
  html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
  body {
    margin: 0; min-block-size: 100dvh; background: var(--surface); color: var(--text);
    font: 400 var(--t-m)/1.5 var(--planclaim-font); -webkit-font-smoothing: antialiased; overflow-wrap: break-word;
  }
  h1, h2, h3, p, ul, dl, dd, fieldset, legend { margin: 0; padding: 0; }
  h1, h2, h3 { text-wrap: balance; }
  ul { list-style: none; }
  fieldset { border: 0; min-inline-size: 0; }
  button, input, select { font: inherit; color: inherit; }
  a { color: var(--accent-text); }
  :lang(ar) * { letter-spacing: 0 !important; }
  [hidden] { display: none !important; }
  :focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; }
  .sr { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  /* Paper is white, whatever the screen is. */
  @media print { :root { color-scheme: light; } }
  @media (prefers-reduced-motion: reduce) {
    *, ::before, ::after { animation-duration: 0s !important; transition-duration: 0s !important; }
  }
}`;
