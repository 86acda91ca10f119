/** The `planclaim` command line: finds the command, runs it, and turns what it throws into a message and an exit code. */

import { didYouMean } from './config/mistakes.ts';
import { exitCodes, usageError, type Command } from './cli/command.ts';
import { PlanclaimError } from './errors.ts';

interface Listed {
  /** As it is typed, with its parameters. */
  readonly usage: string;
  /** Half a sentence. */
  readonly summary: string;
  /** Imports what the command needs; the others are not loaded. */
  load(): Promise<Command>;
}

const commands: Readonly<Record<string, Listed>> = {
  init: {
    usage: 'init',
    summary: 'write planclaim.config.ts with three example plans',
    load: async () => (await import('./cli/init.ts')).init,
  },
  dev: {
    usage: 'dev [--config F] [--port N] [--sandbox-port N] [--memory]',
    summary: 'Stripe sandbox and backend together, wired; no keys needed',
    load: async () => (await import('./cli/dev.ts')).dev,
  },
  serve: {
    usage: 'serve [--config F] [--port N]',
    summary: 'the backend alone',
    load: async () => (await import('./cli/serve.ts')).serve,
  },
  sandbox: {
    usage: 'sandbox [--port N] [--memory]',
    summary: 'the Stripe-compatible sandbox alone; --memory keeps nothing',
    load: async () => (await import('./cli/sandbox.ts')).sandbox,
  },
  plans: {
    usage: 'plans push [--dry-run] [--archive] [--project P] [--config F]',
    summary: "make Stripe's products and prices match the config; shows the diff first",
    load: async () => (await import('./cli/plans.ts')).plans,
  },
  webhooks: {
    usage: 'webhooks push [--url U] [--dry-run] [--prune] [--project P] [--config F]',
    summary: 'make or mend the endpoint that Stripe calls, and show its secret once',
    load: async () => (await import('./cli/webhooks.ts')).webhooks,
  },
  doctor: {
    usage: 'doctor [--config F]',
    summary: 'look at config, database, Stripe, webhooks, prices and keys; one line each',
    load: async () => (await import('./cli/doctor.ts')).doctor,
  },
  reconcile: {
    usage: 'reconcile [--project P] [--config F]',
    summary: 'compare every stored subscription with Stripe and mend what differs',
    load: async () => (await import('./cli/reconcile.ts')).reconcile,
  },
  users: {
    usage: 'users get|set|clear ID --project P [--plan X] [--config F]',
    summary: "read or set a user's plan",
    load: async () => (await import('./cli/users.ts')).users,
  },
  incidents: {
    usage: 'incidents [--project P] [--user ID] [--limit N] [--config F]',
    summary: 'what a person should look at, such as a price that no plan names',
    load: async () => (await import('./cli/incidents.ts')).incidents,
  },
  events: {
    usage: 'events [list]|redeliver ID [--project P] [--failed] [--limit N] [--config F]',
    summary: 'what your backend was told and what it did not take; sends an event again',
    load: async () => (await import('./cli/events.ts')).events,
  },
  keys: {
    usage: 'keys list|rotate [--config F]',
    summary: 'signing keys; old ones stay in the JWKS until their last token has expired',
    load: async () => (await import('./cli/keys.ts')).keys,
  },
};

/** Wrong usage and a wrong config: the person has to change something first. */
const misuse = new Set(['usage', 'config_invalid', 'config_exists']);

/**
 * Runs one command.
 * @param parameters the command line after `planclaim`
 * @returns the exit code: 0 done, 1 failed, 2 the config or the command line is wrong
 */
export async function main(parameters: readonly string[]): Promise<number> {
  const [name, ...rest] = parameters;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      console.log(help());
      return name === undefined ? exitCodes.misused : exitCodes.done;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command)
      throw usageError(
        `There is no command "${name}".${didYouMean(name, Object.keys(commands))}\nRun "planclaim help" for the list.`,
      );
    if (rest.includes('--help') || rest.includes('-h')) {
      console.log(`planclaim ${command.usage}\n  ${command.summary}`);
      return exitCodes.done;
    }
    const run = await command.load();
    return await run(rest, command.usage);
  } catch (error) {
    if (!(error instanceof PlanclaimError)) throw error;
    console.error(error.message);
    return misuse.has(error.code) ? exitCodes.misused : exitCodes.failed;
  }
}

function help(): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage.padEnd(width)}   ${summary}`);
  return [
    'Usage: planclaim COMMAND',
    '',
    ...lines,
    `  ${'help'.padEnd(width)}   this list`,
    '',
    'The config is planclaim.config.ts, .mjs or .json in the working directory, or --config F.',
  ].join('\n');
}
