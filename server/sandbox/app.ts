/** The sandbox as a web application: every route on one screen. */

import { Hono } from 'hono';
import { catchUp } from './billing/due.ts';
import { addControl } from './control/control.ts';
import type { Courier } from './deliveries/courier.ts';
import { StripeApiError } from './errors.ts';
import { addAssets } from './hosted/assets.ts';
import { addChallengePages } from './hosted/challenge.ts';
import { addCheckoutPages } from './hosted/checkout.ts';
import { addConsole } from './hosted/console/console.ts';
import { addInvoicePages } from './hosted/invoice.ts';
import { addPortalLogin } from './hosted/portal/login.ts';
import { addPortalPages } from './hosted/portal/pages.ts';
import { addPromotionForms } from './hosted/promotion.ts';
import { answerUnknown, createApi } from './http/api.ts';
import type { ApiDeps } from './http/api.ts';
import { Faults } from './http/faults.ts';
import { IdempotentAnswers } from './http/idempotency.ts';
import { RequestLog } from './http/request-log.ts';
import * as ledger from './resources/balance-transactions.ts';
import * as charges from './resources/charges.ts';
import * as coupons from './resources/coupons.ts';
import * as creditNotes from './resources/credit-notes.ts';
import * as balances from './resources/customer-balance.ts';
import * as customers from './resources/customers.ts';
import * as disputes from './resources/disputes.ts';
import * as events from './resources/events.ts';
import * as invoiceItems from './resources/invoice-items.ts';
import { createPreview } from './resources/invoice-preview.ts';
import * as invoices from './resources/invoices.ts';
import * as meters from './resources/meters.ts';
import * as paymentIntents from './resources/payment-intents.ts';
import * as methods from './resources/payment-methods.ts';
import * as paymentPages from './resources/payment-pages.ts';
import * as plans from './resources/plans.ts';
import * as portalConfigurations from './resources/portal-configurations.ts';
import * as portalSessions from './resources/portal-sessions.ts';
import * as prices from './resources/prices.ts';
import * as products from './resources/products.ts';
import * as promotionCodes from './resources/promotion-codes.ts';
import * as refunds from './resources/refunds.ts';
import { addSearch } from './resources/search.ts';
import { createOrStart } from './resources/schedule-start.ts';
import * as sessions from './resources/sessions.ts';
import * as setupIntents from './resources/setup-intents.ts';
import * as schedules from './resources/subscription-schedules.ts';
import * as subscriptionItems from './resources/subscription-item-changes.ts';
import * as subscriptionPause from './resources/subscription-pause.ts';
import * as subscriptionUpdate from './resources/subscription-update.ts';
import * as subscriptions from './resources/subscriptions.ts';
import * as taxRates from './resources/tax-rates.ts';
import * as testClocks from './resources/test-clocks.ts';
import * as endpoints from './resources/webhook-endpoints.ts';
import type { Store } from './store/store.ts';

export interface SandboxDeps {
  readonly store: Store;
  readonly courier: Courier;
}

