import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackageJson } from './package-facts.ts';
import { type NodePlan, planNode } from './plan.ts';
import { installFiles, toDockerfile } from './to-dockerfile.ts';

function plan(manifest: PackageJson, files: Record<string, string>, procfile?: string): NodePlan | undefined {
  const all = new Set(['package.json', ...Object.keys(files)]);
  return planNode({ manifest, files: all, textOf: path => files[path] }, procfile);
}

const rows: {
  manifest: PackageJson;
  files?: Record<string, string>;
  procfile?: string;
  expected: Partial<NodePlan> | undefined;
  because: string;
}[] = [
  {
    manifest: { scripts: { start: 'node server.js' } },
    files: { 'server.js': '' },
    expected: { install: 'none', build: false, start: { kind: 'script', script: 'node server.js' } },
    because: 'a start script without dependencies needs no install',
  },
  {
    manifest: { scripts: { start: 'node a.js' }, dependencies: { x: '1' }, devDependencies: { y: '1' } },
    files: { 'a.js': '', 'package-lock.json': '{}' },
    expected: { install: 'ci', keepsDevDependencies: false },
    because: 'a lockfile is kept to, and development tools stay out',
  },
  {
    manifest: { scripts: { start: 'node a.js' } },
    files: { 'a.js': '' },
    procfile: 'worker: node w.js\nweb: node web.js $PORT\n',
    expected: { start: { kind: 'script', script: 'node web.js $PORT' } },
    because: 'a Procfile says it best',
  },
  {
    manifest: { scripts: { start: 'node dist/main.js', build: 'tsc' }, devDependencies: { typescript: '5' } },
    files: { 'src/main.ts': '', '.gitignore': 'dist' },
    expected: {
      build: true,
      keepsDevDependencies: true,
      start: { kind: 'script', script: 'node dist/main.js' },
    },
    because: 'a build script runs, with the tools it needs',
  },
  {
    manifest: {
      scripts: { dev: 'vite', build: 'vite build', preview: 'vite preview' },
      devDependencies: { vite: '8' },
    },
    files: { 'index.html': '', 'src/main.js': '' },
    expected: { build: true, install: 'install' },
    because: 'a site that is built is served from what the build makes',
  },
  {
    manifest: {
      scripts: { start: 'react-scripts start', build: 'react-scripts build' },
      dependencies: { 'react-scripts': '5' },
    },
    files: { 'public/index.html': '' },
    expected: { build: true },
    because: 'a development server is not for an environment',
  },
  {
    manifest: {
      name: 'http-server',
      bin: { 'http-server': './bin/http-server' },
      scripts: { start: 'node ./bin/http-server' },
      dependencies: { x: '1' },
    },
    files: { 'bin/http-server': '' },
    expected: {
      install: 'install',
      build: false,
      start: { kind: 'script', script: 'node ./bin/http-server' },
    },
    because: 'a published package whose start script works as it was published',
  },
  {
    manifest: {
      name: 'json-server',
      bin: './lib/cli/bin.js',
      scripts: {
        prepare: 'husky install',
        start: 'babel-node -- src/cli/bin db.json',
        build: 'babel src -d lib',
      },
      dependencies: { x: '1' },
      devDependencies: { husky: '1' },
    },
    files: { 'lib/cli/bin.js': '' },
    expected: {
      build: false,
      dropsScripts: true,
      needsSources: false,
      start: {
        kind: 'command',
        command: ['node', 'lib/cli/bin.js', '--host', '0.0.0.0', '--port', '8080', 'db.json'],
      },
    },
    because: 'a published package whose scripts need what was not published starts by its program',
  },
  {
    manifest: { main: 'lib.js' },
    files: { 'lib.js': 'require("http").createServer(handler).listen(process.env.PORT)', '.gitignore': '' },
    expected: { start: { kind: 'command', command: ['node', 'lib.js'] } },
    because: 'a main file that listens is a server',
  },
  {
    manifest: { scripts: { start: 'vite preview' }, devDependencies: { vite: '8' } },
    expected: {
      keepsDevDependencies: true,
      start: { kind: 'script', script: 'vite preview --host 0.0.0.0 --port $PORT' },
    },
    because: 'a preview that listens on loopback is told where to listen, and its tool is kept',
  },
  {
    manifest: { scripts: { start: 'node a.js', postinstall: 'node tool.js' }, dependencies: { x: '1' } },
    files: { 'a.js': '', 'tool.js': '', '.gitignore': '' },
    expected: { needsSources: true },
    because: 'a lifecycle script needs the sources before the install',
  },
  {
    manifest: {},
    files: { 'index.html': '' },
    expected: { install: 'none', start: { kind: 'static', folders: ['.'] } },
    because: 'plain pages',
  },
  {
    manifest: { main: 'lib.js' },
    files: { 'lib.js': 'module.exports = 1', '.gitignore': '' },
    expected: undefined,
    because: 'a library serves nothing',
  },
];
for (const { manifest, files = {}, procfile, expected, because } of rows) {
  test(`planNode() recognizes: ${because}`, () => {
    const found = plan(manifest, files, procfile);
    if (expected === undefined) {
      assert.equal(found, undefined);
      return;
    }
    assert.ok(found);
    const seen = Object.fromEntries(Object.keys(expected).map(key => [key, found[key as keyof NodePlan]]));
    assert.deepEqual(seen, expected);
  });
}

test('toDockerfile() leaves the tools of a build behind in a stage of their own', () => {
  const found = plan(
    { scripts: { start: 'node dist/main.js && true', build: 'tsc' }, devDependencies: { typescript: '5' } },
    { 'tsconfig.json': '', '.gitignore': '', 'package-lock.json': '{}' },
  );
  assert.ok(found);
  assert.equal(
    toDockerfile(found, 'node:24'),
    `FROM node:24 AS build
WORKDIR /app
COPY --from=slipway install/ ./
RUN npm ci --no-audit --no-fund --no-update-notifier --include=dev
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
EXPOSE 8080
ENV PATH=/app/node_modules/.bin:$PATH
CMD ["/bin/sh","-c","node dist/main.js && true"]
`,
  );
});

test('installFiles() does not change with the name, the version or the scripts of the package', () => {
  const filesOf = (version: string): Record<string, string> => ({
    'package.json': JSON.stringify({
      name: 'a',
      version,
      scripts: { start: version },
      dependencies: { x: '1' },
    }),
    'package-lock.json': JSON.stringify({
      name: 'a',
      version,
      lockfileVersion: 3,
      packages: { '': { name: 'a', version }, 'node_modules/x': { version: '1.0.0' } },
    }),
  });
  const installed = (version: string) => {
    const source = filesOf(version);
    return installFiles(path => source[path], { install: 'ci', keepsDevDependencies: false });
  };
  assert.deepEqual(installed('1.0.0'), installed('2.0.0'));
  assert.match(installed('1.0.0')['package-lock.json'] ?? '', /"node_modules\/x": \{\s+"version": "1.0.0"/);
});
