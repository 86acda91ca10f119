/**
 * The widget bundle: `widgets/dist/widgets.js`, the loader, under one name for ever, and what it loads in
 * `widgets/dist/widgets/`, each file with its hash in its name. Nothing in it knows where it will be served from.
 */

import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin, type Rolldown } from 'vite';

const widgets = fileURLToPath(new URL('widgets', import.meta.url));
/** Elements that a page may hold; each is an entry, and what they share becomes chunks. */
const tags = [
  'billing-banner',
  'billing-provider',
  'plan-gate',
  'plan-picker',
  'subscription-manager',
  'upgrade-button',
] as const;

/** Styles are template literals, which no minifier opens. */
function smallStyles(): Plugin {
  return {
    name: 'planclaim-small-styles',
    transform(code, id) {
      if (!id.endsWith('.ts') || !code.includes('css`')) return null;
      const small = code.replaceAll(/css`[^`]*`/g, (css) =>
        css
          .replaceAll(/\/\*.*?\*\//gs, '')
          .replaceAll(/\s+/g, ' ')
          .replaceAll(/ ?([{};]) ?/g, '$1'),
      );
      return { code: small, map: null };
    },
  };
}

/** Two builds, for a classic script cannot import: this one is a script of its own that is told the names of the files. */
function loader(): Plugin {
  return {
    name: 'planclaim-loader',
    buildStart() {
      this.addWatchFile(`${widgets}/loader.ts`);
    },
    async writeBundle({ dir }, bundle) {
      const files = Object.values(bundle)
        .filter((output): output is Rolldown.OutputChunk => output.type === 'chunk' && output.isEntry)
        // With what it imports: everything is asked for at once, not one after the other.
        .map(({ name, fileName, imports }) => [name, [...new Set([fileName, ...imports])]]);
      await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: { __PLANCLAIM_ELEMENTS__: JSON.stringify(Object.fromEntries(files)) },
        build: {
          outDir: dir ?? `${widgets}/dist`,
          emptyOutDir: false,
          target: 'es2022',
          rolldownOptions: {
            input: `${widgets}/loader.ts`,
            output: { format: 'iife', entryFileNames: 'widgets.js' },
          },
        },
      });
    },
  };
}

export default defineConfig({
  root: widgets,
  publicDir: false,
  plugins: [smallStyles(), loader()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A preload helper would look for files from the page's address.
    modulePreload: false,
    rolldownOptions: {
      input: Object.fromEntries(tags.map((tag) => [tag, `${widgets}/${tag}/define.ts`])),
      output: {
        format: 'es',
        entryFileNames: 'widgets/[name]-[hash].js',
        chunkFileNames: 'widgets/[name]-[hash].js',
      },
    },
  },
});
