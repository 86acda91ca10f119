/** What the two npm packages have in common: TypeScript to JavaScript with types, other files as they are, a manifest without sources. */

import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './process.ts';

export interface Manifest {
  name: string;
  version: string;
  [field: string]: unknown;
}

/** Files of a workspace that are no part of what it publishes. */
const left = [/^(dist|node_modules)\//, /^package\.json$/, /^tsconfig.*\.json$/, /\.ts$/];

/** Compiles the workspace `name` into an empty `out` and copies what is not TypeScript. */
export async function compile({ root, name, out }: { root: string; name: string; out: string }): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noEmit', 'false', '--declaration', '--outDir', out, '--rootDir', name, '--sourceMap', 'false'];
  await run(process.execPath, [tsc, '-p', name, ...options], { cwd: root });
  const workspace = join(root, name);
  for (const file of globSync('**/*', { cwd: workspace, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
      .slice(workspace.length + 1)
      .replaceAll('\\', '/');
    if (!file.isFile() || left.some((pattern) => pattern.test(path))) continue;
    await mkdir(dirname(join(out, path)), { recursive: true });
    await cp(join(workspace, path), join(out, path));
  }
}

/** The workspace's exports, whose `source` (or only target) is TypeScript, as those of what was compiled from them. */
export function compiledExports(exports: unknown): Record<string, unknown> {
  const compiled = Object.entries(exports as Record<string, string | { source: string }>).map(([name, target]) => {
    const source = typeof target === 'string' ? target : target.source;
    if (!source.endsWith('.ts')) return [name, source];
    const path = source.slice(0, -'.ts'.length);
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }];
  });
  return { ...Object.fromEntries(compiled), './package.json': './package.json' };
}

/** Writes the manifest, and the licence and README where there are some. */
export async function writeManifest({ root, name, out }: { root: string; name: string; out: string }): Promise<void> {
  const {
    private: _private,
    devDependencies: _tools,
    // In its own folder everything is to be published.
    files: _files,
    ...manifest
  } = JSON.parse(await readFile(join(root, name, 'package.json'), 'utf8')) as Manifest;
  const published = { ...manifest, exports: compiledExports(manifest['exports']) };
  await writeFile(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  for (const file of ['LICENSE', 'README.md']) {
    const source = [join(root, name, file), join(root, file)].find((path) => existsSync(path));
    if (source !== undefined) await cp(source, join(out, file));
  }
}
