/**
 * Writes the contract from the installed `stripe` package: `npm run contract`, whenever that package moves.
 *
 * The types become JSON Schema through typescript-json-schema, which brings an older TypeScript with it and is
 * therefore fetched when it is needed instead of being installed with the project.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContractFile } from '../file.ts';
import { contractPath, installedStripe } from '../file.ts';
import type { Json, JsonObject } from './json.ts';
import { asObject } from './json.ts';
import { eventTypes, objectTypes, reachable, stubOthers } from './prune.ts';
import type { SdkRoute } from './routes.ts';
import { readRoutes } from './routes.ts';
import type { Definitions } from './schema.ts';
import { readDefinitions, refName, refTo } from './schema.ts';
import { errorBody, isSelectedPath, nestedTypes } from './selection.ts';
import { decideUnions } from './unions.ts';

const generator = 'typescript-json-schema@0.68.0';

const stripe = installedStripe();
const routes = readRoutes(join(stripe.folder, 'esm/resources'), isSelectedPath);
const file = makeContract(routes, schemaOf(routes));
writeFileSync(contractPath, gzipSync(JSON.stringify(file), { level: 9 }));
console.log(
  `${routes.length} routes, ${Object.keys(file.objects).length} objects, ${Object.keys(file.events).length} events`,
);
console.log(`${Object.keys(file.definitions).length} definitions of stripe@${file.stripe}`);

/** Runs the generator over one interface with a property for each type that a route names. */
function schemaOf(sdkRoutes: SdkRoute[]): JsonObject {
  const types = new Set([...sdkRoutes.flatMap(({ params, returns }) => [params ?? '', ...returns]), ...nestedTypes]);
  types.delete('');
  const properties = [...types].map((type) => `  ${JSON.stringify(type)}: Stripe.${type};`);
  const folder = join(stripe.folder, '../.cache/stripe-contract');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'roots.ts'),
    `import type Stripe from 'stripe';\nexport interface Roots {\n${properties.join('\n')}\n  error: ${errorBody};\n}\n`,
  );
  const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true, types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['roots.ts'] }));
  const options = ['--required', '--noExtraProps', '--strictNullChecks', '--ignoreErrors', '--out', 'raw.json'];
  const command = ['exec', '--yes', `--package=${generator}`, '--', 'typescript-json-schema', 'tsconfig.json', 'Roots'];
  execFileSync('npm', [...command, ...options], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  return asObject(JSON.parse(readFileSync(join(folder, 'raw.json'), 'utf8')) as Json);
}

function makeContract(sdkRoutes: SdkRoute[], raw: JsonObject): ContractFile {
  const { roots, definitions } = readDefinitions(raw);
  const definitionOf = (type: string) => {
    const name = refName(roots[type]);
    if (name === null || !definitions[name]) throw new Error(`no definition for Stripe.${type}`);
    return name;
  };
  const kept = [...new Set([...sdkRoutes.flatMap(({ returns }) => returns), ...nestedTypes])].filter(
    (type) => type !== 'Event',
  );
  const objects = objectTypes(kept.map(definitionOf), definitions);
  const events = eventTypes(definitionOf('Event'), definitions, objects);
  const error = roots['error'] ?? {};
  const stubbed = stubOthers(definitions, objects);
  const params = sdkRoutes.flatMap((route) => (route.params ? [definitionOf(route.params)] : []));
  const starts = [...params, ...kept.map(definitionOf), ...Object.values(events)].map((name) => ({
    $ref: refTo(name),
  }));
  const wanted: Definitions = reachable([...starts, error], stubbed);
  const decided = Object.entries(wanted).map(
    ([name, schema]) => [name, asObject(decideUnions(schema, wanted))] as const,
  );
  return {
    stripe: stripe.version,
    routes: sdkRoutes.map(({ method, path, params: type, answers, returns }) => ({
      method,
      path,
      params: type && definitionOf(type),
      answers,
      returns: returns.map((returned) => (returned === 'Event' ? 'event' : definitionOf(returned))),
    })),
    objects,
    events,
    error: asObject(decideUnions(error, wanted)),
    definitions: Object.fromEntries(decided),
  };
}
