// Applications that no one here wrote, as their authors published them.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Platform, run, startPlatform } from '../platform-process.ts';

interface Row {
  name: string;
  /** `name@version` of the npm registry. */
  from: string;
  /** Folder inside the package that is the application. */
  folder: string;
  path: string;
  expected: RegExp;
  because: string;
}

const rows: Row[] = [
  {
    name: 'json-server',
    from: 'json-server@0.17.4',
    folder: '.',
    path: '/',
    expected: /JSON Server|Congrats/,
    because: 'a command-line web server with its own home page',
  },
  {
    name: 'http-server',
    from: 'http-server@14.1.1',
    folder: '.',
    path: '/package.json',
    expected: /"name": "http-server"/,
    because: 'a static server that serves its own folder',
  },
  {
    name: 'vite-app',
    from: 'create-vite@9.3.0',
    folder: 'template-react-ts',
    path: '/',
    expected: /assets\/index-[\w-]+\.js/,
    because: 'an application that has to be built before it can be served',
  },
];

const offline = await run('npm', ['view', 'json-server@0.17.4', 'version'], { timeout: 30_000 }).then(
  () => false as const,
  () => 'the package registry does not answer',
);
let platform: Platform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform?.stop());

for (const row of rows) {
  test(`service import ${row.from} ${row.folder}: ${row.because}`, {
    skip: offline,
    timeout: 300_000,
  }, async () => {
    const folder = await unpack(row);
    const report = await platform.json<{ environments: { url: string; image: string; healthy: boolean }[] }>([
      'service',
      'import',
      folder,
      '--name',
      row.name,
      '--wait',
    ]);
    const [dev] = report.environments;
    assert.ok(dev?.healthy);
    assert.match(dev.image, /@sha256:/);
    const answer = await platform.fetch(`${dev.url}${row.path}`);
    assert.equal(answer.status, 200);
    assert.match(answer.body, row.expected);
  });
}

const serve = (text: string) =>
  `require('node:http').createServer((_, response) => response.end('${text}\\n')).listen(8080)`;

function manifests(name: string): Record<string, string> {
  const labels = { app: name };
  const container = {
    name: 'web',
    image: 'node:24',
    command: ['node', '-e', serve(`manifests of ${name}`)],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const deployment = { selector: { matchLabels: labels }, template };
  const service = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
  const object = (apiVersion: string, kind: string, spec: object) =>
    JSON.stringify({ apiVersion, kind, metadata: { name }, spec }, undefined, 2);
  return {
    'deployment.yaml': object('apps/v1', 'Deployment', deployment),
    'service.yaml': object('v1', 'Service', service),
  };
}

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

const own: {
  name: string;
  files: Record<string, string>;
  expected: RegExp;
  built: boolean;
  because: string;
}[] = [
  {
    name: 'in-deploy',
    files: { 'README.md': '# Nothing to build\n', ...below('deploy', manifests('in-deploy')) },
    expected: /manifests of in-deploy/,
    built: false,
    because: 'plain manifests in deploy/ that name a public image',
  },
  {
    name: 'in-root',
    files: { ...manifests('in-root'), 'mkdocs.yml': 'site_name: not a manifest\n' },
    expected: /manifests of in-root/,
    built: false,
    because: 'plain manifests in the root, beside YAML of other tools',
  },
  {
    name: 'dockerfile-only',
    files: {
      Dockerfile: `FROM node:24\nEXPOSE 8080\nCMD ["node", "-e", ${JSON.stringify(serve('from a Dockerfile'))}]\n`,
    },
    expected: /from a Dockerfile/,
    built: true,
    because: 'nothing but a Dockerfile',
  },
];
for (const { name, files, expected, built, because } of own) {
  test(`service import ${name}: ${because}`, { timeout: 180_000 }, async () => {
    const folder = await written(name, files);
    const report = await platform.json<{
      environments: { url: string; image: string; healthy: boolean }[];
      runs: object[];
    }>(['service', 'import', folder, '--name', name, '--wait']);
    const [dev] = report.environments;
    assert.ok(dev?.healthy);
    assert.match(dev.image, built ? /@sha256:/ : /^node:24$/);
    assert.equal(report.runs.length, built ? 1 : 0);
    assert.match((await platform.fetch(dev.url)).body, expected);
  });
}

test('service import of manifests that do not parse names file and line, and delivers nothing', {
  timeout: 180_000,
}, async () => {
  const { 'deployment.yaml': deployment = '' } = manifests('broken');
  const folder = await written('broken', { 'deploy/deployment.yaml': `${deployment.slice(0, -2)}\n` });
  await assert.rejects(
    platform.cli(['service', 'import', folder, '--name', 'broken', '--wait', '--timeout', '30']),
    (error: { stderr: string }) => /deploy\/deployment\.yaml:\d+: /.test(error.stderr),
  );
});

test('service import of a Git address keeps its history', { timeout: 180_000 }, async () => {
  const source = await written('history', {
    'package.json': JSON.stringify({ name: 'history', scripts: { start: 'node index.js' } }),
    'index.js': serve('with a past'),
  });
  await platform.git(['init', '--quiet', '--initial-branch=trunk'], source);
  for (const message of ['first', 'second']) {
    await platform.git(['add', '.'], source);
    await platform.git(['commit', '--quiet', '--allow-empty', '-m', message], source);
  }
  const report = await platform.json<{ repository: string; environments: { url: string }[] }>([
    'service',
    'import',
    `file://${source}`,
    '--name',
    'history',
    '--wait',
  ]);
  assert.match((await platform.fetch(report.environments[0]?.url ?? '')).body, /with a past/);
  const [head] = (await platform.git(['ls-remote', report.repository, 'refs/heads/main'])).split('\t');
  assert.equal(head, (await platform.git(['rev-parse', 'trunk'], source)).trim());
});

async function written(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(platform.home, `source-${name}`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The package as the registry has it, unpacked. */
async function unpack(row: Row): Promise<string> {
  const target = join(platform.home, `source-${row.name}`);
  if (!existsSync(target)) {
    await mkdir(target, { recursive: true });
    const { stdout } = await run('npm', ['pack', row.from, '--silent', '--pack-destination', target]);
    await run('tar', ['-xzf', join(target, stdout.trim().split('\n').pop() ?? ''), '-C', target]);
  }
  return join(target, 'package', row.folder);
}
