// Packages in idpbuilder's form, from a folder to objects that live.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { ConfigMap, Repository, Team } from '@slipway/kinds';
import { eventually, type Platform, startPlatform } from '../platform-process.ts';

let platform: Platform;
let client: Client;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
  platform = await startPlatform();
  client = createClient(nodeTransport(await loadKubeconfig(platform.report.kubeconfig)));
});
after(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const application = (name: string, sources: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  ${sources}
  destination: {server: "https://kubernetes.default.svc", namespace: ${name}}
  syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
`;
const map = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

interface Report {
  name: string;
  ready: boolean;
  cause: string;
}

async function add(...args: string[]): Promise<Report[]> {
  return platform.json<Report[]>(['package', 'add', ...args, '--wait', '--timeout', '60']);
}

async function textOf(namespace: string, name: string): Promise<string | undefined> {
  return (await client.find(ConfigMap, { namespace, name }))?.data?.value;
}

test('package add brings folders, charts with values beside them, and ApplicationSets over folders', async () => {
  await write({
    'base/plain.yaml': application(
      'plain',
      'source: {repoURL: "cnoe://manifests", targetRevision: HEAD, path: .}',
    ),
    'base/manifests/a.yaml': map('a', 'first'),
    'base/manifests/b.yaml': map('b', 'first'),
    'base/chart.yaml': application(
      'chart',
      `sources:
    - {repoURL: "cnoe://web", targetRevision: HEAD, path: ., helm: {valueFiles: ["$values/web.yaml"]}}
    - {repoURL: "cnoe://values", targetRevision: HEAD, ref: values}`,
    ),
    'base/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'base/web/templates/map.yaml': map('{{ .Release.Name }}', '{{ .Values.greeting }}'),
    'base/values/web.yaml': 'greeting: hello\n',
    'base/set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: each, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - matrix:
        generators:
          - git: {repoURL: "cnoe://each", revision: HEAD, directories: [{path: "*"}]}
          - list: {elements: [{stage: dev}]}
  template:
    metadata: {name: "{{ .path.basename }}-{{ .stage }}"}
    spec:
      project: default
      source: {repoURL: "cnoe://each", targetRevision: HEAD, path: "{{ .path.path }}"}
      destination: {name: in-cluster, namespace: "{{ .path.basename }}"}
      syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true]}
`,
    'base/each/one/map.yaml': map('one', '1'),
    'base/each/two/map.yaml': map('two', '2'),
  });
  const reports = await add(join(folder, 'base'));
  assert.deepEqual(
    reports.map(({ name, ready, cause }) => [name, ready, cause]),
    ['chart', 'one-dev', 'plain', 'two-dev'].map(name => [name, true, '']),
  );
  assert.equal(await textOf('plain', 'a'), 'first');
  assert.equal(await textOf('chart', 'chart'), 'hello');
  assert.deepEqual([await textOf('one', 'one'), await textOf('two', 'two')], ['1', '2']);
});

