// Blueprints and technologies of one's own, from folders: what they come to, and what they may not say.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  blueprintFileOf,
  blueprintOfFile,
  type Catalogue,
  emptyLock,
  isElsewhere,
  type Lock,
  parseDefinition,
  resolveDefinition,
  select,
  technologyDataOf,
  technologyOfData,
  type UpstreamSettings,
} from '@slipway/definition';
import { filesOf } from '../../definition/src/package/files.fixture.ts';
import { planCluster } from './plan-cluster.ts';
import { releaseFiles } from './release-files.ts';

const head = (kind: string, name: string) =>
  `apiVersion: slipway.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
const GUIDANCE = [
  'purpose',
  'licence',
  'cncf',
  'maintenance',
  'chooseWhen',
  'avoidWhen',
  'switching',
  'homepage',
  'asOf',
];
const guidance = `{ ${GUIDANCE.map(name => `${name}: none`).join(', ')} }`;

const valkey = (more = '', upstream = '') => ({
  'technology.yaml': `${head('Technology', 'valkey')}spec:
  version: 1.0.0
  title: Valkey
  capabilities: [data]
  guidance: ${guidance}
  provides: [cache]
  parameters: { type: object, properties: { replicas: { type: integer, default: 1 } } }
${more}  upstream:
    namespace: valkey
    wishes: wishes.yaml
    values: values.yaml
    probes: probes.yaml
    releases:
      - { version: 8.1.0, form: manifests, parts: [{ folder: files }], images: [docker.io/v/agent:1] }
${upstream}`,
  'wishes.yaml':
    '- { contract: sign-in, name: login, optional: true, redirects: [{{ url "cache" | quote }}], secret: login }\n- { contract: secret, name: admin, secret: admin, keys: { password: { length: 32 } } }\n',
  'values.yaml':
    'replicas: {{ .parameters.replicas }}\nissuer: {{ with .granted.login }}{{ .issuer }}{{ else }}none{{ end }}\n',
  'probes.yaml': '- { name: answers, url: {{ url "cache" | quote }} }\n',
  'files/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
});

const settings = {
  platform: 'acme',
  parameters: { replicas: 3 },
  domain: 'acme.example',
  appsDomain: 'apps.example',
  namespace: 'valkey',
  version: '8.1.0',
  tls: { issuer: 'local' },
  url: (host: string) => `https://${host}.acme.example`,
  isGranted: () => true,
} as unknown as UpstreamSettings;

