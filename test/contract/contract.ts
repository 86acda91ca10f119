/** What goes over the wire to and from Stripe, held against the types of the installed `stripe` package. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { ContractFile, ContractRoute } from './file.ts';
import { readContractFile } from './file.ts';
import { decodeForm } from './form.ts';

/** Holds requests, answers and events against the SDK's types. Every list of errors is empty where all is well. */
export interface Contract {
  /** Version of the `stripe` package that the contract was made from. */
  readonly stripe: string;
  /** Errors of an object with all that is inside it; null where the contract has no such object. */
  checkObject(object: unknown): string[] | null;
  /** Errors of an event and of the object in it. */
  checkEvent(event: unknown): string[];
  /** Errors of a request's parameters. `route` is null, and that an error, where the SDK has no such call. */
  checkRequest(method: string, path: string, formOrQuery: string): { route: string | null; errors: string[] };
  /** Errors of the body that a request was answered with: the type that the SDK declares for the call, or an error. */
  checkAnswer(method: string, path: string, status: number, body: unknown): string[];
}

export interface ContractOptions {
  /** Whether a value that Stripe may add to an enum later passes (`open`) or not (`closed`, the default). */
  enums?: 'open' | 'closed';
}

const schemaId = 'stripe';

/** Loads the contract. Each type is compiled when it is first met. */
export function loadContract(options: ContractOptions = {}): Contract {
  const file = readContractFile();
  const answers = compiler(file, { coerceTypes: false, enums: options.enums ?? 'closed' });
  const requests = compiler(file, { coerceTypes: true, enums: options.enums ?? 'closed' });
  const routes = orderRoutes(file.routes);

  const checkNamed = (name: string | undefined, value: unknown) => (name ? errorsOf(answers(name), value) : null);

  const checkEvent = (event: unknown): string[] => {
    const { type } = fields(event);
    return checkNamed(file.events[String(type)], event) ?? [`/type: the contract has no event ${JSON.stringify(type)}`];
  };

  const checkObject = (object: unknown): string[] | null => {
    const { object: name, deleted } = fields(object);
    if (name === 'event') return checkEvent(object);
    if (name === 'list') return checkPage(object, (member) => checkObject(member) ?? ['/object: not in the contract']);
    const types = file.objects[String(name)];
    return checkNamed(deleted === true ? types?.deleted : types?.live, object);
  };

  const checkReturned = (route: ContractRoute, object: unknown): string[] => {
    if (route.returns.includes('event')) return checkEvent(object);
    const expected = route.returns.map((name) => ({ name, deleted: isDeletedType(file, name) }));
    const { deleted } = fields(object);
    const type = expected.find((candidate) => candidate.deleted === (deleted === true)) ?? expected[0];
    return checkNamed(type?.name, object) ?? [];
  };

  const matchRoute = (method: string, path: string) =>
    routes.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route;

  return {
    stripe: file.stripe,
    checkObject,
    checkEvent,
    checkRequest(method, path, formOrQuery) {
      const route = matchRoute(method, path);
      if (!route) return { route: null, errors: ['the SDK has no such call in the contract'] };
      const parameters = decodeForm(formOrQuery);
      const errors = route.params ? errorsOf(requests(route.params), parameters) : [];
      return { route: route.path, errors };
    },
    checkAnswer(method, path, status, body) {
      if (status >= 400) return errorsOf(answers(errorName), body);
      const route = matchRoute(method, path);
      if (!route) return ['the SDK has no such call in the contract'];
      if (route.answers === 'object') return checkReturned(route, body);
      return checkPage(body, (member) => checkReturned(route, member));
    },
  };
}

const errorName = 'error';

/** Compiles definitions one by one, when they are asked for. */
function compiler(file: ContractFile, options: { coerceTypes: boolean; enums: 'open' | 'closed' }) {
  const { coerceTypes, enums } = options;
  // Much is compiled and each of it runs a few times: what counts is how fast it compiles.
  const quick = { code: { optimize: false }, validateSchema: false, inlineRefs: false };
  const ajv = new Ajv({ ...quick, allErrors: true, strict: false, verbose: true, coerceTypes });
  const typed = { ...file.definitions, [errorName]: file.error };
  const sent = coerceTypes ? enumsAsText(typed) : typed;
  ajv.addSchema({ $id: schemaId, definitions: enums === 'open' ? openEnums(sent) : sent });
  const compiled = new Map<string, ValidateFunction>();
  return (name: string): ValidateFunction => {
    const validate =
      compiled.get(name) ?? ajv.compile({ $ref: `${schemaId}#/definitions/${encodeURIComponent(name)}` });
    compiled.set(name, validate);
    return validate;
  };
}

