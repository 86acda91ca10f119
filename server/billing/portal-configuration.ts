/** The portal's one configuration a project and Stripe account: made once, kept as the plans want it, healed when it is not (R28.1, R28.2). */

import type { Project } from '../config/project.ts';
import { accountOf } from '../stripe/account.ts';
import {
  findPortalConfiguration,
  readPortalConfiguration,
  wantedPortalConfiguration,
  writePortalConfiguration,
} from '../stripe/portal.ts';
import type { CheckoutDeps } from './checkout.ts';

type Deps = Pick<CheckoutDeps, 'store' | 'stripe' | 'locks' | 'clock' | 'log'>;

/** The id of the configuration, which is as it should be when this resolves. */
export async function portalConfiguration(deps: Deps, project: Project): Promise<string> {
  const gateway = deps.stripe(project);
  const wanted = await wantedPortalConfiguration(gateway, project);
  const known = await storedPortalConfiguration(deps, project);
  const found = known === null ? null : await readPortalConfiguration(gateway, known, wanted);
  if (found?.active && found.drifted.length === 0) return found.id;
  // Many visits at once make one configuration: the others find it made.
  return deps.locks.holdName(`portal:${accountOf(project)}:${project.id}`, async () => {
    const id = await storedPortalConfiguration(deps, project);
    const current =
      (id === null ? null : await readPortalConfiguration(gateway, id, wanted)) ??
      (await findPortalConfiguration(gateway, project, wanted));
    if (current?.active && current.drifted.length === 0 && current.id === id) return id;
    const healthy = current?.active && current.drifted.length === 0;
    const written = healthy ? current.id : await writePortalConfiguration(gateway, current, wanted);
    if (id !== null && !healthy) {
      const what =
        current === null ? 'is missing' : current.active ? `differs in ${current.drifted.join(', ')}` : 'is not active';
      deps.log.warn(
        { event: 'portal_configuration_healed', project: project.id, configuration: id, mended: written },
        `The portal configuration ${what}; it has been mended`,
      );
    }
    await storePortalConfiguration(deps, project, written);
    return written;
  });
}

/** The id that is remembered; null before the first visit. */
export async function storedPortalConfiguration(
  { store }: Pick<Deps, 'store'>,
  project: Project,
): Promise<string | null> {
  const row = await store.read
    .selectFrom('portal_configuration')
    .select('configuration_id')
    .where('account', '=', accountOf(project))
    .where('project_id', '=', project.id)
    .executeTakeFirst();
  return row?.configuration_id ?? null;
}

async function storePortalConfiguration({ store, clock }: Deps, project: Project, id: string): Promise<void> {
  const row = { configuration_id: id, updated_at: clock() };
  await store.write((tx) =>
    tx
      .insertInto('portal_configuration')
      .values({ account: accountOf(project), project_id: project.id, ...row })
      .onConflict((conflict) => conflict.columns(['account', 'project_id']).doUpdateSet(row))
      .execute(),
  );
}
