/** `planclaim events`: what the customer's backend was told, what it did not take, and sending an event again. */

import { listOutgoing, redeliver, type ListedDelivery } from '../billing/outgoing-list.ts';
import { toIso } from '../clock.ts';
import {
  chooseProject,
  exitCodes,
  parseOptions,
  refuseExtra,
  usageError,
  withStore,
  type Command,
  type Opened,
} from './command.ts';

const defaultLimit = 50;

export const events: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    {
      project: { type: 'string' },
      failed: { type: 'boolean', default: false },
      limit: { type: 'string' },
      config: { type: 'string' },
    },
    usage,
  );
  const [action = 'list', ...rest] = positionals;
  if (action === 'redeliver') {
    const [eventId, ...extra] = rest;
    if (eventId === undefined || values.failed || values.limit !== undefined)
      throw usageError(`Usage: planclaim ${usage}`);
    refuseExtra(extra, usage);
    await withStore(values.config, (opened) => sendAgain(opened, values.project, eventId));
    return exitCodes.done;
  }
  if (action !== 'list') throw usageError(`Usage: planclaim ${usage}`);
  refuseExtra(rest, usage);
  const limit = readLimit(values.limit);
  const listed = await withStore(values.config, ({ config, store }) =>
    listOutgoing(store, chooseProject(config, values.project), { limit, ...(values.failed && { state: 'failed' }) }),
  );
  if (listed.length === 0) console.log(values.failed ? 'No event has failed.' : 'No events yet.');
  for (const delivery of listed) console.log(describe(delivery));
  return exitCodes.done;
};

async function sendAgain(opened: Opened, projectId: string | undefined, eventId: string): Promise<void> {
  const urls = await redeliver(opened, chooseProject(opened.config, projectId), eventId);
  for (const url of urls) console.log(`${eventId} goes to ${url} again, as soon as the backend runs.`);
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usageError(`--limit ${text} is not a number of events. Use a whole number from 1.`);
}

function describe(delivery: ListedDelivery): string {
  const { state, attempts, dueAt, lastStatus, lastError } = delivery;
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  const last = lastError ?? (lastStatus === null ? null : `HTTP ${lastStatus}`);
  const next = state === 'pending' && dueAt !== null ? `next ${toIso(dueAt)}` : null;
  return [
    `${state.padEnd(9)} ${delivery.eventId}  ${toIso(delivery.createdAt)}  ${delivery.type}`,
    `${delivery.userId} version ${delivery.version}`,
    delivery.url,
    [tried, last, next].filter((part) => part !== null).join(', '),
  ].join('  ');
}