/** Lifts the restriction from every enum that is marked as `open`. */
function openEnums<Schema extends object>(schema: Schema): Schema {
  return mapEnums(schema, ({ enum: values, ...rest }) => ('open' in rest ? rest : { ...rest, enum: values }));
}

/** In a form all is text: an enum that has `true` beside texts has `'true'` there. */
function enumsAsText<Schema extends object>(schema: Schema): Schema {
  return mapEnums(schema, (one) => ({ ...one, enum: [...new Set([...one.enum, ...one.enum.map(String)])] }));
}

interface EnumSchema {
  enum: unknown[];
}

function mapEnums<Schema extends object>(schema: Schema, map: (one: EnumSchema) => object): Schema {
  const isEnum = (value: unknown): value is EnumSchema =>
    value !== null && typeof value === 'object' && 'enum' in value && Array.isArray(value.enum);
  const text = JSON.stringify(schema, (_key, value: unknown) => (isEnum(value) ? map(value) : value));
  return JSON.parse(text) as Schema;
}

/** More fixed segments first, so that `/v1/invoices/create_preview` is not taken for an invoice's id. */
function orderRoutes(routes: ContractRoute[]) {
  return routes
    .map((route) => ({ route, pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    .toSorted((a, b) => parametersIn(a.route.path) - parametersIn(b.route.path));
}

function parametersIn(path: string): number {
  return path.split('{').length - 1;
}

function isDeletedType(file: ContractFile, name: string): boolean {
  return Object.values(file.objects).some(({ deleted }) => deleted === name);
}

const pageFields = new Set(['object', 'data', 'has_more', 'url', 'total_count', 'next_page']);

/** A page of a list or of search results, and each of its members. */
function checkPage(page: unknown, checkMember: (member: unknown) => string[]): string[] {
  const { object, data, has_more: hasMore, url } = fields(page);
  const errors = Object.keys(fields(page)).flatMap((name) => (pageFields.has(name) ? [] : [`/${name}: unknown field`]));
  if (object !== 'list' && object !== 'search_result') errors.push('/object: must be list or search_result');
  if (typeof hasMore !== 'boolean') errors.push('/has_more: must be boolean');
  if (typeof url !== 'string') errors.push('/url: must be string');
  if (!Array.isArray(data)) return [...errors, '/data: must be array'];
  const inMembers = data.flatMap((member, index) => checkMember(member).map((error) => `/data/${index}${error}`));
  return [...errors, ...inMembers];
}

function fields(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/** The errors of a value in sentences, each once, each with the path to it. */
function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  const all = validate.errors ?? [];
  const telling = all.filter(({ keyword }) => keyword !== 'if' && keyword !== 'anyOf');
  const byPath = Map.groupBy(telling.length > 0 ? telling : all, ({ instancePath }) => instancePath);
  return [...byPath].flatMap(([path, errors]) => describe(path, errors, all));
}

/** Where a union was tried at this path, its members' complaints are alternatives and make one sentence. */
function describe(path: string, errors: ErrorObject[], all: ErrorObject[]): string[] {
  const missing = errors.filter(({ keyword }) => keyword === 'required').map(({ params }) => params['missingProperty']);
  const others = errors.filter(({ keyword }) => keyword !== 'required').map(sentence);
  const sentences = [...new Set([...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []), ...others])];
  const isUnion = all.some((error) => error.keyword === 'anyOf' && error.instancePath === path);
  const given = `, not ${JSON.stringify(errors[0]?.data)?.slice(0, 80)}`;
  if (isUnion) return [`${path}: ${sentences.join(' or ')}${given}`];
  return sentences.map((text) => `${path}: ${text}${text.startsWith('must be') ? given : ''}`);
}

function sentence({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `unknown field ${String(params['additionalProperty'])}`;
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`;
  if (keyword === 'not') return 'must not be there';
  return message ?? keyword;
}
