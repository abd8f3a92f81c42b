// Style and structure as a test: the static invariants of ARCHITECTURE.md and the size budgets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { everyPath, functionLengths, paths, root, type SourceFile, sourceFiles } from './source-tree.ts';

const files = sourceFiles();
const product = files.filter(file => !file.isTest);

/** Which of our packages each may import, by folder; `api` and `kinds` are open to all. */
const DIRECTION: Record<string, string[]> = {
  'packages/api': [],
  'packages/kinds': [],
  'packages/client': [],
  'packages/server': [],
  'packages/runtime': ['client'],
  'packages/controlplane': ['runtime', 'client'],
  'packages/kube': ['server', 'controlplane', 'runtime', 'client'],
  'packages/sandbox': [],
  'packages/oci': [],
  'packages/gateway': [],
  'packages/render': [],
  'packages/sources': ['render', 'oci', 'client'],
  'packages/definition': ['runtime', 'sources', 'render', 'client', 'sandbox', 'oci', 'gateway'],
  'packages/cluster': ['definition', 'runtime', 'sources', 'render', 'client', 'oci'],
  'apps/portal': ['client'],
};
const MACHINE = ['client', 'runtime', 'sandbox', 'oci', 'gateway', 'render', 'sources', 'definition'];
const CAPABILITIES = [...new Set(paths('capabilities').map(path => path.split('/')[1] ?? ''))];

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** `client` for `@slipway/client/node`. */
function ownPackage(specifier: string): string | undefined {
  return /^@slipway\/([^/]+)/.exec(specifier)?.[1];
}

function allowed(folder: string): string[] | undefined {
  if (folder.startsWith('capabilities/')) return MACHINE;
  if (folder === 'apps/platform') return undefined;
  if (folder === 'apps/cli') return ['platform', 'cluster', ...MACHINE];
  return DIRECTION[folder];
}

function report(problems: string[], mend: string): void {
  assert.deepEqual(problems, [], `${mend}\n${problems.join('\n')}`);
}

test('imports go only in the direction of ARCHITECTURE.md', () => {
  const problems = product.flatMap(file => {
    const may = allowed(packageOf(file.path));
    if (!may) return [];
    return file.allImports
      .map(ownPackage)
      .filter((name): name is string => name !== undefined && !['api', 'kinds', ...may].includes(name))
      .map(name => `${file.path}: imports @slipway/${name}`);
  });
  report(
    problems,
    'move the code, or meet through API objects; the allowed direction is in test/tidy.test.ts',
  );
});

test('no capability imports another, nor server, controlplane or kube (tests may use kube)', () => {
  const problems = files
    .filter(file => file.path.startsWith('capabilities/'))
    .flatMap(file => {
      const own = file.path.split('/')[1];
      const banned = [...CAPABILITIES, 'server', 'controlplane', ...(file.isTest ? [] : ['kube'])];
      return file.allImports
        .map(ownPackage)
        .filter(name => name !== undefined && name !== own && banned.includes(name))
        .map(name => `${file.path}: imports @slipway/${name}`);
    });
  report(problems, 'capabilities meet through API objects or an upstream protocol');
});

test('only apps/platform/src/config.ts reads the environment', () => {
  const open = ['apps/platform/src/config.ts', 'apps/portal/vite.config.ts'];
  const problems = product
    .filter(file => /process\.env\b/.test(file.text) && !open.includes(file.path))
    .map(file => `${file.path}: reads process.env`);
  report(problems, 'take the value as a setting; apps/platform/src/config.ts reads it');
});

test('api, kinds and client import nothing of Node (client/src/node* aside)', () => {
  const browser = /^packages\/(api|kinds|client)\//;
  const problems = product
    .filter(file => browser.test(file.path) && !/packages\/client\/src\/node/.test(file.path))
    .flatMap(file =>
      file.allImports.filter(name => name.startsWith('node:')).map(name => `${file.path}: imports ${name}`),
    );
  report(problems, 'these packages run in browsers too');
});

