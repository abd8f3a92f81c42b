// `build.mjs FOLDER` fills a folder: one bundle of the command line, one for each worker, the files they read, and the portal's pages.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { licencesOf } from './licences.mjs';
import { root, sourceFiles } from './toolchain.mjs';

const dist = resolve(process.argv[2] ?? '');
if (existsSync(dist))
  throw new Error(`${dist}: is there already; name a new folder (npm run build chooses one)`);
const sources = ['packages', 'capabilities', 'apps'].flatMap(name => sourceFiles(join(root, name)));
const workers = sources.filter(path => path.endsWith('-worker.ts') && !path.includes('/testing/'));

/** `new URL('./x', import.meta.url)`: the one form in which code names a file that is shipped with it. */
const FILE_REFERENCE = /new URL\(\s*'(\.[^']*)'\s*,\s*import\.meta\.url\s*,?\s*\)/g;

/** `import.meta.resolve('package/file')`: a file that a package brings, such as WebAssembly it loads by path. */
const PACKAGE_FILE = /import\.meta\.resolve\(\s*'([^'.][^']*)'\s*,?\s*\)/g;

/** Sends file references to where the bundle has them, and copies what they name. */
const shippedFiles = {
  name: 'shipped-files',
  setup(build) {
    build.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const contents = readFileSync(path, 'utf8')
        .replace(FILE_REFERENCE, (_all, name) => reference(path, name))
        .replace(PACKAGE_FILE, (_all, name) => packageFile(name));
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
    // A large object literal is slower to start than the same text through JSON.parse.
    build.onLoad({ filter: /\.json$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    });
  },
};

function reference(from, name) {
  const target = resolve(dirname(from), name);
  if (name.endsWith('-worker.ts')) return `new URL('./${basename(name, '.ts')}.mjs', import.meta.url)`;
  const place = `assets/${relative(root, target)}`;
  if (!existsSync(target)) throw new Error(`${relative(root, from)}: names ${name}, which does not exist`);
  mkdirSync(dirname(join(dist, place)), { recursive: true });
  cpSync(target, join(dist, place), { recursive: true });
  return `new URL('./${place}${name.endsWith('/') ? '/' : ''}', import.meta.url)`;
}

function packageFile(name) {
  const place = `assets/packages/${name}`;
  mkdirSync(dirname(join(dist, place)), { recursive: true });
  cpSync(join(root, 'node_modules', name), join(dist, place));
  return `new URL('./${place}', import.meta.url).href`;
}

/**
 * Built-in modules that a dependency names and that take a while to load for nothing: bcryptjs falls back to one where there
 * is no Web Crypto, commander starts programs with another, and the third is there already.
 */
const REPLACED = {
  crypto: { importer: 'bcryptjs', contents: 'export default {};' },
  'node:child_process': { importer: 'commander', contents: 'export default {};' },
  'node:process': { importer: 'commander', contents: 'export default globalThis.process;' },
};
const replacedBuiltins = {
  name: 'replaced-builtins',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(REPLACED).join('|')})$`);
    build.onResolve({ filter }, ({ path, importer }) =>
      importer.includes(`/${REPLACED[path].importer}/`) ? { path, namespace: 'replaced' } : undefined,
    );
    build.onLoad({ filter, namespace: 'replaced' }, ({ path }) => ({ contents: REPLACED[path].contents }));
  },
};

/** The starter loads all other commands from the bundle beside it. */
const everyCommandElsewhere = {
  name: 'every-command-elsewhere',
  setup(build) {
    const found = { path: './every-command.mjs', external: true };
    build.onResolve({ filter: /\/every-command\.ts$/ }, () => found);
  },
};

const common = {
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [shippedFiles, replacedBuiltins],
};
const { metafile } = await esbuild.build({
  ...common,
  entryPoints: [join(root, 'apps/cli/src/every-command.ts'), ...workers],
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  format: 'esm',
  // oidc-provider finds the life of a token by the name of its class.
  keepNames: true,
  // Some dependencies are CommonJS and ask for built-in modules by `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);",
  },
});

// What starts is one file of its own: each module more takes its time before a command has begun.
await esbuild.build({
  ...common,
  entryPoints: [{ in: join(root, 'apps/cli/src/main.ts'), out: 'slipway' }],
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  plugins: [everyCommandElsewhere],
});

await esbuild.build({
  ...common,
  entryPoints: [{ in: join(root, 'apps/cli/src/render-script.ts'), out: 'render' }],
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  // Files beside it are found as from a module.
  define: { 'import.meta.url': '__address' },
  banner: { js: "const __address=require('node:url').pathToFileURL(__filename).href;" },
});

// Each leaves what V8 made of the script; a Node that is not this one leaves its own when it first runs.
for (const sample of ['chart', 'kustomization/overlay']) {
  const command = [join(dist, 'slipway.mjs'), 'render', join(root, 'scripts/samples', sample)];
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 'ignore', 2] });
  if (status !== 0) throw new Error(`${command.join(' ')}: failed`);
}

writeFileSync(join(dist, 'LICENCES.txt'), licencesOf(Object.keys(metafile.inputs)));

if (existsSync(join(root, 'apps/portal/index.html'))) {
  const vite = await import('vite');
  await vite.build({
    root: join(root, 'apps/portal'),
    configFile: join(root, 'apps/portal/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(dist, 'portal'), emptyOutDir: true, license: { fileName: 'licences.md' } },
  });
}
