/** Finds the config file, reads it, and makes of it and the environment the {@link Config} that everything runs on. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keptSecret, processEnvironment, type EnvironmentOverrides, type EnvironmentVariables } from './environment.ts';
import { configInvalid } from './mistakes.ts';
import type { Config } from './project.ts';
import { resolveConfig } from './resolve.ts';

/** The names that are looked for, where no file is named. */
export const configFileNames = ['planclaim.config.ts', 'planclaim.config.mjs', 'planclaim.config.json'] as const;

export interface LoadOptions {
  /** Where the file is looked for and relative paths start. Default: the working directory. */
  readonly cwd?: string | undefined;
  /** The config file; without it one of {@link configFileNames} in `cwd`. */
  readonly file?: string | undefined;
  /** Default: the process's own. */
  readonly env?: EnvironmentVariables | undefined;
  readonly overrides?: EnvironmentOverrides | undefined;
}

/**
 * Loads and validates the config.
 * @throws PlanclaimError `config_invalid`; the message is for a terminal and lists everything that is wrong
 */
export async function loadConfig(options: LoadOptions = {}): Promise<Config> {
  const { cwd = process.cwd(), env = processEnvironment(), overrides = {} } = options;
  const file = findConfigFile(cwd, options.file);
  return resolveConfig(await readConfigFile(file), {
    env,
    cwd,
    overrides,
    source: relative(cwd, file) || basename(file),
    makeSecret: keptSecret,
  });
}

/** The config file's absolute path. Throws `config_invalid` when there is none, or more than one. */
export function findConfigFile(cwd: string, named?: string): string {
  if (named !== undefined) {
    const file = resolve(cwd, named);
    if (existsSync(file)) return file;
    throw configInvalid(`There is no config file at ${file}. Check --config, or run 'planclaim init' to make one.`);
  }
  const found = configFileNames.filter((name) => existsSync(join(cwd, name)));
  const [name] = found;
  if (found.length > 1) {
    throw configInvalid(
      `There are several config files in ${cwd}: ${found.join(', ')}. Keep one, or name it with --config.`,
    );
  }
  if (name === undefined) {
    throw configInvalid(
      `There is no config file in ${cwd}. Run 'planclaim init' to make planclaim.config.ts, or name a file with --config.`,
    );
  }
  return join(cwd, name);
}

/** What the file exports by default, unchecked. Throws `config_invalid` when it cannot be read or run. */
export async function readConfigFile(file: string): Promise<unknown> {
  if (!statSync(file).isFile()) throw configInvalid(`${file} is not a file.`);
  const extension = extname(file);
  if (extension === '.json') return parseJson(file);
  if (!['.ts', '.mts', '.mjs', '.js'].includes(extension)) {
    throw configInvalid(`${file} must end with .ts, .mjs or .json.`);
  }
  resolveOwnName();
  // The time of the last change makes a changed file a new module.
  const url = `${pathToFileURL(file).href}?changed=${statSync(file).mtimeMs}`;
  configUrls.add(url);
  let module: Record<string, unknown>;
  try {
    module = (await import(url)) as Record<string, unknown>;
  } catch (error) {
    throw configInvalid(`${file} cannot be run:\n${describeFailure(error, url, file)}`, error);
  }
  if (module['default'] !== undefined) return module['default'];
  throw configInvalid(`${file} has no default export. Write: export default defineConfig({ projects: { … } })`);
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw configInvalid(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** The message, and the place in the file where there is one. */
function describeFailure(error: unknown, url: string, file: string): string {
  if (!(error instanceof Error)) return `  it threw ${String(error)}`;
  const stack = (error.stack ?? '').replaceAll(url, file);
  const excerpt = stack.slice(0, Math.max(0, stack.indexOf(`${error.name}: `))).trimEnd();
  const at = stack.indexOf(`${file}:`);
  const place = at === -1 ? undefined : /^:\d+(:\d+)?/.exec(stack.slice(at + file.length))?.[0];
  const message = `${error.name}: ${error.message.replaceAll(url, file)}`;
  const lines =
    excerpt === '' ? [message, ...(place ? [`at ${file}${place}`] : [])] : [...excerpt.split('\n'), message];
  return lines.map((line) => `  ${line}`).join('\n');
}

let resolving = false;
/** Addresses of the configs that were asked for. */
const configUrls = new Set<string>();

/**
 * Lets a config say `import { defineConfig } from '@planclaim/server'` wherever it lies: run with npx, or outside of any
 * project that has the package, the name means this very package. An installed one comes first.
 */
function resolveOwnName(): void {
  if (resolving) return;
  resolving = true;
  const extension = extname(import.meta.filename);
  const own: Readonly<Record<string, string>> = {
    '@planclaim/server': new URL(`../index${extension}`, import.meta.url).href,
    '@planclaim/server/verify': new URL(`../verify${extension}`, import.meta.url).href,
  };
  registerHooks({
    resolve(specifier, context, next) {
      // `npm init -y` writes "type": "commonjs", and a config is a module whatever the package around it is.
      if (configUrls.has(specifier)) {
        const format = /\.m?ts\?/.test(specifier) ? 'module-typescript' : 'module';
        return { ...next(specifier, context), format };
      }
      const fallback = own[specifier];
      if (fallback === undefined) return next(specifier, context);
      try {
        return next(specifier, context);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
        return { url: fallback, shortCircuit: true };
      }
    },
  });
}
