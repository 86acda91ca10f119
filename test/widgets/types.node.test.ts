/** Types that a customer relies on (R38.1): they hold when this file compiles. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PlanclaimElements } from '../../widgets/jsx.ts';
import '../../widgets/index.ts';

/** Never called: what it says is checked by the compiler. */
function page(document: Document): void {
  const picker = document.createElement('plan-picker');
  picker.billingCycle = 'yearly';
  picker.addEventListener('plan-select', (event) => {
    const { plan, billingCycle, quantity } = event.detail;
    const said: [string, 'monthly' | 'yearly' | 'one_time' | null, number | null] = [plan, billingCycle, quantity];
    event.preventDefault();
    assert.ok(said);
  });
  document.querySelector('plan-gate')?.addEventListener('plan-change', ({ detail }) => detail.token.length);
  document.querySelector('billing-provider')?.addEventListener('billing-error', ({ detail }) => detail.code.length);
  document.querySelector('upgrade-button')?.addEventListener('sign-in-required', ({ detail }) => detail.plan.length);
  document.querySelector('billing-banner')?.addEventListener('billing-action', (event) => {
    const said: ['resume' | string, string, string | null] = [
      event.detail.action,
      event.detail.reason,
      event.detail.url,
    ];
    event.preventDefault();
    assert.ok(said);
  });
  const manager = document.createElement('subscription-manager');
  manager.returnUrl = '/account';
  // @ts-expect-error: not a cycle
  picker.billingCycle = 'weekly';
}

const jsx: PlanclaimElements['upgrade-button'] = {
  plan: 'pro',
  'billing-cycle': 'yearly',
  'onplan-change': ({ detail }) => assert.ok(detail.token),
};
// @ts-expect-error: the plan is missing
const without: PlanclaimElements['upgrade-button'] = { disabled: true };

it('types its elements and events', () => {
  assert.equal(typeof page, 'function');
  assert.deepEqual([jsx.plan, without.disabled], ['pro', true]);
});
