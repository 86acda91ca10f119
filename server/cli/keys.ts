/** `planclaim keys`: the keys that sign tokens. Rotating is safe at any time: both keys are known while the old one's tokens live. */

import { toIso } from '../clock.ts';
import { createLog } from '../log.ts';
import { listKeys, rotateKeys, type KeySummary } from '../tokens/keys.ts';
import { exitCodes, parseOptions, refuseExtra, usageError, withStore, type Command } from './command.ts';

export const keys: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(parameters, { config: { type: 'string' } }, usage);
  const [action, ...extra] = positionals;
  if (action !== 'list' && action !== 'rotate') throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(extra, usage);
  const listed = await withStore(values.config, (opened) =>
    action === 'list' ? listKeys(opened) : rotateKeys({ ...opened, log: createLog('silent') }),
  );
  if (listed.length === 0) console.log('No keys yet: the first one is made when the backend starts.');
  for (const key of listed) console.log(describe(key));
  return exitCodes.done;
};

function describe({ kid, algorithm, state, createdAt, signsFrom, removedAt }: KeySummary): string {
  const until = {
    next: `signs from ${toIso(signsFrom)}`,
    signing: `signs since ${toIso(signsFrom)}`,
    retiring: removedAt === null ? 'verifies only' : `verifies until ${toIso(removedAt)}`,
    removed: removedAt === null ? 'removed' : `removed ${toIso(removedAt)}`,
  }[state];
  return `${state.padEnd(8)} ${algorithm} ${kid}  made ${toIso(createdAt)}, ${until}`;
}
