/** The route table of the installed `stripe` package: paths from its JavaScript, types from the declarations beside it. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** How a route answers: with one object, with a page of a list, or with a page of search results. */
export type AnswerKind = 'object' | 'list' | 'search';

/** One call of the SDK. */
export interface SdkRoute {
  method: string;
  /** Path with `{name}` for each parameter, such as `/v1/customers/{id}`. */
  path: string;
  /** Type of the parameters, below the `Stripe` namespace; null where the call takes none. */
  params: string | null;
  answers: AnswerKind;
  /** Types of the object that it answers with, or of a list's members, below the `Stripe` namespace. */
  returns: string[];
}

/**
 * Reads the package's v1 calls.
 *
 * @param resources the package's `esm/resources` folder
 * @param wanted which paths to read
 * @throws Error when a call's declaration is not in the shape that is read here, so that no route is lost in silence
 */
export function readRoutes(resources: string, wanted: (path: string) => boolean): SdkRoute[] {
  const routes: SdkRoute[] = [];
  for (const file of globSync('**/*.js', { cwd: resources }).toSorted()) {
    const declarations = join(resources, file.replace(/\.js$/, '.d.ts'));
    if (!existsSync(declarations)) continue;
    const calls = readCalls(readFileSync(join(resources, file), 'utf8'));
    if (calls.size === 0) continue;
    const signatures = readSignatures(readFileSync(declarations, 'utf8'), namespaceOf(file), file);
    for (const [name, call] of calls) {
      if (!wanted(call.path)) continue;
      const signature = signatures.get(name);
      if (!signature) throw new Error(`${file}: no declaration found for ${name}`);
      routes.push({ ...call, ...signature });
    }
  }
  return routes;
}

type Call = Pick<SdkRoute, 'method' | 'path' | 'answers'>;
type Signature = Pick<SdkRoute, 'params' | 'returns'>;

/** `Class.method` → the HTTP call that it makes. */
function readCalls(source: string): Map<string, Call> {
  const calls = new Map<string, Call>();
  for (const { name, text } of splitMethods(source, /^export class (\w+) /gm)) {
    const call = /_makeRequest\('(\w+)', (['`])(\/v1\/.+?)\2/.exec(text);
    if (!call?.[1] || !call[3]) continue;
    const kind = /methodType: '(list|search)'/.exec(text)?.[1] as 'list' | 'search' | undefined;
    const path = call[3].replaceAll(/\$\{(?:encodeURIComponent\()?(\w+)\)?\}/g, '{$1}');
    calls.set(name, { method: call[1], path, answers: kind ?? 'object' });
  }
  return calls;
}

/** `Class.method` → the types in its declaration. */
function readSignatures(source: string, namespace: string, file: string): Map<string, Signature> {
  const imports = readImports(source, file);
  const qualify = (type: string) => {
    if (type.includes('.')) return type;
    const from = imports.get(type) ?? namespace;
    return from ? `${from}.${type}` : type;
  };
  const signatures = new Map<string, Signature>();
  for (const { name, text } of splitMethods(source, /^export declare class (\w+) /gm)) {
    const returned = /\): (?:Promise<Response<([^>]+)>>|Api(?:List|SearchResult)Promise<([^>]+)>);/.exec(text);
    const types = returned?.[1] ?? returned?.[2];
    if (!types) continue;
    const params = /\bparams\??: ([\w.]+)/.exec(text)?.[1];
    signatures.set(name, { params: params ? qualify(params) : null, returns: types.split(' | ').map(qualify) });
  }
  return signatures;
}

/** The text of each method, from its name to the next method's, under `Class.method`. */
function splitMethods(source: string, classStart: RegExp): { name: string; text: string }[] {
  const methods: { name: string; text: string }[] = [];
  const classes = [...source.matchAll(classStart)];
  for (const [index, match] of classes.entries()) {
    const body = source.slice(match.index, classes[index + 1]?.index);
    const starts = [...body.matchAll(/^ {4}(\w+)\(/gm)];
    for (const [at, start] of starts.entries()) {
      methods.push({ name: `${match[1]}.${start[1]}`, text: body.slice(start.index, starts[at + 1]?.index) });
    }
  }
  return methods;
}

/** Imported type → the namespace under `Stripe` where it lives. */
function readImports(source: string, file: string): Map<string, string> {
  const imports = new Map<string, string>();
  for (const match of source.matchAll(/^import \{ ([^}]+) \} from '(\.[^']+)';/gm)) {
    const target = relative('/', join('/', dirname(file), match[2] ?? ''));
    for (const name of (match[1] ?? '').split(', ')) imports.set(name, namespaceOf(target));
  }
  return imports;
}

/** `Checkout/Sessions.js` → `Checkout`: the SDK's folders are its namespaces. */
function namespaceOf(file: string): string {
  const folder = dirname(file);
  return folder === '.' ? '' : folder.replaceAll('/', '.');
}
