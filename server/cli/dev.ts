/** `planclaim dev`: the Stripe sandbox and the backend together, wired. */

import { startDev } from '../dev.ts';
import { askedToStop } from '../serve.ts';
import { exitCodes, parseOptions, readPort, refuseExtra, type Command } from './command.ts';

export const dev: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    {
      config: { type: 'string' },
      port: { type: 'string' },
      'sandbox-port': { type: 'string' },
      memory: { type: 'boolean', default: false },
    },
    usage,
  );
  refuseExtra(positionals, usage);
  const stopped = askedToStop();
  const running = await startDev({
    configFile: values.config,
    port: readPort(values.port),
    sandboxPort: readPort(values['sandbox-port']),
    memory: values.memory,
  });
  for (const line of running.pushed) console.error(line);
  console.error(`Backend   ${running.backend.url}`);
  console.error(
    running.sandbox
      ? `Sandbox   ${running.sandbox.url}   stands in for Stripe`
      : "Sandbox   not started: no project has payments: 'stripe'",
  );
  console.error('Stop with Ctrl+C.');
  await stopped;
  await running.close();
  return exitCodes.done;
};
