/** How a project's colours reach a page: as a stylesheet of its own, never as inline style. */

/** `branding` of the catalogue, as it is on the wire. */
export interface Branding {
  readonly logo: string | null;
  readonly accent: string | null;
  readonly radius: string | null;
  readonly font: string | null;
}

/**
 * The stylesheet that a page links after the common one: up to three of the five `--planclaim-*` properties.
 * Values that could end a declaration or load something are left out, and the default stays.
 */
export function renderBrandStylesheet(branding: Branding): string {
  const declarations = [
    declaration(
      'accent',
      branding.accent,
      /^(#[0-9a-f]{3,8}|[a-z]+|(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([\w\s.,%/+-]+\))$/i,
    ),
    declaration('radius', branding.radius === '0' ? '0px' : branding.radius, /^\d*\.?\d+(px|rem|em)$/),
    declaration('font', fontStack(branding.font), /^[\p{L}\p{N} ,"'-]+$/u),
  ].filter((line) => line !== null);
  return declarations.length > 0 ? `:root {\n${declarations.join('\n')}\n}\n` : '';
}

function declaration(name: string, value: string | null, allowed: RegExp): string | null {
  const text = value?.trim();
  return text && allowed.test(text) ? `  --planclaim-${name}: ${text};` : null;
}

/** A family that is not there must not turn the page into serif. */
function fontStack(font: string | null): string | null {
  if (!font) return null;
  return /(^|,)\s*(sans-serif|serif|monospace|system-ui)\s*$/.test(font) ? font : `${font}, system-ui, sans-serif`;
}
