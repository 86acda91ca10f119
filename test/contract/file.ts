/** The contract's file, and the `stripe` package that it was made from. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** What `generate/` writes: schemas of what goes over the wire to and from Stripe, and who answers with what. */
export interface ContractFile {
  /** Version of the `stripe` package that it was made from. */
  stripe: string;
  routes: ContractRoute[];
  /** Definition by `object` name: of the living object, and of what is left of a deleted one. */
  objects: Record<string, { live: string; deleted?: string }>;
  /** Definition by event `type`. */
  events: Record<string, string>;
  /** Schema of the body of an error. */
  error: object;
  /** JSON Schema by name. An enum marked `open` is one to which Stripe may add. */
  definitions: Record<string, object>;
}

export interface ContractRoute {
  method: string;
  /** With `{name}` for each parameter. */
  path: string;
  /** Definition of the parameters; null where there are none. */
  params: string | null;
  answers: 'object' | 'list' | 'search';
  /** Definitions of the object that it answers with, or of the members of a list; `event` for any event. */
  returns: string[];
}

export const contractPath = fileURLToPath(new URL('stripe.contract.json.gz', import.meta.url));

/** Reads the contract. */
export function readContractFile(): ContractFile {
  return JSON.parse(gunzipSync(readFileSync(contractPath)).toString()) as ContractFile;
}

/** Where the installed `stripe` package is, and its version. */
export function installedStripe(): { folder: string; version: string } {
  const entry = fileURLToPath(import.meta.resolve('stripe'));
  const folder = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}
