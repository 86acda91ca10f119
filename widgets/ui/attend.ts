/** Does what a notice's button says: the same in every element that shows one. */

import type { Attention } from '../client/attention.ts';
import type { Errands } from './errands.ts';
import { openPortal, resume } from './subscription-errands.ts';

/** Which button is busy with it. */
export const attending = 'attention';

/** @returns whether something was taken back here, and the notice has gone with it */
export async function attend(
  errands: Errands,
  { action }: Attention,
  options: { readonly returnUrl: string | null },
): Promise<boolean> {
  switch (action.kind) {
    case 'resume':
    case 'undo':
      return errands.run(resume(attending));
    case 'fix_payment':
    case 'add_payment_method':
      await errands.run(openPortal(errands, { about: attending, flow: 'payment_method_update', ...options }));
      return false;
    default:
      // A link, which goes by itself.
      return false;
  }
}