test('packages other than kinds, definition and cluster know no platform kind', () => {
  const platform = /@slipway\/kinds\/(slipway|upstream)|\b(slipway\.dev|argoproj\.io|cert-manager\.io)\//;
  const problems = product
    .filter(
      file => file.path.startsWith('packages/') && !/^packages\/(kinds|definition|cluster)\//.test(file.path),
    )
    .filter(file => file.lines.some(line => !/^\s*(\*|\/\/|\/\*)/.test(line) && platform.test(line)))
    .map(file => `${file.path}: names a platform kind`);
  report(problems, 'platform knowledge belongs in capabilities/, packages/definition or packages/cluster');
});

test('clock and randomness come through ports; commands are argument arrays', () => {
  const banned: [RegExp, string][] = [
    [/\bDate\.now\(\)|new Date\(\)/, 'reads the clock'],
    [/\bMath\.random\(\)/, 'uses Math.random'],
    [/\bexec(Sync)?\(`|\bexecSync\('|shell: true/, 'gives a shell a string'],
  ];
  const ports = ['packages/api/src/ports.ts'];
  const problems = product
    .filter(file => !ports.includes(file.path) && !/^apps\/(cli|portal)\//.test(file.path))
    .flatMap(file =>
      file.lines.flatMap((line, index) =>
        /^\s*(\*|\/\/)/.test(line)
          ? []
          : banned
              .filter(([pattern]) => pattern.test(line))
              .map(([, what]) => `${file.path}:${index + 1}: ${what}`),
      ),
    );
  report(problems, 'take Clock and Random as parameters; pass an argument array to spawn');
});

test('plan.ts files and packages/render do no I/O', () => {
  const io = /^node:(fs|child_process|net|http|https|tls|dgram|dns|worker_threads|sqlite)/;
  const problems = product
    .filter(
      file =>
        (/\/plan\.ts$/.test(file.path) && !file.path.startsWith('apps/')) ||
        file.path.startsWith('packages/render/'),
    )
    .flatMap(file => file.imports.filter(name => io.test(name)).map(name => `${file.path}: imports ${name}`));
  report(problems, 'a plan is a pure function; do the I/O in reconcile.ts');
});

test('there are no import cycles at run time', () => {
  const known = new Map(product.map(file => [file.path, file]));
  const problems: string[] = [];
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'closed') return;
    if (state.get(path) === 'open') {
      problems.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of relativeImports(known.get(path)))
      if (known.has(target)) visit(target, [...trail, path]);
    state.set(path, 'closed');
  };
  for (const path of known.keys()) visit(path, []);
  report(problems, 'move what both need into a file of its own');
});

function relativeImports(file: SourceFile | undefined): string[] {
  if (!file) return [];
  return file.imports
    .filter(name => name.startsWith('.'))
    .map(name => normalize(join(dirname(file.path), name)));
}

test('there is no `any`, and every suppression has a reason', () => {
  const problems = files.flatMap(file =>
    file.lines.flatMap((line, index) => {
      const at = `${file.path}:${index + 1}`;
      if (/^\s*(\*|\/\/ (?!@ts|biome))/.test(line)) return [];
      if (/(:|\bas|<) ?any\b(?! [a-z])/.test(line.replace(/'[^']*'|`[^`]*`/g, ''))) return [`${at}: any`];
      if (/@ts-(ignore|nocheck)/.test(line) && !file.path.endsWith('tidy.test.ts'))
        return [`${at}: @ts-ignore`];
      if (/@ts-expect-error\s*$/.test(line)) return [`${at}: suppression without a reason`];
      if (/biome-ignore [^:]*:?\s*$/.test(line)) return [`${at}: suppression without a reason`];
      return [];
    }),
  );
  report(problems, 'use unknown and narrow it; write the reason behind a suppression');
});

