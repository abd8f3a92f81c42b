// What a package says of itself, how it is ordered, and what it comes to: nothing here needs a platform.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packFiles, unpackFiles } from './archive.ts';
import { referenceOf } from './bring-source.ts';
import { configMap, filesOf, packageYaml } from './files.fixture.ts';
import { packageOf, parsePackage } from './package-file.ts';
import { packageObjects } from './package-objects.ts';
import { type Contracts, orderPackages, type Provided } from './package-order.ts';
import { packageParameters } from './package-parameters.ts';
import { isPinOf, parseSource, sourceText } from './source-address.ts';
import { testPackage } from './test-package.ts';

const platform = { name: 'acme', domain: 'acme.example', appsDomain: 'apps.example' };
const settings = { parameters: {}, namespace: 'shop', platform };

const wrong: [rest: string, message: string, because: string][] = [
  ['source: {}', 'spec.source: found none; allowed: one of manifests,', 'it has to be made of something'],
  ['source: { manifests: a, chart: b }', 'found manifests and chart', 'and of one thing'],
  ['source: { manifests: ../a }', 'found "../a"; allowed: a path in the package', 'nothing leads out of it'],
  ['source: { manifests: a, values: v }', 'only a chart has values', 'a word that would do nothing'],
  [
    'source: { manifests: a }\nparameters: { type: object }',
    'nothing takes parameters in manifests',
    'parameters that would do nothing',
  ],
  ['sourc: { manifests: a }', 'p:6: spec.sourc: unknown field; allowed: version,', 'a misspelt field'],
  ['source: { templates: a }\nparameters: { type: text }', 'spec.parameters: it is the schema', 'no schema'],
  [
    'source: { templates: a }\nparameters: { type: object, required: yes }',
    'spec.parameters: it is no JSON Schema',
    'a schema that is none',
  ],
  [
    'source: { chart: . }\nparameters: { type: object, properties: { a: { properties: { key: { format: password } } } } }',
    'spec.parameters.properties.a.properties.key: a parameter is kept as it is, where others read it',
    'a secret among parameters',
  ],
  ['source: { chart: . }\nprovides: { queue: latest }', 'spec.provides.queue: found "latest"', 'versions'],
  ['source: { chart: . }\nrequires: { queue: newer }', 'p:7: spec.requires.queue: found "newer"', 'ranges'],
  ['source: { chart: . }\ntests: [{name: a}, {name: a}]', 'found "a" twice', 'names of tests'],
];
for (const [rest, message, because] of wrong) {
  test(`parsePackage() refuses ${JSON.stringify(rest)}: ${because}`, () => {
    assert.throws(
      () => parsePackage(packageYaml('a', rest), 'p'),
      (error: Error) => error.message.includes(message),
      message,
    );
  });
}

