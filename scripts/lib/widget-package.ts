/** `@planclaim/widgets` as npm gets it: one module an element, for bundlers. */

import { compile, writeManifest } from './package.ts';

export async function buildWidgetPackage({ root, out }: { root: string; out: string }): Promise<void> {
  await compile({ root, name: 'widgets', out });
  await writeManifest({ root, name: 'widgets', out });
}
