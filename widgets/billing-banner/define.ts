/** Registers `<billing-banner>`. */

import '../billing-provider/define.ts';
import { define } from '../ui/define.ts';
import { BillingBanner } from './billing-banner.ts';

define('billing-banner', BillingBanner);

export { BillingBanner };
