/** Attributes that cannot work, found before anything is asked or drawn. */

import { billingCycles, type Plan } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import type { SettingsProblem } from './session-controller.ts';

export interface AttributeProblem {
  readonly attribute: string;
  /** Null: it is missing. */
  readonly value: string | null;
  readonly expected: (text: Messages) => string;
}

/** A check answers the problem, or null. */
export type Check = AttributeProblem | null;

const address = (text: Messages): string => text.anAddress;

export const ofSettings = (problem: SettingsProblem | null): Check => problem && { ...problem, expected: address };

export function oneOf(attribute: string, value: string | null, allowed: readonly string[]): Check {
  if (value === null || allowed.includes(value)) return null;
  return { attribute, value, expected: (text) => text.or(allowed) };
}

export const cycleCheck = (value: string | null): Check => oneOf('billing-cycle', value, billingCycles);

export function urlCheck(attribute: string, value: string | null): Check {
  if (value === null) return null;
  const isGood = URL.canParse(value, document.baseURI) && /^https?:$/.test(new URL(value, document.baseURI).protocol);
  return isGood ? null : { attribute, value, expected: address };
}

export function numberCheck(attribute: string, value: string | null, range: { from: number; to: number }): Check {
  if (value === null) return null;
  const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (number >= range.from && number <= range.to) return null;
  return { attribute, value, expected: (text) => text.aNumber(range.from, range.to) };
}

/** @param ids as the attribute has them */
export function plansCheck(attribute: string, ids: readonly string[], plans: readonly Plan[]): Check {
  const unknown = ids.find((id) => !plans.some((plan) => plan.id === id));
  if (unknown === undefined) return null;
  return { attribute, value: unknown, expected: (text) => text.or(plans.map((plan) => plan.id)) };
}

export function currencyCheck(value: string | null): Check {
  if (value === null || /^[a-z]{3}$/i.test(value)) return null;
  return { attribute: 'currency', value, expected: () => 'ISO 4217' };
}

export function missing(attribute: string): AttributeProblem {
  return { attribute, value: null, expected: () => '' };
}

/** @param tag of the element, in lower case */
export function attributeSentence(
  { attribute, value, expected }: AttributeProblem,
  tag: string,
  text: Messages,
): string {
  return value === null
    ? text.attributeMissing(tag, attribute)
    : text.attributeInvalid(tag, attribute, value, expected(text));
}
