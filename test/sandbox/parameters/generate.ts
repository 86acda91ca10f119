/**
 * Makes the sandbox's parameter schema from the contract: what each call may send, small enough to ship and to read at
 * every start. `node test/sandbox/parameters/generate.ts` writes it; a test fails when the contract has moved on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readContractFile } from '../../contract/file.ts';
import type { ContractFile } from '../../contract/file.ts';

const schemaPath = fileURLToPath(new URL('../../../server/sandbox/http/parameters.schema.json', import.meta.url));

/** Left open: payment methods and tax details of all the world, which the sandbox keeps or ignores but never reads. */
const open = new Set(['payment_method_options', 'mandate_data', 'radar_options', 'transfer_data', 'payment_details']);
/** Lists of hundreds of names that nothing here depends on. */
const openEnums = new Set(['payment_method_types', 'allowed_countries', 'tax_id_data', 'api_version']);
const kept = new Set([
  'type',
  'card',
  'sepa_debit',
  'us_bank_account',
  'billing_details',
  'metadata',
  'allow_redisplay',
]);
const fractional = /(_decimal|percent|percent_off|percentage|height|length|weight|width)$/;

type Node = Record<string, unknown>;

/** The text of the schema file. */
export function generateParameters(contract: ContractFile): string {
  const lines = contract.routes
    .map((route) => [`${route.method} ${route.path}`, compact({ $ref: `/${route.params ?? ''}` }, '')] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([route, node]) => `${JSON.stringify(route)}:${JSON.stringify(node)}`);
  return `{\n"stripe":${JSON.stringify(contract.stripe)},"routes":{\n${lines.join(',\n')}\n}}\n`;

  function compact(schema: Node, name: string): unknown {
    if (open.has(name)) return '*';
    if (typeof schema['$ref'] === 'string') {
      const target = decodeURIComponent(schema['$ref'].split('/').slice(1).join('/')).replace(/^definitions\//, '');
      if (target === 'Decimal.Decimal') return 'd';
      if (target === 'shared.MetadataParam') return { m: 's' };
      const definition = contract.definitions[target] as Node | undefined;
      return definition ? compact(definition, name) : { o: {} };
    }
    if (schema['if']) return either([schema['then'] as Node, schema['else'] as Node], name);
    if (Array.isArray(schema['anyOf'])) return either(schema['anyOf'] as Node[], name);
    if (schema['const'] !== undefined) return schema['const'] === '' ? 'null' : { e: [schema['const']] };
    if (Array.isArray(schema['enum'])) {
      const values = schema['enum'] as unknown[];
      const named = values.filter((value) => value !== '' && value !== null);
      const type = openEnums.has(name) || named.length > 300 ? 's' : { e: named };
      return named.length < values.length ? { n: type } : type;
    }
    if (Array.isArray(schema['type'])) {
      return either(
        schema['type'].map((type) => ({ type })),
        name,
      );
    }
    if (schema['type'] === 'null') return 'null';
    if (schema['type'] === 'array') return { a: compact(schema['items'] as Node, name) };
    if (schema['type'] === 'object' || schema['properties']) return compactObject(schema, name);
    return { string: 's', boolean: 'b', number: fractional.test(name) ? 'd' : 'i' }[String(schema['type'])] ?? '*';
  }

  function compactObject(schema: Node, name: string): unknown {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Node>);
    const values = schema['additionalProperties'];
    if (properties.length === 0 && values && typeof values === 'object') return { m: compact(values as Node, '') };
    const isPaymentMethod = name === 'payment_method_data' || properties.some(([key]) => key === 'au_becs_debit');
    const required = new Set((schema['required'] ?? []) as string[]);
    const fields = properties
      .filter(([key]) => !isPaymentMethod || kept.has(key) || required.has(key))
      .map(([key, value]) => [required.has(key) ? `${key}!` : key, compact(value, key)]);
    return { o: Object.fromEntries(fields), ...(isPaymentMethod && { open: 1 }) };
  }

  function either(members: Node[], name: string): unknown {
    const types = members.map((member) => compact(member, name)).flatMap((type) => (isUnion(type) ? type.u : [type]));
    const isNullable = types.some((type) => type === 'null' || isNullableType(type));
    const rest = types
      .filter((type) => type !== 'null')
      .map((type) => (isNullableType(type) ? (type as { n: unknown }).n : type));
    const distinct = [...new Map(rest.map((type) => [JSON.stringify(type), type])).values()];
    if (distinct.length === 0) return 'null';
    const union = distinct.length === 1 ? distinct[0] : { u: distinct };
    return isNullable ? { n: union } : union;
  }
}

function isUnion(type: unknown): type is { u: unknown[] } {
  return typeof type === 'object' && type !== null && 'u' in type;
}

function isNullableType(type: unknown): boolean {
  return typeof type === 'object' && type !== null && 'n' in type;
}

/** The schema file as it is. */
export function readParameters(): string {
  return readFileSync(schemaPath, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(schemaPath, generateParameters(readContractFile()));
