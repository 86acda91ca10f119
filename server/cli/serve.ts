/** `planclaim serve`: the backend alone. */

import { closeOnSignal, startServer } from '../serve.ts';
import { exitCodes, parseOptions, readPort, refuseExtra, type Command } from './command.ts';

export const serve: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { config: { type: 'string' }, port: { type: 'string' } },
    usage,
  );
  refuseExtra(positionals, usage);
  const server = await startServer({ configFile: values.config, port: readPort(values.port) });
  await closeOnSignal(() => server.close());
  return exitCodes.done;
};
