/** `planclaim serve`: the backend alone. */

import { askedToStop, startServer } from '../serve.ts';
import { exitCodes, parseOptions, readPort, refuseExtra, type Command } from './command.ts';

export const serve: Command = async (parameters, usage) => {
  const { values, positionals } = parseOptions(
    parameters,
    { config: { type: 'string' }, port: { type: 'string' } },
    usage,
  );
  refuseExtra(positionals, usage);
  const stopped = askedToStop();
  const server = await startServer({ configFile: values.config, port: readPort(values.port) });
  await stopped;
  await server.close();
  return exitCodes.done;
};
