/** The test cards that the checkout page offers (docs.stripe.com/testing). */

export interface TestCard {
  /** Digits only. */
  readonly number: string;
  readonly outcome: 'success' | 'declined' | 'insufficient_funds' | 'challenge' | 'attach_then_fail' | 'expired';
}

export const testCards: readonly TestCard[] = [
  { number: '4242424242424242', outcome: 'success' },
  { number: '4000000000000002', outcome: 'declined' },
  { number: '4000000000009995', outcome: 'insufficient_funds' },
  { number: '4000002760003184', outcome: 'challenge' },
  { number: '4000000000000341', outcome: 'attach_then_fail' },
];

/** "4242 4242 4242 4242"; American Express groups 4-6-5. */
export function groupDigits(number: string): string {
  return /^3[47]/.test(number)
    ? number.replace(/^(\d{4})(\d{0,6})(\d{0,5}).*$/, '$1 $2 $3').trim()
    : number.replace(/(\d{4})(?=\d)/g, '$1 ');
}
