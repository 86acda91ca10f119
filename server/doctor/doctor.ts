/** `planclaim doctor`: looks at everything that the backend depends on, and changes nothing (R3.5). */

import type { Clock } from '../clock.ts';
import type { LoadedForSetUp } from '../config/stripe-accounts.ts';
import type { Log } from '../log.ts';
import { openDatabase } from '../open-database.ts';
import { projectBehindWebhook } from '../stripe/account.ts';
import { createGateways } from '../stripe/gateway.ts';
import type { Store } from '../store/store.ts';
import { openEveryKey } from '../tokens/keys.ts';
import { checkAddresses, checkIssuers } from './addresses.ts';
import { failure, ok, type Finding } from './finding.ts';
import { checkAccount, checkProjectAtStripe } from './stripe.ts';

export interface DoctorDeps extends LoadedForSetUp {
  readonly clock: Clock;
  readonly log: Log;
}

/** Finding by finding, as they are made: some wait for the network. */
export async function* examine(deps: DoctorDeps): AsyncGenerator<Finding> {
  const { config } = deps;
  const ids = [...config.projects.keys()];
  yield ok('config', `${ids.length === 1 ? 'project' : 'projects'} ${ids.join(', ')}`);
  const store = await openDatabase(config.databaseUrl).catch((error: unknown) => failure('database', error));
  if ('level' in store) yield store;
  else {
    try {
      yield await checkDatabase(store, deps);
      yield await checkSecret(store, deps);
    } finally {
      await store.close();
    }
  }
  const stripe = createGateways(config, deps.clock);
  for (const account of deps.accounts) {
    const project = projectBehindWebhook(config, account.projectId);
    if (project) yield* checkAccount({ ...deps, stripe }, project, account);
  }
  for (const project of config.projects.values()) {
    if (project.stripe) yield* checkProjectAtStripe({ ...deps, stripe }, project);
    yield* checkAddresses(config, project);
    yield* checkIssuers(deps, project);
  }
}

/** Opening it has brought its schema up to date; a row that is taken back shows that it can be written. */
async function checkDatabase(store: Store, { config, clock }: DoctorDeps): Promise<Finding> {
  try {
    const name = `doctor:${crypto.randomUUID()}`;
    await store.write((tx) => tx.insertInto('lease').values({ name, owner: name, until: clock() }).execute());
    await store.write((tx) => tx.deleteFrom('lease').where('name', '=', name).execute());
    return ok('database', `${config.databaseUrl.replace(/\/\/[^@/]*@/, '//')}, writable, schema up to date`);
  } catch (error) {
    return failure('database', error);
  }
}

async function checkSecret(store: Store, deps: DoctorDeps): Promise<Finding> {
  try {
    const opened = await openEveryKey({ ...deps, store });
    return ok(
      'secret',
      opened === 0
        ? 'no signing key yet: the first start makes one'
        : `opens ${opened} signing ${opened === 1 ? 'key' : 'keys'}`,
    );
  } catch (error) {
    return failure('secret', error);
  }
}
