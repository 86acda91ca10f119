/** `planclaim sandbox`: the Stripe-compatible sandbox alone. */

import { join } from 'node:path';
import { startSandbox } from '../sandbox/serve.ts';
import { closeOnSignal } from '../serve.ts';
import { exitCodes, parseOptions, readPort, refuseExtra, type Command } from './command.ts';

const usualPort = 8788;

export const sandbox: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { port: { type: 'string' }, memory: { type: 'boolean', default: false } },
    usage,
  );
  refuseExtra(positionals, usage);
  const running = await startSandbox({
    port: readPort(values.port) ?? usualPort,
    database: values.memory ? ':memory:' : join(process.cwd(), '.planclaim', 'sandbox.db'),
  });
  console.log(`Sandbox   ${running.url}`);
  console.log(`Use it with STRIPE_API_BASE=${running.url} and any key that starts with sk_test_.`);
  await closeOnSignal(() => running.close());
  return exitCodes.done;
};
