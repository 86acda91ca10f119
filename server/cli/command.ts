/** What a command of `planclaim` is, and what all of them share: options, the config, the store. */

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { systemClock, type Clock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import { didYouMean } from '../config/mistakes.ts';
import type { Config, Project } from '../config/project.ts';
import { PlanclaimError } from '../errors.ts';
import { openDatabase } from '../open-database.ts';
import type { Store } from '../store/store.ts';
import { createGateways, type Gateways } from '../stripe/gateway.ts';

/**
 * Carries out a command and resolves to the exit code.
 * @param parameters what follows its name
 * @param usage how it is typed, for messages
 */
export type Command = (parameters: string[], usage: string) => Promise<number>;

export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;

/** `usage`: the command line is wrong; exit code 2. */
export const usageError = (message: string): PlanclaimError =>
  new PlanclaimError(message, { code: 'usage', status: 400 });

/** Node's own parser, strict; its complaints become `usage` errors. */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  parameters: string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: parameters, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /^Unknown option '(-+)([^']+)'/.exec(error.message);
    const hint = unknown ? didYouMean(unknown[2] ?? '', Object.keys(options)) : '';
    throw usageError(`${error.message.split('. ')[0]}.${hint}\nUsage: planclaim ${usage}`);
  }
}

/** Refuses words that the command does not take. */
export function refuseExtra(words: readonly string[], usage: string): void {
  if (words.length > 0) throw usageError(`"${words.join(' ')}" is too much.\nUsage: planclaim ${usage}`);
}

/** `--port`, or undefined; throws `usage` for anything but a port. */
export function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usageError(`--port ${text} is not a port. Use a whole number from 0 to 65535; 0 takes any free one.`);
}

/** The project named by `--project`; where there is only one, it need not be named. */
export function chooseProject(config: Config, id: string | undefined): Project {
  const ids = [...config.projects.keys()];
  const [only] = config.projects.values();
  if (id === undefined && only && ids.length === 1) return only;
  const project = config.projects.get(id ?? '');
  if (project) return project;
  throw usageError(
    id === undefined
      ? `Which project? Add --project with one of: ${ids.join(', ')}.`
      : `There is no project "${id}". Projects: ${ids.join(', ')}.${didYouMean(id, ids)}`,
  );
}

export interface Opened {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly stripe: Gateways;
}

/** Loads the config, opens the store for as long as `work` runs, and closes it whatever happens. */
export async function withStore<T>(configFile: string | undefined, work: (opened: Opened) => Promise<T>): Promise<T> {
  const config = await loadConfig({ file: configFile });
  const store = await openDatabase(config.databaseUrl);
  try {
    const stripe = createGateways(config, systemClock);
    // What a command decides holds at the time that the backend decides at.
    if ([...config.projects.values()].some((project) => project.stripe)) await stripe.time.ask();
    return await work({ config, store, clock: systemClock, stripe });
  } finally {
    await store.close();
  }
}
