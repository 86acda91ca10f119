/**
 * Five properties make an element the customer's; everything else is derived from them here, and each derived value may
 * be set as well. Defaults stand as fallbacks, never as declarations on the host: those would beat the page's `:root` (R40.2).
 * All lengths are px: the page's root font size must not reach in here (R40.1).
 */

import { css } from 'lit';

export const tokens = css`
  :host {
    /* The five. A project's branding comes between the page's word and the default. */
    --_accent: var(--planclaim-accent, var(--_brand-accent, #5b5bd6));
    --_surface: var(--planclaim-surface, light-dark(#fff, #16161a));
    --_text: var(--planclaim-text, light-dark(#1a1a1f, #ededf0));
    --_r: var(--planclaim-radius, var(--_brand-radius, 12px));

    /* Black or white, whichever has 4.5 : 1 on the accent: at a luminance of .179 both have. Hover moves away from it. */
    --_on-accent: var(
      --planclaim-on-accent,
      color(
        from var(--_accent) xyz-d65 clamp(0, (0.179 - y) * 10000, 0.9505) clamp(0, (0.179 - y) * 10000, 1)
          clamp(0, (0.179 - y) * 10000, 1.089)
      )
    );
    --_off-accent: color(
      from var(--_accent) xyz-d65 clamp(0, (y - 0.179) * 10000, 0.9505) clamp(0, (y - 0.179) * 10000, 1)
        clamp(0, (y - 0.179) * 10000, 1.089)
    );
    --_accent-hover: var(--planclaim-accent-hover, color-mix(in oklab, var(--_accent) 88%, var(--_off-accent)));
    /* The accent as text, pulled to a lightness that reads on the surface and on the soft accent. */
    --_accent-text: var(
      --planclaim-accent-text,
      light-dark(oklch(from var(--_accent) min(l, 0.5) c h), oklch(from var(--_accent) max(l, 0.76) min(c, 0.14) h))
    );
    /* The accent as a line: 3 : 1 on the surface and on what is sunken or tinted, and the accent itself wherever that has it. */
    --_accent-line: var(
      --planclaim-accent-line,
      light-dark(oklch(from var(--_accent) min(l, 0.6) c h), oklch(from var(--_accent) max(l, 0.59) c h))
    );
    --_accent-soft: var(
      --planclaim-accent-soft,
      light-dark(
        color-mix(in oklab, var(--_accent) 9%, var(--_surface)),
        color-mix(in oklab, var(--_accent) 22%, var(--_surface))
      )
    );
    --_muted: var(--planclaim-muted, color-mix(in oklab, var(--_text) 66%, var(--_surface)));
    --_line: var(--planclaim-line, color-mix(in oklab, var(--_text) 13%, var(--_surface)));
    --_line-strong: var(--planclaim-line-strong, color-mix(in oklab, var(--_text) 50%, var(--_surface)));
    --_sunken: var(--planclaim-sunken, color-mix(in oklab, var(--_text) 4%, var(--_surface)));
    --_danger: var(--planclaim-danger, light-dark(#c4281c, #ff8f85));
    --_danger-soft: var(--planclaim-danger-soft, light-dark(#fdefee, #3a1a18));
    --_warn: var(--planclaim-warn, light-dark(#8a5300, #f3c069));
    --_warn-soft: var(--planclaim-warn-soft, light-dark(#fff5e0, #33260d));
    --_good: var(--planclaim-good, light-dark(#12703c, #6fd49a));
    --_good-soft: var(--planclaim-good-soft, light-dark(#e9f7ef, #12301f));

    --_t-xs: 12px;
    --_t-s: 14px;
    --_t-m: 16px;
    --_t-l: 20px;
    --_t-xl: 24px;
    --_t-price: 40px;
    --_s1: var(--planclaim-space-1, 4px);
    --_s2: var(--planclaim-space-2, 8px);
    --_s3: var(--planclaim-space-3, 12px);
    --_s4: var(--planclaim-space-4, 16px);
    --_s5: var(--planclaim-space-5, 24px);
    --_s6: var(--planclaim-space-6, 32px);
    --_s7: var(--planclaim-space-7, 48px);
    --_r-control: var(--planclaim-radius-control, calc(var(--_r) * 0.66));
    --_control: var(--planclaim-control, 40px);
    --_shadow: var(--planclaim-shadow, 0 1px 2px rgb(0 0 0 / 0.05), 0 4px 12px rgb(0 0 0 / 0.05));

    display: block;
  }
  :host([hidden]) {
    display: none;
  }
`;