test('package add again brings the folder as it is now, and takes away what is not in it any more', async () => {
  await write({ 'base/manifests/a.yaml': map('a', 'second') });
  await rm(join(folder, 'base/manifests/b.yaml'));
  await add(join(folder, 'base/plain.yaml'));
  const end = performance.now() + 20_000;
  while ((await textOf('plain', 'b')) !== undefined || (await textOf('plain', 'a')) !== 'second') {
    assert.ok(performance.now() < end, 'never so');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
});

test('of two packages with one Application the later counts, and an earlier one does not take it back', async () => {
  await write({
    'over/plain.yaml': application('plain', 'source: {repoURL: "cnoe://own", targetRevision: HEAD, path: .}'),
    'over/own/a.yaml': map('a', 'over'),
  });
  await add(join(folder, 'base/plain.yaml'), join(folder, 'over'));
  assert.equal(await textOf('plain', 'a'), 'over');
  await platform.json(['package', 'add', join(folder, 'base/plain.yaml')]);
  const listed = await platform.json<{ name: string; priority: number }[]>(['package', 'list']);
  assert.equal(listed.find(({ name }) => name === 'plain')?.priority, 1);
});

test('package remove takes away what a package brought', async () => {
  await platform.json(['package', 'remove', join(folder, 'over')]);
  const end = performance.now() + 20_000;
  while ((await textOf('plain', 'a')) !== undefined) {
    assert.ok(performance.now() < end, 'never so');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
});

const greeter = (version: string, more = '') => ({
  'greeter/package.yaml': `apiVersion: slipway.dev/v1alpha1
kind: PackageDefinition
metadata: {name: greeter}
spec:
  version: ${version}
  provides: {greeting: ${version}}
  source: {templates: templates}
  parameters:
    type: object
    properties: {greeting: {type: string, default: hello}}
  environments: {prod: {parameters: {greeting: welcome}}}
  tests: [{name: defaults}]
`,
  'greeter/templates/map.yaml': `${map('greeting', '{{ .parameters.greeting }}')}${more}`,
});

async function failing(args: string[]): Promise<string> {
  const error = await platform.cli(args).then(
    () => assert.fail(`${args.join(' ')} went through`),
    (thrown: { stderr: string }) => thrown,
  );
  return error.stderr;
}

test('a package of ours is added with parameters, upgraded, and removed exactly', async () => {
  await write(greeter('1.0.0'));
  const path = join(folder, 'greeter');
  assert.match(
    await failing(['package', 'add', path, '--set', 'greting=x']),
    /parameters\.greting: unknown field/,
  );
  const reports = await add(path, '--set', 'greeting=hi');
  assert.deepEqual(
    reports.map(({ name, ready }) => [name, ready]),
    [['greeter', true]],
  );
  assert.equal(await textOf('greeter', 'greeting'), 'hi');
  await platform.cli(['package', 'add', path, '--environment', 'prod']);
  assert.equal(await textOf('greeter-prod', 'greeting'), 'welcome');

  await write(greeter('1.1.0', `---\n${map('more', 'more')}`));
  const look = await platform.cli(['package', 'upgrade', 'greeter', '--dry-run']);
  assert.match(
    look.stdout,
    /greeter 1\.0\.0 → 1\.1\.0\n {2}created {2}ConfigMap greeter\/more\n {2}1 object as before/,
  );
  assert.equal(await textOf('greeter', 'more'), undefined);
  await platform.cli(['package', 'upgrade', 'greeter']);
  assert.equal(await textOf('greeter', 'more'), 'more');

  await write({
    'needy/package.yaml':
      'apiVersion: slipway.dev/v1alpha1\nkind: PackageDefinition\nmetadata: {name: needy}\nspec: {version: 1.0.0, source: {manifests: .}, requires: {greeting: ">=2"}}\n',
    'needy/map.yaml': map('needy', 'x'),
  });
  const unmet = await failing(['package', 'add', join(folder, 'needy')]);
  assert.match(
    unmet,
    /package needy: requires greeting >=2, and the platform provides 1\.1\.0|provides 1\.0\.0/,
  );
  await platform.cli(['package', 'remove', 'greeter', 'greeter.prod']);
  assert.equal(await textOf('greeter', 'greeting'), undefined);
  assert.equal(await textOf('greeter-prod', 'greeting'), undefined);
});

test('a package is pushed to the platform’s registry, and added from there and from Git by digest and commit', async () => {
  const { host } = new URL(platform.report.portal);
  const place = `oci://registry.${host}/default`;
  const path = join(folder, 'greeter');
  const pushed = await platform.json<{ reference: string; contents: string; isNew: boolean }>([
    ...['package', 'push', path, place],
  ]);
  assert.ok(pushed.isNew && pushed.reference.includes('/default/greeter:1.1.0@sha256:'));
  const again = await platform.json<{ isNew: boolean }>(['package', 'push', path, place]);
  assert.ok(!again.isNew, 'the same content is there already');
  await write(greeter('1.1.0', `---\n${map('other', 'x')}`));
  assert.match(
    await failing(['package', 'push', path, place]),
    /this version is there already with other content/,
  );

  const definition = join(folder, 'platform.yaml');
  await write({
    'platform.yaml':
      'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: {name: slipway}\nspec:\n  blueprint: golden-path # as it is\n',
  });
  const lock = () => readFile(join(folder, 'slipway.lock'), 'utf8');
  const source = `${place}/greeter:1.1.0`;
  await write({ 'web/package.yaml': greeter('3.0.0')['greeter/package.yaml'].replaceAll('greeter', 'web') });
  await write({ 'web/templates/map.yaml': map('web', '{{ .platform.domain }}') });
  await platform.git(['init', '--quiet', '--initial-branch=main', '.'], join(folder, 'web'));
  await platform.git(['add', '.'], join(folder, 'web'));
  await platform.git(
    ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', 'commit', '--quiet', '-m', 'web'],
    join(folder, 'web'),
  );
  await client.create(Repository, {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name: 'web', namespace: 'team-default' },
    spec: { owner: 'default', name: 'web' },
  });
  const address = `https://git.${host}/default/web.git`;
  await eventually('the repository', 10_000, async () => {
    await platform.git(['push', '--quiet', address, 'HEAD:refs/heads/main'], join(folder, 'web'));
    return true;
  });
  const git = `git+${address}?ref=main`;
  await platform.cli(['package', 'add', git, '-f', definition]);
  await platform.cli(['package', 'add', source, '--set', 'greeting=hi'], { cwd: folder });
  assert.equal(await textOf('greeter', 'greeting'), 'hi');
  const listed = await platform.json<{ name: string; digest: string }[]>(['package', 'list']);
  assert.equal(
    listed.find(({ name }) => name === 'greeter')?.digest,
    pushed.contents,
    'as it was in the folder',
  );
  await platform.cli(['package', 'remove', 'greeter']);

  assert.match(
    await lock(),
    /web:\n {4}digest: sha256:[0-9a-f]{64}\n {4}source: git\+https:.*\?ref=main#[0-9a-f]{40}\n {4}version: 3\.0\.0/,
  );
  await platform.cli(['apply', '-f', definition]);
  assert.equal(await textOf('web', 'web'), 'slipway.localhost');
  await write({ 'slipway.lock': (await lock()).replace(/sha256:[0-9a-f]{4}/, 'sha256:0000') });
  assert.match(
    await failing(['apply', '-f', definition]),
    /package web: the files at git\+https.* have sha256:.*, not sha256:0000/,
  );
  await platform.cli(['package', 'upgrade', '-f', definition]);
  await platform.cli(['package', 'remove', 'web', '-f', definition]);
  assert.match(await readFile(definition, 'utf8'), /blueprint: golden-path # as it is/);
  const plan = await platform.cli(['plan', '-f', definition]);
  assert.match(plan.stdout, /package web: would go/);
  await platform.cli(['apply', '-f', definition]);
  assert.equal(await textOf('web', 'web'), undefined);
});

test('a definition starts from a blueprint in the registry, pinned, and packages of Applications come with it', async () => {
  const { host } = new URL(platform.report.portal);
  await write({
    'ours/blueprint.yaml':
      'apiVersion: slipway.dev/v1alpha1\nkind: Blueprint\nmetadata: {name: ours}\nspec:\n  version: 1.0.0\n  purpose: for us\n  extends: golden-path\n  platform: {teams: [{name: default}, {name: payments}]}\n',
    'apps/idp.yaml': application(
      'idp',
      'source: {repoURL: "cnoe://manifests", targetRevision: HEAD, path: .}',
    ),
    'apps/manifests/map.yaml': map('idp', 'there'),
  });
  const pushed = await platform.json<{ reference: string }>([
    ...['blueprint', 'push', join(folder, 'ours'), `oci://registry.${host}/default`],
  ]);
  const shown = await platform.cli(['blueprint', 'show', pushed.reference]);
  assert.match(shown.stdout, /^# for us\n[\s\S]*- name: payments/);
  await rm(join(folder, 'platform.yaml'));
  await platform.cli([
    ...['import', 'idpbuilder', '--folder', folder],
    ...['--command', `idpbuilder create --name slipway -p ${join(folder, 'apps')}`],
  ]);
  const definition = join(folder, 'platform.yaml');
  const text = await readFile(definition, 'utf8');
  await writeFile(
    definition,
    text.replace(/blueprint: golden-path.*/, `blueprint: oci://registry.${host}/default/ours:1.0.0`),
  );
  await platform.cli(['apply', '-f', definition]);
  const teams = (await client.list(Team)).items.map(({ metadata }) => metadata.name);
  assert.deepEqual(teams.toSorted(), ['default', 'payments']);
  assert.match(await readFile(join(folder, 'slipway.lock'), 'utf8'), /^blueprint:\n {2}digest: sha256:/m);
  await eventually(
    'what the Application brings',
    30_000,
    async () => (await textOf('idp', 'idp')) === 'there' || undefined,
  );
  await platform.crash();
  await platform.restart();
  client = createClient(nodeTransport(await loadKubeconfig(platform.report.kubeconfig)));
  assert.ok(platform.report.ready, 'what was applied needs no registry to start again');
  await rm(join(folder, 'packages'), { recursive: true });
  await write({ 'platform.yaml': text.replace(/ {2}packages:[\s\S]*/, '') });
  await platform.cli(['apply', '-f', definition]);
  await eventually(
    'the end of it',
    30_000,
    async () => (await textOf('idp', 'idp')) === undefined || undefined,
  );
});
