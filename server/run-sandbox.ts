/** Starts the Stripe sandbox for a person: on localhost, with its books in `.planclaim/`, and a clear word when its port is taken. */

import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PlanclaimError } from './errors.ts';
import { startSandbox, type RunningSandbox } from './sandbox/serve.ts';

/** Where it is when nobody says otherwise. */
export const usualSandboxPort = 8788;

export interface SandboxRun {
  /** 0 takes any free one. */
  readonly port: number;
  /** Keeps nothing. */
  readonly memory: boolean;
  /** Who is paid, on its pages and invoices. */
  readonly accountName?: string | undefined;
  /** Where `.planclaim/` is. */
  readonly cwd: string;
}

/** @throws PlanclaimError `port_in_use` */
export async function runSandbox({ port: wanted, memory, cwd, accountName }: SandboxRun): Promise<RunningSandbox> {
  const port = wanted === 0 ? await freePort() : wanted;
  const url = `http://localhost:${port}`;
  try {
    const sandbox = await startSandbox({
      port,
      publicUrl: url,
      accountName,
      database: memory ? ':memory:' : join(cwd, '.planclaim', 'sandbox.db'),
    });
    return { ...sandbox, url };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PlanclaimError(
      `Port ${port}, the sandbox's, is in use. Stop what uses it, or choose another port for the sandbox.`,
      {
        code: 'port_in_use',
        status: 500,
        cause: error,
      },
    );
  }
}

/** A port that was free a moment ago: for addresses that must be known before anybody listens at them. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
