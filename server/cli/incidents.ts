/** `planclaim incidents`: what a person should look at, the newest first. */

import { listIncidents, type Incident } from '../billing/incidents.ts';
import { chooseProject, exitCodes, parseOptions, refuseExtra, usageError, withStore, type Command } from './command.ts';

const defaultLimit = 50;

export const incidents: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    {
      project: { type: 'string' },
      user: { type: 'string' },
      limit: { type: 'string' },
      config: { type: 'string' },
    },
    usage,
  );
  refuseExtra(positionals, usage);
  const limit = readLimit(values.limit);
  const found = await withStore(values.config, ({ config, store }) =>
    listIncidents(store.read, chooseProject(config, values.project).id, limit, values.user),
  );
  if (found.length === 0) console.log('No incidents.');
  for (const incident of found) console.log(describe(incident));
  return exitCodes.done;
};

function readLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usageError(`--limit ${text} is not a number of incidents. Use a whole number from 1.`);
}

function describe({ kind, user_id: user, occurrences, last_seen_at: seen, detail }: Incident): string {
  const often = occurrences === 1 ? 'once' : `${occurrences} times`;
  return `${seen}  ${kind}  ${user ?? 'no user'}  ${often}\n  ${detail}`;
}
