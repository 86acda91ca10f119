/** Registers `<subscription-manager>`. */

import '../billing-provider/define.ts';
import { define } from '../ui/define.ts';
import { SubscriptionManager } from './subscription-manager.ts';

define('subscription-manager', SubscriptionManager);

export { SubscriptionManager };
