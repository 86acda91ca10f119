/** `planclaim doctor`: one line for everything that the backend depends on. */

import { systemClock } from '../clock.ts';
import { loadForSetUp } from '../config/stripe-accounts.ts';
import { examine } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { createLog } from '../log.ts';
import { exitCodes, parseOptions, refuseExtra, type Command } from './command.ts';

const marks = { ok: '✓', warn: '!', fail: '✗' } as const;

export const doctor: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(parameters, { config: { type: 'string' } }, usage);
  refuseExtra(positionals, usage);
  const loaded = await loadForSetUp({ file: values.config }).catch((error: unknown) => {
    console.log(`${marks.fail} config`);
    throw error;
  });
  const counts = { ok: 0, warn: 0, fail: 0 };
  for await (const finding of examine({ ...loaded, clock: systemClock, log: createLog('silent') })) {
    counts[finding.level] += 1;
    console.log(line(finding));
  }
  return counts.fail > 0 ? exitCodes.failed : exitCodes.done;
};

const line = ({ level, check, detail, remedy }: Finding): string =>
  `${marks[level]} ${check.padEnd(22)} ${detail}${remedy === null ? '' : ` → ${remedy}`}`;
