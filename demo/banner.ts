/** What `npm start` prints once everything serves. */

import { styleText } from 'node:util';

export interface Addresses {
  readonly demo: string;
  readonly backend: string;
  /** Null while payments are off. */
  readonly sandbox: string | null;
  readonly seconds: number;
}

export function banner({ demo, backend, sandbox, seconds }: Addresses): string {
  const strong = (text: string): string => styleText('bold', text);
  const quiet = (text: string): string => styleText('dim', text);
  const address = (text: string): string => styleText('cyan', text);
  const rows: readonly (readonly [string, string, string])[] = [
    ['Driftboard', demo, 'the demo: sign in, pick Pro, pay, watch the token'],
    ['Backend', backend, 'plans, checkout, tokens; described at /openapi.json'],
    ...(sandbox === null
      ? []
      : [['Sandbox', sandbox, 'stands in for Stripe: its books, its clock, trouble to order'] as const]),
  ];
  const lines = rows.map(
    ([name, url, about]) => `  ${strong(name.padEnd(11))} ${address(url.padEnd(24))} ${quiet(about)}`,
  );
  const pay =
    sandbox === null
      ? `  ${strong('Payments')}    off: every plan is free to choose`
      : `  ${strong('Card')}        4242 4242 4242 4242, any date ahead, any CVC`;
  const ready = quiet(`Ready in ${seconds.toFixed(1)} s. Stop with Ctrl+C.`);
  return ['', ...lines, pay, '', `  ${ready}`, ''].join('\n');
}
