/** Counts what passed and failed, keeps the failures, and says it all at the end. */

import { styleText } from 'node:util';

export class Tally {
  readonly #bySuite = new Map<string, number>();
  readonly #failures: string[] = [];
  readonly #started = performance.now();
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  pass(suite: string): void {
    this.#passed += 1;
    this.#count(suite);
  }

  /** @param detail what a reader needs to mend it: the message, the difference, the place */
  fail(suite: string, name: string, detail: string): void {
    this.#failed += 1;
    this.#count(suite);
    this.#failures.push(name);
    console.log(`${styleText('red', `✗ ${name}`)}\n${indent(detail)}\n`);
  }

  skip(suite: string, name: string): void {
    this.#skipped += 1;
    console.log(styleText('yellow', `- skipped: ${suite}: ${name}`));
  }

  /** A suite in which nothing ran has proven nothing. */
  expect(suite: string, enough: (count: number) => boolean): void {
    if (!enough(this.#bySuite.get(suite) ?? 0)) this.fail(suite, suite, 'No test ran.');
  }

  /** One line about what has just ended. */
  note(title: string, { passed, failed, seconds }: { passed: number; failed: number; seconds: number }): void {
    const mark = failed > 0 ? styleText('red', '✗') : styleText('green', '✓');
    console.log(`${mark} ${title}: ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
  }

  get counts(): { readonly passed: number; readonly failed: number } {
    return { passed: this.#passed, failed: this.#failed };
  }

  /** Prints the failures again and the totals, which are the very last line. Returns the exit code. */
  finish(): number {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(0);
    console.log('');
    for (const name of this.#failures) console.log(styleText('red', `✗ ${name}`));
    if (this.#skipped > 0) console.log(styleText('yellow', `${this.#skipped} skipped`));
    console.log(`in ${seconds} s`);
    const nothing = this.#passed === 0 && this.#failed === 0;
    if (nothing) console.log('Nothing ran: check what --only names.');
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed > 0 || nothing ? 1 : 0;
  }

  #count(suite: string): void {
    this.#bySuite.set(suite, (this.#bySuite.get(suite) ?? 0) + 1);
  }
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
