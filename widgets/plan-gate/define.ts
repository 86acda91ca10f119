/** Registers `<plan-gate>`. */

import '../billing-provider/define.ts';
import { define } from '../ui/define.ts';
import { PlanGate } from './plan-gate.ts';

define('plan-gate', PlanGate);

export { PlanGate };
