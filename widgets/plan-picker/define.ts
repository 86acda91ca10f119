/** Registers `<plan-picker>`. */

import '../billing-provider/define.ts';
import { define } from '../ui/define.ts';
import { PlanPicker } from './plan-picker.ts';

define('plan-picker', PlanPicker);

export { PlanPicker };