test('technologyOfData() is a technology of the catalogue’s kind, its functions templates', () => {
  const data = technologyDataOf(filesOf(valkey()), './valkey');
  const technology = technologyOfData(JSON.parse(JSON.stringify(data)));
  const { upstream } = technology;
  assert.deepEqual(
    upstream?.wishes?.(settings).map(({ contract, name }) => `${contract} ${name}`),
    ['sign-in login', 'secret admin'],
  );
  assert.deepEqual(upstream?.values?.(settings, {}), { replicas: 3, issuer: 'none' });
  const granted = { login: { issuer: 'https://id.acme.example' } };
  assert.deepEqual(upstream?.values?.(settings, granted), { replicas: 3, issuer: 'https://id.acme.example' });
  assert.deepEqual(upstream?.probes?.(settings), [{ name: 'answers', url: 'https://cache.acme.example' }]);
  assert.match(upstream?.releases[0].digest ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(upstream?.releases[0].images, ['docker.io/v/agent:1']);
  assert.deepEqual(upstream?.releases[0].parts, [
    { at: '', files: { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n' } },
  ]);
});

const wrong: [files: Record<string, string>, message: RegExp, because: string][] = [
  [{}, /there is no technology\.yaml/, 'no technology at all'],
  [
    valkey('  embedded: engine.js\n'),
    /t\/technology\.yaml:11: spec\.embedded: this is code and cannot be said as data/,
    'code',
  ],
  [valkey('', '    grants: { route: x }\n'), /spec\.upstream\.grants: this is code/, 'granting is code'],
  [valkey('  colour: red\n'), /spec\.colour: unknown field; allowed: version, title,/, 'a misspelt field'],
  [
    {
      ...valkey(),
      'values.yaml': '',
      'technology.yaml': valkey()['technology.yaml'].replace('values.yaml', 'none.yaml'),
    },
    /spec\.upstream\.values: found "none\.yaml"; there is no such file/,
    'a file that is missing',
  ],
  [
    { 'technology.yaml': valkey()['technology.yaml'].replace('folder: files', 'folder: none') },
    /releases\.0\.parts\.0\.folder: found "none"; there are no files/,
    'a folder without files',
  ],
  [
    {
      ...valkey(),
      'technology.yaml': valkey()['technology.yaml'].replace(
        'folder: files',
        'chart: { repository: "https://c.example", name: v, version: 1.0.0 }',
      ),
    },
    /releases\.0: digest is missing: what is fetched is pinned/,
    'what is fetched is pinned',
  ],
];
for (const [files, message, because] of wrong) {
  test(`technologyDataOf() refuses: ${because}`, () => {
    assert.throws(() => technologyDataOf(filesOf(files), 't'), message);
  });
}

test('what a technology’s templates come to is checked', () => {
  const of = (files: Record<string, string>) =>
    technologyOfData(technologyDataOf(filesOf({ ...valkey(), ...files }), 't')).upstream;
  assert.throws(
    () => of({ 'wishes.yaml': '- { contract: moon, name: a }' })?.wishes?.(settings),
    /wishes: .*one of route, certificate/,
  );
  assert.throws(() => of({ 'wishes.yaml': 'a: b' })?.wishes?.(settings), /wishes: one list is expected/);
  assert.throws(() => of({ 'values.yaml': '- a' })?.values?.(settings, {}), /values: one map is expected/);
  assert.throws(
    () => of({ 'values.yaml': 'a: {{ now }}' })?.values?.(settings, {}),
    /asks for the time or for chance/,
  );
  assert.throws(
    () => of({ 'values.yaml': 'a: {{ .parameters.size }}' })?.values?.(settings, {}),
    /no entry for key "size"/,
  );
});

const catalogue = {
  blueprints: [
    {
      id: 'minimal',
      purpose: 'small',
      document: {
        ...{ apiVersion: 'slipway.dev/v1alpha1', kind: 'Platform', metadata: { name: 'minimal' } },
        spec: { capabilities: {}, environments: [{ name: 'dev' }], teams: [{ name: 'default' }] },
      },
    },
  ],
  capabilities: [{ id: 'data', title: 'Data', purpose: '', choice: 'many', kinds: [], technologies: [] }],
  technologies: [],
} as unknown as Catalogue;

const blueprint = (rest: string) =>
  filesOf({
    'blueprint.yaml': `${head('Blueprint', 'ours')}spec:\n  version: 1.0.0\n  purpose: for us\n${rest}`,
  });

test('a blueprint extends one of this version, and what it says is over that', () => {
  const file = blueprintFileOf(
    blueprint('  extends: minimal\n  platform: { teams: [{ name: payments }] }\n'),
    'b',
  );
  const { id, purpose, document } = blueprintOfFile(file, './b', catalogue.blueprints);
  assert.deepEqual(
    [id, purpose, document.spec?.teams, document.spec?.environments],
    ['./b', 'for us', [{ name: 'payments' }], [{ name: 'dev' }]],
  );
  const other = blueprintFileOf(blueprint('  extends: maximal\n  platform: {}\n'), 'b');
  assert.throws(
    () => blueprintOfFile(other, './b', catalogue.blueprints),
    /extends "maximal", which is none of minimal/,
  );
  assert.throws(() => blueprintFileOf(filesOf({}), 'b'), /there is no blueprint\.yaml/);
  assert.throws(
    () => blueprintFileOf(blueprint('  platform: { colour: red }\n'), 'b'),
    /b\/blueprint\.yaml:7: spec\.platform\.colour: unknown field/,
  );
  assert.throws(
    () => blueprintFileOf(blueprint('  platform: { packages: [{ name: a, from: { path: ./a } }] }\n'), 'b'),
    /spec\.platform\.packages\.0\.from\.path: a folder would be the blueprint’s own/,
  );
});

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-elsewhere-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('resolveDefinition() puts what stands elsewhere into the definition, pinned; a stored one needs no files', async () => {
  const files = {
    ...Object.fromEntries(Object.entries(valkey()).map(([path, text]) => [`valkey/${path}`, text])),
    'ours/blueprint.yaml': `${head('Blueprint', 'ours')}spec:\n  version: 2.0.0\n  purpose: for us\n  extends: minimal\n  platform: { capabilities: { data: valkey } }\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const text = `${head('Platform', 'acme')}spec:\n  blueprint: ./ours\n  technologies: [./valkey]\n  target: { kubernetes: { context: c } }\n  domain: acme.example\n  appsDomain: apps.example\n`;
  const how = { folder, cacheFolder: join(folder, 'cache') };
  const resolve = (lock: Lock) =>
    resolveDefinition(parseDefinition(text, 'platform.yaml'), { catalogue, lock, how });
  const located = await resolve(emptyLock());
  const pins = located.document.spec?.resolved?.pins ?? {};
  assert.deepEqual([pins.blueprint?.version, pins.blueprint?.source], ['2.0.0', './ours']);
  assert.equal(pins.technologies?.valkey?.version, '1.0.0');
  await rm(join(folder, 'valkey/files'), { recursive: true });
  const stored = JSON.parse(JSON.stringify(located.document));
  const selection = select({ ...located, document: stored }, catalogue);
  assert.deepEqual(
    selection.components.map(({ technology, engine }) => [technology.id, engine]),
    [['valkey', 'upstream']],
  );
  assert.deepEqual(
    selection.teams.map(({ name }) => name),
    ['default'],
  );
  const release = selection.components[0]?.technology.upstream?.releases[0];
  assert.ok(release);
  const brought = {
    release,
    files: await releaseFiles(release, { cacheFolder: how.cacheFolder, offline: true }),
  };
  const plan = await planCluster({
    ...{ selection, catalogue, lock: emptyLock(), definitions: [] },
    releases: new Map([['valkey', brought]]),
    cluster: { version: 'v1.36.0' },
  });
  const { steps, namespace, version } = plan.components[0] ?? assert.fail('no component');
  assert.deepEqual([namespace, version], ['valkey', '8.1.0']);
  assert.deepEqual(
    Object.values(steps)
      .flat()
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['Namespace valkey', 'GeneratedSecret admin', 'ConfigMap a'],
  );
  await assert.rejects(
    resolve({ ...emptyLock(), ...pins }),
    /technology \.\/valkey: the files at \.\/valkey have .*, not sha256:.* as the lock has them/,
  );
});

test('isElsewhere() tells addresses from names', () => {
  const is = ['./a', '../a', '/a', '.', 'oci://a/b', 'git+https://a', 'git+git@a:b'];
  assert.deepEqual(
    is.filter(each => !isElsewhere(each)),
    [],
  );
  assert.deepEqual(['minimal', 'cnoe-aws', undefined].filter(isElsewhere), []);
});

test('a file may not say what stands elsewhere by itself', () => {
  const text = `${head('Platform', 'acme')}spec: { resolved: {} }\n`;
  assert.throws(() => parseDefinition(text, 'p'), /spec\.resolved: unknown field/);
});
