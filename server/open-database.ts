/** Opens the store as a process does: what keeps it closed becomes a sentence for the person who starts it. */

import { configInvalid } from './config/mistakes.ts';
import { PlanclaimError } from './errors.ts';
import { openStore, type Store } from './store/store.ts';

/** @throws PlanclaimError `config_invalid` for an address that this version cannot use, `database_closed` when it does not open */
export async function openDatabase(databaseUrl: string): Promise<Store> {
  try {
    return await openStore(databaseUrl);
  } catch (error) {
    if (error instanceof PlanclaimError && error.code === 'database_url_invalid') {
      throw configInvalid(error.message, error);
    }
    // The file system's errors and SQLite's have codes; one without is a fault of ours and keeps its stack.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof PlanclaimError) throw error;
    const place = databaseUrl.startsWith('file:') ? databaseUrl : 'the database of DATABASE_URL';
    throw new PlanclaimError(
      `Cannot open ${place}: ${message}. Check DATABASE_URL, and that its folder can be written.`,
      {
        code: 'database_closed',
        status: 500,
        cause: error,
      },
    );
  }
}