export function createSandbox({ store, courier }: SandboxDeps): Hono {
  const app = new Hono();
  const deps: ApiDeps = {
    store,
    idempotent: new IdempotentAnswers(store),
    log: new RequestLog(),
    faults: new Faults(),
    catchUp: (clock) => catchUp(store, clock),
  };
  // The sandbox's own time, on every answer: whoever follows Stripe's clock follows this one.
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('date', new Date(store.clock.now() * 1000).toUTCString());
  });
  const api = createApi(app, deps);

  addSearch(api);
  api.post('/v1/products', products.createProduct);
  api.get('/v1/products', products.listProducts);
  api.get('/v1/products/{id}', products.retrieveProduct);
  api.post('/v1/products/{id}', products.updateProduct);
  api.delete('/v1/products/{id}', products.deleteProduct);

  api.post('/v1/prices', prices.createPrice);
  api.get('/v1/prices', prices.listPrices);
  api.get('/v1/prices/{id}', prices.retrievePrice);
  api.post('/v1/prices/{id}', prices.updatePrice);

  api.post('/v1/plans', plans.createPlan);
  api.get('/v1/plans', plans.listPlans);
  api.get('/v1/plans/{id}', plans.retrievePlan);
  api.post('/v1/plans/{id}', plans.updatePlan);
  api.delete('/v1/plans/{id}', plans.deletePlan);

  api.post('/v1/tax_rates', taxRates.createTaxRate);
  api.get('/v1/tax_rates', taxRates.listTaxRates);
  api.get('/v1/tax_rates/{id}', taxRates.retrieveTaxRate);
  api.post('/v1/tax_rates/{id}', taxRates.updateTaxRate);

  api.post('/v1/billing/meters', meters.createMeter);
  api.get('/v1/billing/meters', meters.listMeters);
  api.get('/v1/billing/meters/{id}', meters.retrieveMeter);
  api.post('/v1/billing/meters/{id}', meters.updateMeter);
  api.post('/v1/billing/meters/{id}/deactivate', meters.deactivateMeter);
  api.post('/v1/billing/meters/{id}/reactivate', meters.reactivateMeter);

  api.post('/v1/coupons', coupons.createCoupon);
  api.get('/v1/coupons', coupons.listCoupons);
  api.get('/v1/coupons/{id}', coupons.retrieveCoupon);
  api.post('/v1/coupons/{id}', coupons.updateCoupon);
  api.delete('/v1/coupons/{id}', coupons.deleteCoupon);

  api.post('/v1/promotion_codes', promotionCodes.createPromotionCode);
  api.get('/v1/promotion_codes', promotionCodes.listPromotionCodes);
  api.get('/v1/promotion_codes/{id}', promotionCodes.retrievePromotionCode);
  api.post('/v1/promotion_codes/{id}', promotionCodes.updatePromotionCode);

  api.post('/v1/customers', customers.createCustomer);
  api.get('/v1/customers', customers.listCustomers);
  api.get('/v1/customers/{id}', customers.retrieveCustomer);
  api.post('/v1/customers/{id}', customers.updateCustomer);
  api.delete('/v1/customers/{id}', customers.deleteCustomer);
  api.delete('/v1/customers/{id}/discount', customers.deleteCustomerDiscount);
  api.get('/v1/customers/{id}/payment_methods', methods.listCustomerPaymentMethods);
  api.get('/v1/customers/{customerId}/payment_methods/{id}', methods.retrieveCustomerPaymentMethod);

  api.post('/v1/customers/{id}/balance_transactions', balances.createBalanceTransaction);
  api.get('/v1/customers/{id}/balance_transactions', balances.listBalanceTransactions);
  api.get('/v1/customers/{customerId}/balance_transactions/{id}', balances.retrieveBalanceTransaction);

  api.post('/v1/payment_methods', methods.createPaymentMethod);
  api.get('/v1/payment_methods', methods.listPaymentMethods);
  api.get('/v1/payment_methods/{id}', methods.retrievePaymentMethod);
  api.post('/v1/payment_methods/{id}', methods.updatePaymentMethod);
  api.post('/v1/payment_methods/{id}/attach', methods.attach);
  api.post('/v1/payment_methods/{id}/detach', methods.detach);

  api.post('/v1/payment_intents', paymentIntents.createIntent);
  api.get('/v1/payment_intents', paymentIntents.listIntents);
  api.get('/v1/payment_intents/{id}', paymentIntents.retrieveIntent);
  api.post('/v1/payment_intents/{id}', paymentIntents.updateIntent);
  api.post('/v1/payment_intents/{id}/confirm', paymentIntents.confirmIntent);
  api.post('/v1/payment_intents/{id}/capture', paymentIntents.captureIntent);
  api.post('/v1/payment_intents/{id}/cancel', paymentIntents.cancelIntent);

  api.post('/v1/setup_intents', setupIntents.createSetupIntent);
  api.get('/v1/setup_intents', setupIntents.listSetupIntents);
  api.get('/v1/setup_intents/{id}', setupIntents.retrieveSetupIntent);
  api.post('/v1/setup_intents/{id}', setupIntents.updateSetupIntent);
  api.post('/v1/setup_intents/{id}/confirm', setupIntents.confirmSetupIntent);
  api.post('/v1/setup_intents/{id}/cancel', setupIntents.cancelSetupIntent);

  api.get('/v1/charges', charges.listCharges);
  api.get('/v1/charges/{id}', charges.retrieveCharge);
  api.post('/v1/charges/{id}', charges.updateCharge);

  api.post('/v1/refunds', refunds.createRefund);
  api.get('/v1/refunds', refunds.listRefunds);
  api.get('/v1/refunds/{id}', refunds.retrieveRefund);
  api.post('/v1/refunds/{id}', refunds.updateRefund);
  api.post('/v1/refunds/{id}/cancel', refunds.cancelRefund);

  api.post('/v1/credit_notes', creditNotes.createCreditNote);
  api.get('/v1/credit_notes', creditNotes.listCreditNotes);
  api.get('/v1/credit_notes/preview', creditNotes.previewCreditNote);
  api.get('/v1/credit_notes/preview/lines', creditNotes.listPreviewLines);
  api.get('/v1/credit_notes/{id}', creditNotes.retrieveCreditNote);
  api.post('/v1/credit_notes/{id}', creditNotes.updateCreditNote);
  api.post('/v1/credit_notes/{id}/void', creditNotes.voidNote);
  api.get('/v1/credit_notes/{id}/lines', creditNotes.listLines);

  api.get('/v1/disputes', disputes.listDisputes);
  api.get('/v1/disputes/{id}', disputes.retrieveDispute);
  api.post('/v1/disputes/{id}', disputes.updateDispute);
  api.post('/v1/disputes/{id}/close', disputes.acceptDispute);

  api.get('/v1/balance_transactions', ledger.listBalanceTransactions);
  api.get('/v1/balance_transactions/{id}', ledger.retrieveBalanceTransaction);

  api.post('/v1/checkout/sessions', sessions.createSession);
  api.get('/v1/checkout/sessions', sessions.listSessions);
  api.get('/v1/checkout/sessions/{id}', sessions.retrieveSession);
  api.post('/v1/checkout/sessions/{id}', sessions.updateSession);
  api.post('/v1/checkout/sessions/{id}/expire', sessions.expire);
  api.get('/v1/checkout/sessions/{id}/line_items', sessions.listSessionItems);
  api.get('/v1/payment_pages/{id}', paymentPages.retrievePaymentPage);
  api.post('/v1/payment_pages/{id}/confirm', paymentPages.confirmPaymentPage);

  api.post('/v1/subscriptions', subscriptions.createSubscription);
  api.get('/v1/subscriptions', subscriptions.listSubscriptions);
  api.get('/v1/subscriptions/{id}', subscriptions.retrieveSubscription);
  api.post('/v1/subscriptions/{id}', subscriptionUpdate.updateSubscription);
  api.delete('/v1/subscriptions/{id}', subscriptions.cancelSubscription);
  api.delete('/v1/subscriptions/{id}/discount', subscriptions.deleteDiscount);
  api.post('/v1/subscriptions/{id}/pause', subscriptionPause.pause);
  api.post('/v1/subscriptions/{id}/resume', subscriptionPause.resume);
  api.post('/v1/subscription_schedules', createOrStart);
  api.get('/v1/subscription_schedules', schedules.listSchedules);
  api.get('/v1/subscription_schedules/{id}', schedules.retrieve);
  api.post('/v1/subscription_schedules/{id}', schedules.update);
  api.post('/v1/subscription_schedules/{id}/release', schedules.release);
  api.post('/v1/subscription_schedules/{id}/cancel', schedules.cancel);
  api.get('/v1/subscription_items', subscriptions.listSubscriptionItems);
  api.post('/v1/subscription_items', subscriptionItems.createSubscriptionItem);
  api.get('/v1/subscription_items/{id}', subscriptions.retrieveSubscriptionItem);
  api.post('/v1/subscription_items/{id}', subscriptionItems.updateSubscriptionItem);
  api.delete('/v1/subscription_items/{id}', subscriptionItems.deleteSubscriptionItem);

  api.post('/v1/invoices', invoices.createInvoice);
  api.get('/v1/invoices', invoices.listInvoices);
  api.post('/v1/invoices/create_preview', createPreview);
  api.get('/v1/invoices/{id}', invoices.retrieveInvoice);
  api.post('/v1/invoices/{id}', invoices.updateInvoice);
  api.get('/v1/invoices/{id}/lines', invoices.listInvoiceLines);
  api.delete('/v1/invoices/{id}', invoices.removeInvoice);
  api.post('/v1/invoices/{id}/send', invoices.send);
  api.post('/v1/invoices/{id}/pay', invoices.pay);
  api.post('/v1/invoices/{id}/void', invoices.voidOpen);
  api.post('/v1/invoices/{id}/finalize', invoices.finalize);
  api.post('/v1/invoices/{id}/mark_uncollectible', invoices.giveUp);
  api.get('/v1/invoice_payments', invoices.listInvoicePayments);
  api.get('/v1/invoice_payments/{id}', invoices.retrieveInvoicePayment);

  api.post('/v1/invoiceitems', invoiceItems.createItem);
  api.get('/v1/invoiceitems', invoiceItems.listItems);
  api.get('/v1/invoiceitems/{id}', invoiceItems.retrieveItem);
  api.delete('/v1/invoiceitems/{id}', invoiceItems.deleteItem);

  api.post('/v1/billing_portal/configurations', portalConfigurations.createConfiguration);
  api.get('/v1/billing_portal/configurations', portalConfigurations.listConfigurations);
  api.get('/v1/billing_portal/configurations/{id}', portalConfigurations.retrieveConfiguration);
  api.post('/v1/billing_portal/configurations/{id}', portalConfigurations.updateConfiguration);
  api.post('/v1/billing_portal/sessions', portalSessions.createPortalSession);

  api.get('/v1/events', events.listEvents);
  api.get('/v1/events/{id}', events.retrieveEvent);

  api.post('/v1/webhook_endpoints', endpoints.createEndpoint);
  api.get('/v1/webhook_endpoints', endpoints.listEndpoints);
  api.get('/v1/webhook_endpoints/{id}', endpoints.retrieveEndpoint);
  api.post('/v1/webhook_endpoints/{id}', endpoints.updateEndpoint);
  api.delete('/v1/webhook_endpoints/{id}', endpoints.deleteEndpoint);

  api.post('/v1/test_helpers/test_clocks', testClocks.createClock);
  api.get('/v1/test_helpers/test_clocks', testClocks.listClocks);
  api.get('/v1/test_helpers/test_clocks/{id}', testClocks.retrieveClock);
  api.post('/v1/test_helpers/test_clocks/{id}/advance', testClocks.advanceClock);
  api.delete('/v1/test_helpers/test_clocks/{id}', testClocks.removeClock);

  for (const pages of ['/c/*', '/i/*', '/p/*']) {
    app.use(pages, async (_c, next) => {
      catchUp(store);
      await next();
    });
  }
  addConsole(app, { store, courier, faults: deps.faults, log: deps.log });
  addCheckoutPages(app, store);
  addPromotionForms(app, store);
  addChallengePages(app, store);
  addInvoicePages(app, store);
  addPortalPages(app, store);
  addPortalLogin(app, store);
  addAssets(app);
  addControl(app, { store, courier, faults: deps.faults, log: deps.log });

  app.notFound((c) => answerUnknown(c, deps));
  app.onError((error, c) => {
    if (error instanceof StripeApiError) return c.json(error.toBody(), error.status as 400);
    throw error;
  });
  return app;
}