test('every import is declared in its own package.json', () => {
  const problems = files
    .filter(file => !/^(test|bench)\//.test(file.path))
    .flatMap(file => {
      const manifest = JSON.parse(readFileSync(join(root, packageOf(file.path), 'package.json'), 'utf8'));
      const declared = { ...manifest.dependencies, ...manifest.devDependencies, [manifest.name]: '' };
      return file.allImports
        .filter(name => !name.startsWith('.') && !name.startsWith('node:') && !name.startsWith('virtual:'))
        .map(name =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter(name => !(name in declared) && !(file.isTest && testOnly(name)))
        .map(name => `${file.path}: imports ${name}`);
    });
  report(problems, 'add it to the dependencies (tests: devDependencies) of that package.json');
});

/** What tests anywhere may use without declaring it: the API server under test and the root's test tools. */
function testOnly(name: string): boolean {
  return (
    ['@slipway/kube', '@slipway/server', 'playwright-core', 'ws', 'yaml', 'js-yaml'].includes(name) ||
    name.startsWith('@slipway/')
  );
}

test('no path is a drawer (util, utils, helpers, common, misc, lib, shared)', () => {
  const drawer = /(^|\/)(util|utils|helper|helpers|common|misc|lib|shared)(\/|\.|$)/;
  const problems = ['packages', 'capabilities', 'apps', 'test', 'scripts']
    .flatMap(paths)
    .filter(path => drawer.test(path));
  report(problems, 'name it for what is inside');
});

test('file names are kebab-case', () => {
  const problems = files
    .map(file => file.path)
    .filter(path => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(path.split('/').pop() ?? ''));
  report(problems, 'rename it');
});

test('files and functions keep their size budgets', () => {
  const lengths = product.map(file => file.lines.length).sort((a, b) => a - b);
  const functions = product.flatMap(file =>
    functionLengths(file).map(each => ({ ...each, path: file.path })),
  );
  const sizes = functions.map(each => each.length).sort((a, b) => a - b);
  const problems = [
    ...product
      .filter(file => file.lines.length > 500)
      .map(file => `${file.path}: ${file.lines.length} lines, 500 allowed`),
    ...functions
      .filter(each => each.length > 70)
      .map(each => `${each.path}:${each.line}: ${each.name} has ${each.length} lines, 70 allowed`),
    ...budget('median of file lengths', quantile(lengths, 0.5), 120),
    ...budget('95 % of files', quantile(lengths, 0.95), 350),
    ...budget('95 % of functions', quantile(sizes, 0.95), 45),
  ];
  report(problems, 'split it where the names of the parts are clear');
});

function quantile(sorted: number[], at: number): number {
  return sorted[Math.floor((sorted.length - 1) * at)] ?? 0;
}

function budget(what: string, found: number, most: number): string[] {
  return found <= most ? [] : [`${what}: ${found} lines, ${most} allowed`];
}

test('machine packages have at most five run-time dependencies of others', () => {
  const problems = paths('packages')
    .filter(path => path.endsWith('package.json'))
    .flatMap(path => {
      const { dependencies = {} } = JSON.parse(readFileSync(join(root, path), 'utf8'));
      const others = Object.keys(dependencies).filter(name => !name.startsWith('@slipway/'));
      return others.length > 5 ? [`${path}: ${others.join(', ')}`] : [];
    });
  report(problems, 'each dependency of the machine is everybody’s');
});

test('versions are exact and the lockfile names no host', () => {
  const problems = ['packages', 'capabilities', 'apps']
    .flatMap(paths)
    .filter(path => path.endsWith('package.json'))
    .concat('package.json')
    .flatMap(path => {
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8'));
      const all = Object.entries({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      });
      return all
        .filter(([, version]) => !/^\d/.test(String(version)))
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (/"resolved": "https?:/.test(lock)) problems.push('package-lock.json: names a download address');
  report(problems, 'pin exactly; install with the .npmrc of the project');
});

test('no private key is in the repository, not even a worthless one', () => {
  const begin = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}/;
  const problems = everyPath()
    .filter(path => begin.test(readFileSync(join(root, path), 'latin1')))
    .map(path => `${path}: holds a private key`);
  report(problems, 'make it when the test runs: test/self-signed.ts');
});
