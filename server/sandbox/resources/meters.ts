/** Meters: what prices by use count. Nothing is counted here, so that nothing is ever billed by use; usage itself is not built. */

import type Stripe from 'stripe';
import { invalid } from '../errors.ts';
import type { Read, Write } from '../http/api.ts';
import { attribute, page } from '../http/page.ts';
import type { Change } from '../store/change.ts';

type Meter = Stripe.Billing.Meter;

export const createMeter: Write<Stripe.Billing.MeterCreateParams> = (params, { change }) => {
  const taken = change.store.all('billing.meter', [
    { sql: "json_extract(body, '$.event_name') = ?", values: [params.event_name] },
    { sql: "json_extract(body, '$.status') = 'active'", values: [] },
  ]);
  if (taken[0]) {
    throw invalid(
      `An active meter with this event name exists already: ${taken[0].id}. Use another name or deactivate that one.`,
      'event_name',
    );
  }
  return change.create<'billing.meter'>({
    id: change.store.ids.next('mtr_test'),
    object: 'billing.meter',
    created: change.now,
    customer_mapping: params.customer_mapping ?? { event_payload_key: 'stripe_customer_id', type: 'by_id' },
    default_aggregation: params.default_aggregation,
    display_name: params.display_name,
    event_name: params.event_name,
    event_time_window: params.event_time_window ?? null,
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
    updated: change.now,
    value_settings: params.value_settings ?? { event_payload_key: 'value' },
  });
};

export const retrieveMeter: Read<unknown> = (_params, { store, path }) =>
  store.get('billing.meter', path['id'] ?? '', 'path');

export const updateMeter: Write<Stripe.Billing.MeterUpdateParams> = (params, { change, path }) => {
  const meter = change.store.get('billing.meter', path['id'] ?? '', 'path');
  const { display_name: name = meter.display_name } = params;
  return change.update<'billing.meter'>(meter, { display_name: name, updated: change.now });
};

export const deactivateMeter: Write<unknown> = (_params, { change, path }) => turn(change, path['id'], 'inactive');

export const reactivateMeter: Write<unknown> = (_params, { change, path }) => turn(change, path['id'], 'active');

export const listMeters: Read<Stripe.Billing.MeterListParams> = (params, { store, url }) =>
  page(store, 'billing.meter', params, { url, where: [attribute('$.status', params.status)] });

function turn(change: Change, id: string | undefined, status: 'active' | 'inactive'): Meter {
  const meter = change.store.get('billing.meter', id ?? '', 'path');
  if (meter.status === status) throw invalid(`This meter is ${status} already.`);
  return change.update<'billing.meter'>(
    meter,
    {
      status,
      status_transitions: { deactivated_at: status === 'inactive' ? change.now : null },
      updated: change.now,
    },
    { events: [`billing.meter.${status === 'inactive' ? 'deactivated' : 'reactivated'}`] },
  );
}
