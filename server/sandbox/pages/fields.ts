/** The checkout form as data: its field names, reading it from a POST, and the checks made before any card is tried. */

import { messagesFor } from './messages.ts';

/** Names of the form's inputs, in the order of the page. */
export const checkoutFields = [
  'email',
  'card_number',
  'card_expiry',
  'card_cvc',
  'account_number',
  'name',
  'country',
  'postal_code',
] as const;

export type CheckoutField = (typeof checkoutFields)[number];

/** `card` is the card as a whole (declined), `form` is anything that no single field can mend. */
export type CheckoutErrorKey = CheckoutField | 'card' | 'form';

export type CheckoutValues = Readonly<Partial<Record<CheckoutField, string>>>;
export type CheckoutErrors = Readonly<Partial<Record<CheckoutErrorKey, string>>>;

/** What the form said, in the shape of Stripe's `payment_method` parameters. */
export interface CheckoutSubmission {
  readonly email: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Where tax depends on it, else empty. */
  readonly postalCode: string;
  /** Null where the session collects no card. */
  readonly card: {
    readonly number: string;
    readonly exp_month: number;
    readonly exp_year: number;
    readonly cvc: string;
  } | null;
  /** The bank account to debit, where the reader chose that. */
  readonly account: string | null;
}

export type CheckoutReading =
  | { readonly ok: true; readonly values: CheckoutValues; readonly submission: CheckoutSubmission }
  | { readonly ok: false; readonly values: CheckoutValues; readonly errors: CheckoutErrors; readonly message: string };

export interface ReadCheckoutOptions {
  /** Now, for the expiry date. */
  readonly now: Date;
  readonly locale: string;
  /** False for a trial that needs no card. */
  readonly cardRequired: boolean;
  /** Whether a bank account is debited instead of a card. */
  readonly byDebit?: boolean;
  /** Whether tax depends on the address, which then has to be there. */
  readonly taxed?: boolean;
}

export type SentForm = FormData | Readonly<Record<string, unknown>>;

export type CardReading =
  | {
      readonly ok: true;
      readonly values: CheckoutValues;
      readonly card: NonNullable<CheckoutSubmission['card']>;
      readonly name: string;
      readonly country: string;
    }
  | { readonly ok: false; readonly values: CheckoutValues; readonly errors: CheckoutErrors; readonly message: string };

/**
 * Reads a posted checkout form and says what is wrong with it, field by field. Nothing here knows test cards:
 * a number that passes Luhn may still be declined by the engine.
 *
 * @param form - The body of the POST (`await c.req.formData()` or `Object.fromEntries` of it).
 */
export function readCheckoutForm(form: SentForm, options: ReadCheckoutOptions): CheckoutReading {
  const values = valuesOf(form);
  const text = messagesFor(options.locale).errors;
  const asksForCard = options.cardRequired && options.byDebit !== true;
  const card = asksForCard ? readCard(values, options) : { card: null, errors: {} };
  const errors: Partial<Record<CheckoutErrorKey, string>> = {};
  if (!values.email) errors.email = text.emailMissing;
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.email)) errors.email = text.emailInvalid;
  Object.assign(errors, card.errors);
  if (options.byDebit) {
    if (!values.account_number) errors.account_number = text.accountMissing;
    if (!values.name) errors.name = text.holderMissing;
  }
  if (options.taxed && !values.country) errors.country = text.countryMissing;
  if (options.taxed && values.country === 'US') {
    if (!values.postal_code) errors.postal_code = text.postalMissing;
    else if (!/^\d{5}(-\d{4})?$/.test(values.postal_code)) errors.postal_code = text.postalInvalid;
  }
  if (values.country && !/^[A-Z]{2}$/.test(values.country)) errors.country = text.countryMissing;
  if (Object.keys(errors).length > 0) return { ok: false, values, errors, message: text.summary };
  return {
    ok: true,
    values,
    submission: {
      email: values.email ?? '',
      name: values.name ?? '',
      country: values.country ?? '',
      postalCode: values.postal_code ?? '',
      card: card.card,
      account: options.byDebit ? (values.account_number ?? '') : null,
    },
  };
}

