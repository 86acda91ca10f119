/** Registers `<billing-provider>`. */

import { define } from '../ui/define.ts';
import { BillingProvider } from './billing-provider.ts';

define('billing-provider', BillingProvider);

export { BillingProvider };
