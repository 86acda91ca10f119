/** Which part of Stripe's API the product and its sandbox speak: the routes and objects that the contract holds in full. */

/** Paths (as the SDK writes them, `{id}` for a parameter) whose routes are in the contract. */
const included = [
  /^\/v1\/(products|prices|coupons|promotion_codes|customers|payment_methods|payment_intents|setup_intents)(\/|$)/,
  /^\/v1\/(charges|refunds|disputes|credit_notes|balance_transactions)(\/|$)/,
  /^\/v1\/(subscriptions|subscription_items|subscription_schedules)(\/|$)/,
  /^\/v1\/(invoices|invoiceitems|invoice_payments|events|webhook_endpoints)(\/|$)/,
  /^\/v1\/(checkout\/sessions|billing_portal|test_helpers\/test_clocks|entitlements)(\/|$)/,
  /^\/v1\/billing\/meters(\/|$)/,
  /^\/v1\/(plans|tax_rates)(\/|$)/,
];

/** Sub-resources that no plan, payment or subscription ever touches. */
const excluded = /\/(sources|cash_balance|cash_balance_transactions|bank_accounts|cards|funding_instructions)(\/|$)/;

/** True where the contract holds the route with this path. */
export function isSelectedPath(path: string): boolean {
  return !excluded.test(path) && included.some((pattern) => pattern.test(path));
}

/**
 * Types, below the `Stripe` namespace, kept in full although no selected route answers with them: they come inside
 * other objects or in events. Every other object is cut down to its `object` name, or the contract would be all of
 * Stripe.
 */
export const nestedTypes: readonly string[] = ['Plan', 'Discount', 'TaxRate', 'Entitlements.ActiveEntitlementSummary'];

/** The body of every answer that is an error; the SDK's type also has what the SDK itself adds, which is left out. */
export const errorBody = `{ error: Required<Pick<Stripe.StripeRawError, 'type' | 'message'>> &
    Omit<Stripe.StripeRawError, 'type' | 'message' | 'user_message' | 'headers' | 'statusCode' | 'requestId' | 'detail' | 'exception'> }`;
