/** Compares secrets without telling by the time it takes how much of them was right. */

const encoder = new TextEncoder();

export function constantTimeEqual(given: string, expected: string): boolean {
  const a = encoder.encode(given);
  const b = encoder.encode(expected);
  let different = a.length ^ b.length;
  // As long as the guess, whatever the secret's length.
  for (let index = 0; index < a.length; index++) different |= (a[index] ?? 0) ^ (b[index % (b.length || 1)] ?? 0);
  return different === 0;
}
