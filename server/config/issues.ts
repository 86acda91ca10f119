/** What zod finds, in our words. */

import type { z } from 'zod';
import type { Mistakes } from './mistakes.ts';

/** Zod's findings in our words; one line an unknown key. */
export function addIssues(issues: readonly z.core.$ZodIssue[], mistakes: Mistakes): void {
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const lines = issue.message.split('\n');
      issue.keys.forEach((key, index) => mistakes.add([...issue.path, key], lines[index] ?? 'is not known here'));
    } else {
      mistakes.add(issue.path, issue.message);
    }
  }
}

const nameOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

const expectedNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
};

/** Words for what the schema itself has none for. */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    const expected = expectedNames[issue.expected] ?? issue.expected;
    if (issue.input === undefined) return `is missing. It must be ${expected}`;
    return `must be ${expected}, not ${nameOf(issue.input)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
    return `${issue.input === undefined ? 'is missing. It must' : 'must'} be ${values.join(' or ')}`;
  }
  return undefined;
}
