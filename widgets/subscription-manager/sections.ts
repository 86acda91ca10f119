/** What a manager shows, as its attribute says. */

import { type Check, oneOf } from '../ui/attributes.ts';

export const sectionNames = ['plan', 'payment', 'invoices'] as const;
export type SectionName = (typeof sectionNames)[number];

/** In the order of the attribute; all where it says nothing. */
export function sectionsOf(attribute: string | null): readonly SectionName[] {
  const named = listed(attribute).filter((name): name is SectionName =>
    (sectionNames as readonly string[]).includes(name),
  );
  return named.length > 0 ? [...new Set(named)] : sectionNames;
}

export function sectionsCheck(attribute: string | null): Check {
  for (const name of listed(attribute)) {
    const problem = oneOf('sections', name, sectionNames);
    if (problem) return problem;
  }
  return null;
}

/** With spaces or commas between. */
const listed = (attribute: string | null): readonly string[] => (attribute ?? '').split(/[\s,]+/).filter(Boolean);
