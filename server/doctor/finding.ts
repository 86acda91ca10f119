/** What a check of the installation found: one line, and where something is wrong, what to do about it. */

export interface Finding {
  /** `fail`: something does not work. `warn`: it works, and may surprise. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was checked, in a word or two. */
  readonly check: string;
  readonly detail: string;
  /** What to do; null where nothing is wrong. */
  readonly remedy: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ level: 'ok', check, detail, remedy: null });
export const warn = (check: string, detail: string, remedy: string): Finding => ({
  level: 'warn',
  check,
  detail,
  remedy,
});
export const fail = (check: string, detail: string, remedy: string): Finding => ({
  level: 'fail',
  check,
  detail,
  remedy,
});

/** An error's message as a finding: ours say what to do. */
export const failure = (check: string, error: unknown): Finding => {
  const message = error instanceof Error ? error.message : String(error);
  const [what = message, ...advice] = message.split(/(?<=\.)\s/);
  return fail(check, what.replace(/\.$/, ''), advice.join(' ') || 'Look at the log of the backend.');
};