/** A form that asks for a card and its owner and for nothing else. */
export function readCardForm(form: SentForm, options: Omit<ReadCheckoutOptions, 'cardRequired'>): CardReading {
  const values = valuesOf(form);
  const { card, errors } = readCard(values, options);
  if (!card) return { ok: false, values, errors, message: messagesFor(options.locale).errors.summary };
  return { ok: true, values, card, name: values.name ?? '', country: values.country ?? '' };
}

function valuesOf(form: SentForm): Partial<Record<CheckoutField, string>> {
  const values: Partial<Record<CheckoutField, string>> = {};
  for (const field of checkoutFields) {
    const value = form instanceof FormData ? form.get(field) : form[field];
    if (typeof value === 'string') values[field] = value.trim().slice(0, 255);
  }
  return values;
}

/** The card is null where anything is wrong with it or its owner. */
function readCard(
  values: CheckoutValues,
  options: Omit<ReadCheckoutOptions, 'cardRequired'>,
): { card: CheckoutSubmission['card']; errors: CheckoutErrors } {
  const text = messagesFor(options.locale).errors;
  const errors: Partial<Record<CheckoutErrorKey, string>> = {};
  const number = (values.card_number ?? '').replace(/[\s-]/g, '');
  const expiry = readExpiry(values.card_expiry ?? '');
  if (!number) errors.card_number = text.numberMissing;
  else if (!/^\d{12,19}$/.test(number)) errors.card_number = text.numberIncomplete;
  else if (!passesLuhn(number)) errors.card_number = text.numberInvalid;

  if (!values.card_expiry) errors.card_expiry = text.expiryMissing;
  else if (!expiry) errors.card_expiry = text.expiryInvalid;
  else if (isPast(expiry, options.now)) errors.card_expiry = text.expiryPast;

  const cvcDigits = /^3[47]/.test(number) ? 4 : 3;
  if (!values.card_cvc) errors.card_cvc = text.cvcMissing;
  else if (!new RegExp(`^\\d{${cvcDigits}}$`).test(values.card_cvc)) errors.card_cvc = text.cvcInvalid;

  if (!values.name) errors.name = text.nameMissing;
  if (!/^[A-Z]{2}$/.test(values.country ?? '')) errors.country = text.countryMissing;
  if (!expiry || Object.keys(errors).length > 0) return { card: null, errors };
  return {
    card: { number, exp_month: expiry.month, exp_year: expiry.year, cvc: values.card_cvc ?? '' },
    errors,
  };
}

/**
 * A card that was refused, as the answer to a POST: `{ errors, message }` with status 402.
 *
 * @param code - Stripe's `decline_code`, or its error `code` where there is none (docs.stripe.com/declines/codes).
 */
export function declined(code: string | null, locale: string): { errors: CheckoutErrors; message: string } {
  const text = messagesFor(locale).errors;
  const errors: Partial<Record<CheckoutErrorKey, string>> =
    code === 'insufficient_funds'
      ? { card: text.insufficientFunds }
      : code === 'expired_card'
        ? { card_expiry: text.expiredCard }
        : code === 'incorrect_cvc' || code === 'invalid_cvc'
          ? { card_cvc: text.incorrectCvc }
          : code === 'incorrect_number' || code === 'invalid_number'
            ? { card_number: text.numberInvalid }
            : code === 'processing_error'
              ? { card: text.processingError }
              : code === 'authentication_required' || code === 'payment_intent_authentication_failure'
                ? { card: text.authenticationFailed }
                : { card: text.cardDeclined };
  return { errors, message: Object.values(errors)[0] ?? text.cardDeclined };
}

function readExpiry(value: string): { month: number; year: number } | null {
  const match = /^(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})$/.exec(value);
  if (!match) return null;
  const month = Number(match[1]);
  const year = Number(match[2]);
  if (month < 1 || month > 12) return null;
  return { month, year: year < 100 ? 2000 + year : year };
}

/** A card is good until the last moment of its month, everywhere on earth. */
function isPast(expiry: { month: number; year: number }, now: Date): boolean {
  return Date.UTC(expiry.year, expiry.month, 1, 12) <= now.getTime();
}

/** The check digit of ISO/IEC 7812-1. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
