/** The log: one JSON line an event on stdout, and in no line a token, key, e-mail address or card number, whoever put it there. */

import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config/project.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** What is cut out of every text, and what stands there instead. */
const cuts: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]*(\.[\w-]*){1,3}/g, '[token]'],
  [/\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi, '$1 [token]'],
  [/\b(?:v1,)?whsec_[\w+/=-]+/g, '[secret]'],
  [/\b[srp]k_[\w-]{4,}/g, '[key]'],
  [/\b[a-z]+_\w+_secret_\w+/g, '[secret]'],
  [
    /([?&#](?:token|access_token|refresh_token|id_token|ticket|code|code_verifier|sig|email|session_id)=)[^&#\s"]+/gi,
    '$1[cut]',
  ],
  [/[\w.!%+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi, '[e-mail]'],
];

/** Fields whose value is never written, whatever it looks like. */
const secretFields =
  /^(authorization|cookie|set-cookie|token|access_?token|refresh_?token|subject_?token|id_?token|secret|client_?secret|password|api_?key|secret_?key|email|card|signature|stripe-signature)$/i;

/** Whether a line can hold anything to cut: almost none do, and they are written as they are. */
const suspicious =
  /eyJ|bearer|basic|dpop|[srp]k_|whsec_|_secret_|@|%40|\d(?:[ -]?\d){12}|[?&#]\w+=|"(?:[\w-]*(?:authorization|cookie|token|secret|password|key|email|card|signature))":/i;

/** 13 to 19 digits that pass Luhn's check, written together or in groups. */
const cardLike = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Takes everything secret out of a text. */
export function redactText(text: string): string {
  const cut = cuts.reduce((current, [pattern, instead]) => current.replace(pattern, instead), text);
  return cut.replace(cardLike, (digits) => (passesLuhn(digits) ? '[card]' : digits));
}

function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      secretFields.test(name) && entry !== null ? '[cut]' : redact(entry),
    ]),
  );
}

function passesLuhn(text: string): boolean {
  const digits = [...text].filter((character) => character >= '0' && character <= '9').toReversed();
  const sum = digits.reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** An error as it is logged: nothing of what libraries hang on theirs, such as requests with their headers. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? String(error) : error;
  const { code, cause } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** The process's log. Every call gives an `event` in `snake_case` first: `log.info({ event: 'listening', url }, 'Listening')`. */
export function createLog(level: Config['logLevel'], destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      hooks: {
        streamWrite: (line) =>
          suspicious.test(line) ? `${JSON.stringify(redact(JSON.parse(line) as unknown))}\n` : line,
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
