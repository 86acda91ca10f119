/** `planclaim sandbox`: the Stripe-compatible sandbox alone. */

import { runSandbox, usualSandboxPort } from '../run-sandbox.ts';
import { askedToStop } from '../serve.ts';
import { exitCodes, parseOptions, readPort, refuseExtra, type Command } from './command.ts';

export const sandbox: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { port: { type: 'string' }, memory: { type: 'boolean', default: false } },
    usage,
  );
  refuseExtra(positionals, usage);
  const stopped = askedToStop();
  const running = await runSandbox({
    port: readPort(values.port) ?? usualSandboxPort,
    memory: values.memory,
    cwd: process.cwd(),
  });
  console.log(`Sandbox   ${running.url}`);
  console.log(`Use it with STRIPE_API_BASE=${running.url} and any key that starts with sk_test_.`);
  await stopped;
  await running.close();
  return exitCodes.done;
};
