/** Registers `<upgrade-button>`. */

import '../billing-provider/define.ts';
import { define } from '../ui/define.ts';
import { UpgradeButton } from './upgrade-button.ts';

define('upgrade-button', UpgradeButton);

export { UpgradeButton };