test('parsePackage() wants a semantic version, and packageOf() takes a chart for a package', () => {
  assert.throws(
    () => parsePackage(packageYaml('a', 'source: { chart: . }', 'v1'), 'p'),
    /p:5: spec\.version/,
  );
  const chart = packageOf(filesOf({ 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: v1.2.3\n' }), 'web');
  assert.deepEqual(
    [chart.metadata.name, chart.spec.version, chart.spec.source],
    ['web', '1.2.3', { chart: '.' }],
  );
  assert.throws(() => packageOf(filesOf({ 'a.yaml': '' }), 'x'), /there is no package\.yaml/);
});

const ordered: [packages: Contracts[], provided: Provided, order: string | RegExp, because: string][] = [
  [[{ name: 'b' }, { name: 'a' }], {}, 'a b', 'by name where nothing else says'],
  [
    [
      { name: 'a', requires: { queue: '^1.0' } },
      { name: 'z', provides: { queue: '1.4.0' } },
      { name: 'm', requires: { queue: '*' } },
    ],
    {},
    'z a m',
    'who provides comes first',
  ],
  [[{ name: 'a', requires: { ingress: '*' } }], { ingress: undefined }, 'a', 'the platform provides'],
  [
    [{ name: 'a', requires: { ingress: '>=2' } }],
    { ingress: undefined },
    /package a: requires ingress >=2, and the platform provides it without a version/,
    'a version that nobody says is not believed',
  ],
  [
    [
      { name: 'a', requires: { queue: '>=2' } },
      { name: 'b', provides: { queue: '1.9.0' } },
    ],
    {},
    /package a: requires queue >=2, and package b provides 1\.9\.0/,
    'too old',
  ],
  [
    [
      { name: 'a', requires: { x: '*' } },
      { name: 'b', requires: { y: '*' } },
    ],
    {},
    /package a: requires x \*, and nothing provides it\npackage b: requires y/,
    'every unmet need is named',
  ],
  [
    [
      { name: 'a', requires: { y: '*' }, provides: { x: '1.0.0' } },
      { name: 'b', requires: { x: '*' }, provides: { y: '1.0.0' } },
      { name: 'c', requires: { x: '*' } },
    ],
    {},
    /in a circle: a → b → a;/,
    'a circle is named with its members only',
  ],
];
for (const [packages, provided, order, because] of ordered) {
  test(`orderPackages() of ${packages.map(({ name }) => name).join(', ')}: ${because}`, () => {
    const names = () => orderPackages(packages, provided).map(({ name }) => name);
    if (typeof order !== 'string') assert.throws(names, order);
    else
      for (const given of [packages, packages.toReversed()])
        assert.equal(
          orderPackages(given, provided)
            .map(({ name }) => name)
            .join(' '),
          order,
        );
  });
}

const greeter = parsePackage(
  packageYaml(
    'greeter',
    `source: { templates: . }
environments: { prod: { parameters: { replicas: 3 } } }
parameters:
  type: object
  required: [greeting]
  properties:
    greeting: { type: string }
    replicas: { type: integer, default: 1 }
    web: { type: object, properties: { port: { type: integer, default: 80 } } }`,
  ),
  'package.yaml',
).value;

test('packageParameters() puts what is given over the environment over the defaults', () => {
  const of = (environment: string | undefined, ...layers: Record<string, unknown>[]) =>
    packageParameters(greeter, { environment, layers });
  assert.deepEqual(of(undefined, { greeting: 'hi' }), { greeting: 'hi', replicas: 1, web: { port: 80 } });
  assert.deepEqual(of('prod', { greeting: 'hi' }).replicas, 3);
  assert.deepEqual(of('prod', { greeting: 'hi', replicas: 2 }, { replicas: 5 }).replicas, 5);
  assert.throws(() => of(undefined), /package greeter: parameters\.greeting: missing/);
  assert.throws(() => of(undefined, { greeting: 7 }), /parameters\.greeting: found 7; it must be string/);
  assert.throws(
    () => of(undefined, { greeting: 'a', size: 1 }),
    /parameters\.size: unknown field; allowed: gr/,
  );
  const plain = parsePackage(packageYaml('a', 'source: { manifests: . }'), 'p').value;
  assert.throws(() => packageParameters(plain, { layers: [{ a: 1 }] }), /the package takes no parameters/);
});

test('packageObjects() of templates knows parameters, environment and platform, and the order of kinds', async () => {
  const files = filesOf({
    'a.yaml': `${configMap('a', '{{ .parameters.n }} {{ .platform.domain }} {{ .environment }}')}---
${configMap('b', '{{ template "x" . }}')}`,
    'b.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: "{{ .namespace }}"}\n',
    '_x.tpl': '{{ define "x" }}{{ .package.version }}{{ end }}',
  });
  const given = { ...settings, parameters: { n: 10_000_000 }, environment: 'dev' };
  const objects = await packageObjects(greeter, files, given);
  assert.deepEqual(
    objects.map(({ kind, metadata, data }) => [kind, metadata.name, (data as { value?: string })?.value]),
    [
      ['Namespace', 'shop', undefined],
      ['ConfigMap', 'a', '10000000 acme.example dev'],
      ['ConfigMap', 'b', '1.0.0'],
    ],
  );
});

const bad: [files: Record<string, string>, message: RegExp, because: string][] = [
  [{ 'a.yaml': configMap('a', '{{ now }}') }, /asks for the time or for chance/, 'the same each time'],
  [{ 'a.yaml': configMap('a', '{{ randAlpha 5 }}') }, /asks for the time or for chance/, 'no chance either'],
  [{ 'a.yaml': configMap('a', '{{ .parameters.b }}') }, /no entry for key "b"/, 'a misspelt parameter'],
  [
    { 'a.yaml': `${configMap('a', '')}---\n${configMap('a', '')}` },
    /ConfigMap a stands there twice/,
    'twice',
  ],
  [{ 'a.txt': 'x' }, /it comes to no objects/, 'nothing at all'],
];
for (const [files, message, because] of bad) {
  test(`packageObjects() refuses templates: ${because}`, async () => {
    await assert.rejects(packageObjects(greeter, filesOf(files), settings), message);
  });
}

test('packageObjects() of manifests, charts and kustomizations', async () => {
  const of = async (source: string, files: Record<string, string>, given = {}) => {
    const definition = parsePackage(packageYaml('p', `source: ${source}`), 'p').value;
    const objects = await packageObjects(definition, filesOf(files), { ...settings, ...given });
    return objects.map(
      ({ kind, metadata, data }) => `${kind} ${metadata.name} ${(data as { value?: string })?.value}`,
    );
  };
  assert.deepEqual(await of('{ manifests: m }', { 'm/x/a.yaml': configMap('a', '{{ as it is }}') }), [
    'ConfigMap a {{ as it is }}',
  ]);
  const chart = {
    'c/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'c/values.yaml': 'size: 1\n',
    'c/templates/a.yaml': configMap('{{ .Release.Name }}', '{{ .Values.size }} {{ .Release.Namespace }}'),
    'c/crds/a.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n',
    'c/templates/test.yaml': configMap('t\n  annotations: {helm.sh/hook: test}', ''),
    'v.yaml': 'size: "{{ .platform.domain }}"\n',
  };
  assert.deepEqual(await of('{ chart: c }', chart, { parameters: { size: 2 } }), [
    'CustomResourceDefinition x undefined',
    'ConfigMap p 2 shop',
  ]);
  assert.deepEqual((await of('{ chart: c, values: v.yaml }', chart))[1], 'ConfigMap p acme.example shop');
  const hook = {
    ...chart,
    'c/templates/h.yaml': chart['c/templates/test.yaml'].replace('test', 'pre-install'),
  };
  await assert.rejects(
    of('{ chart: c }', hook),
    /h\.yaml: ConfigMap t is a hook \(pre-install\), and a package has none/,
  );
  const kustomized = {
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': configMap('a', 'base'),
    'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
  };
  const form = '{ kustomization: base, environments: { prod: prod } }';
  assert.deepEqual(await of(form, kustomized), ['ConfigMap a base']);
  assert.deepEqual(await of(form, kustomized, { environment: 'prod' }), ['ConfigMap prod-a base']);
});

test('testPackage() compares with what is expected, and what is refused with why', async () => {
  const definition = parsePackage(
    packageYaml(
      'a',
      `source: { templates: t }
parameters: { type: object, properties: { v: { type: string, default: x } } }
tests:
  - { name: right, expect: right.yaml }
  - { name: other, parameters: { v: z }, expect: right.yaml }
  - { name: missing, expect: none.yaml }
  - { name: refused, parameters: { v: 1 }, refuses: "it must be string" }
  - { name: taken, refuses: "must" }`,
    ),
    'package.yaml',
  ).value;
  const files = filesOf({
    't/a.yaml': configMap('a', '{{ .parameters.v }}'),
    'right.yaml': configMap('a', 'x'),
  });
  const results = await testPackage(definition, files);
  assert.deepEqual(
    results.map(({ name, problems }) => `${name}: ${problems.join()}`),
    [
      'right: ',
      'other: right.yaml: ConfigMap a: expected "value: x", found "value: z"',
      'missing: none.yaml: there is no such file; write it with slipway package test --write',
      'refused: ',
      'taken: it comes to 1 objects, but is to be refused with "must"',
    ],
  );
});

const addresses: [text: string, address: object][] = [
  ['./a', { path: './a' }],
  ['oci://r.example/a/b:1.0', { oci: 'r.example/a/b:1.0' }],
  [
    'git+https://h.example/a.git//sub/dir?ref=v1',
    { git: 'https://h.example/a.git', path: 'sub/dir', ref: 'v1' },
  ],
  ['git+https://h.example/a?ref=v1#abc', { git: 'https://h.example/a', ref: 'v1', commit: 'abc' }],
  ['git+file:///srv/a.git//x', { git: 'file:///srv/a.git', path: 'x' }],
  ['git+git@h.example:a/b.git', { git: 'git@h.example:a/b.git' }],
  [
    'chart+https://h.example/charts/web@^1.0',
    { chart: { repository: 'https://h.example/charts', name: 'web', version: '^1.0' } },
  ],
];
for (const [text, address] of addresses) {
  test(`parseSource() reads ${text}, and sourceText() writes it`, () => {
    assert.deepEqual(parseSource(text), address);
    assert.equal(sourceText(parseSource(text)), text);
  });
}

const pins: [pinned: string, asked: string, is: boolean][] = [
  ['git+https://h/a?ref=v1#abc', 'git+https://h/a?ref=v1', true],
  ['git+https://h/a?ref=v1#abc', 'git+https://h/a?ref=v2', false],
  ['chart+https://h/web@1.2.3', 'chart+https://h/web@^1.0', true],
  ['chart+https://h/web@1.2.3', 'chart+https://h/web@2.x', false],
  ['chart+https://h/web@1.2.3', 'chart+https://h/web', true],
  ['oci://h/a:1@sha256:00', 'oci://h/a:1', true],
  ['oci://h/a:1@sha256:00', 'oci://h/a:2', false],
  ['oci://h/a:1@sha256:00', 'oci://h/a@sha256:00', true],
  ['./a', 'oci://h/a', false],
];
for (const [pinned, asked, is] of pins) {
  test(`isPinOf() of ${pinned} for ${asked} is ${is}`, () => {
    assert.equal(isPinOf(parseSource(pinned), parseSource(asked)), is);
  });
}

test('parseSource() refuses what it does not know', () => {
  assert.throws(() => parseSource('https://h.example/a'), /not known; write a folder, git\+https/);
  assert.throws(() => parseSource('chart+web'), /a chart is written chart\+https/);
  assert.deepEqual(referenceOf('localhost:5000/a:1'), {
    registry: 'localhost:5000',
    repository: 'a',
    tag: '1',
  });
  assert.throws(() => referenceOf('r.example/a@latest'), /"latest" is no digest/);
});

test('packFiles() gives the same bytes for the same files, long names too, and unpackFiles() the files', () => {
  const files = filesOf({ 'b.yaml': 'b', [`${'deep/'.repeat(30)}a.yaml`]: 'a'.repeat(700), 'a.yaml': '' });
  const packed = packFiles(files);
  assert.ok(packed.equals(packFiles(files.toReversed())));
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  assert.deepEqual(
    unpackFiles(packed).map(({ path, data }) => [path, Buffer.from(data).toString()]),
    sorted.map(({ path, data }) => [path, data.toString()]),
  );
  assert.throws(() => unpackFiles(packFiles(filesOf({ '../a': '' }))), /"\.\.\/a" leads out of it/);
  assert.throws(() => unpackFiles(packFiles(filesOf({ '/a': '' }))), /leads out of it/);
});
