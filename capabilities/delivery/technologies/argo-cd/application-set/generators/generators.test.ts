import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPOSITORY, type TestGround, testGround } from '../ground.fixture.ts';
import type { Generator } from '../spec.ts';
import { transform } from './transform.ts';

interface Row {
  generator: Generator;
  ground?: TestGround;
  gives: object[] | RegExp;
  because: string;
}

async function check({ generator, ground = {}, gives }: Row): Promise<void> {
  const run = transform(generator, undefined, testGround(ground));
  if (gives instanceof RegExp) return assert.rejects(run, { message: gives });
  const params = (await run).flatMap(each => each.params);
  assert.deepEqual(params, gives);
}

const HERE = {
  name: 'in-cluster',
  nameNormalized: 'in-cluster',
  server: 'https://kubernetes.default.svc',
  project: '',
};
const GO: TestGround = { goTemplate: true };
const EU = {
  name: 'EU_1',
  server: 'https://eu.example.test',
  labels: { env: 'prod' },
  annotations: { zone: 'a' },
};
const US = { name: 'us', server: 'https://us.example.test', project: 'shop', labels: { env: 'dev' } };
const CLUSTERS = { clusters: [EU, US] };
const TYPE = 'argocd.argoproj.io/secret-type';
const FLAT_EU = {
  name: 'EU_1',
  nameNormalized: 'eu-1',
  server: 'https://eu.example.test',
  project: '',
  'metadata.annotations.zone': 'a',
  [`metadata.labels.${TYPE}`]: 'cluster',
  'metadata.labels.env': 'prod',
};
const list = (...elements: object[]): Generator => ({ list: { elements } });

const lists: Row[] = [
  { generator: list({ a: '1' }, { a: '2' }), gives: [{ a: '1' }, { a: '2' }], because: 'as it stands' },
  {
    generator: list({ a: '1', values: { b: '2' } }),
    gives: [{ a: '1', 'values.b': '2' }],
    because: 'values are flat without Go templates',
  },
  {
    generator: list({ a: 1 }),
    gives: /error parsing value as string/,
    because: 'everything is a text without Go templates',
  },
  {
    generator: list({ a: { b: [1, true] } }),
    ground: GO,
    gives: [{ a: { b: [1, true] } }],
    because: 'anything goes with them',
  },
  {
    generator: { list: { elements: [{ a: '1' }], elementsYaml: '- a: "2"\n- a: "3"\n' } },
    ground: GO,
    gives: [{ a: '1' }, { a: '2' }, { a: '3' }],
    because: 'elements first, then those of the YAML',
  },
  {
    generator: { list: { elementsYaml: 'a: 1' } },
    ground: GO,
    gives: /a list of objects is expected/,
    because: 'YAML of another shape',
  },
];

const clusters: Row[] = [
  {
    generator: { clusters: {} },
    ground: CLUSTERS,
    gives: [
      FLAT_EU,
      {
        name: 'us',
        nameNormalized: 'us',
        server: 'https://us.example.test',
        project: 'shop',
        [`metadata.labels.${TYPE}`]: 'cluster',
        'metadata.labels.env': 'dev',
      },
      HERE,
    ],
    because: 'all of them, the platform itself last',
  },
  {
    generator: { clusters: { selector: { matchLabels: { env: 'prod' } } } },
    ground: CLUSTERS,
    gives: [FLAT_EU],
    because: 'with labels the platform has none to match',
  },
  {
    generator: {
      clusters: {
        selector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['dev', 'prod'] }] },
      },
    },
    ground: CLUSTERS,
    gives: [],
    because: 'an expression that none fits',
  },
  {
    generator: { clusters: {} },
    ground: { clusters: [{ ...US, name: 'home', server: HERE.server, labels: {} }] },
    gives: [
      {
        ...HERE,
        name: 'home',
        nameNormalized: 'home',
        project: 'shop',
        [`metadata.labels.${TYPE}`]: 'cluster',
      },
    ],
    because: 'a Secret stands for the platform itself',
  },
  {
    generator: { clusters: { values: { branch: 'env/{{metadata.labels.env}}', own: '{{values.branch}}' } } },
    ground: { clusters: [EU] },
    gives: [
      { ...FLAT_EU, 'values.branch': 'env/prod', 'values.own': '{{values.branch}}' },
      { ...HERE, 'values.branch': 'env/{{metadata.labels.env}}', 'values.own': '{{values.branch}}' },
    ],
    because: 'values refer to parameters and never to one another',
  },
  {
    generator: { clusters: { selector: { matchLabels: { env: 'prod' } }, flatList: true } },
    ground: CLUSTERS,
    gives: [{ clusters: [FLAT_EU] }],
    because: 'a flat list is one set of parameters',
  },
  {
    generator: { clusters: { selector: { matchLabels: { env: 'dev' } } } },
    ground: { ...GO, ...CLUSTERS },
    gives: [
      {
        name: 'us',
        nameNormalized: 'us',
        server: 'https://us.example.test',
        project: 'shop',
        metadata: { labels: { [TYPE]: 'cluster', env: 'dev' } },
      },
    ],
    because: 'Go templates get them nested',
  },
];

const FILES = {
  files: {
    'README.md': '',
    'addons/argo/kustomization.yaml': '',
    'addons/Prom_Op/Chart.yaml': '',
    'addons/old/x.yaml': '',
    '.github/workflows/x.yaml': '',
    'config/eng/dev/config.json': '{"cluster":{"name":"dev","port":8443},"list":["x"]}',
    'config/eng/prod/config.json': '[{"cluster":{"name":"prod-1"}},{"cluster":{"name":"prod-2"}}]',
    'config/skip/dev/config.json': '{"cluster":{"name":"skip"}}',
    'config/deep/a/b/config.json': '{"cluster":{"name":"deep"}}',
    'broken.json': '[1]',
  },
};
const git = (more: object): Generator => ({ git: { repoURL: REPOSITORY, revision: 'HEAD', ...more } });
const inFolder = (path: string, filename: string) => {
  const segments = path.split('/');
  const basename = segments.at(-1) ?? '';
  return {
    path,
    'path.basename': basename,
    'path.basenameNormalized': basename,
    'path.filename': filename,
    'path.filenameNormalized': filename,
    ...Object.fromEntries(segments.map((segment, index) => [`path[${index}]`, segment])),
  };
};

const gits: Row[] = [
  {
    generator: git({ directories: [{ path: 'addons/*' }, { path: 'addons/old', exclude: true }] }),
    ground: FILES,
    gives: [
      {
        path: 'addons/Prom_Op',
        'path.basename': 'Prom_Op',
        'path.basenameNormalized': 'prom-op',
        'path[0]': 'addons',
        'path[1]': 'Prom_Op',
      },
      {
        path: 'addons/argo',
        'path.basename': 'argo',
        'path.basenameNormalized': 'argo',
        'path[0]': 'addons',
        'path[1]': 'argo',
      },
    ],
    because: 'folders, but for one',
  },
  {
    generator: git({
      directories: [{ path: '*' }, { path: 'addons', exclude: true }],
      pathParamPrefix: 'my',
    }),
    ground: FILES,
    gives: [
      {
        'my.path': 'config',
        'my.path.basename': 'config',
        'my.path.basenameNormalized': 'config',
        'my.path[0]': 'config',
      },
    ],
    because: 'a prefix before their names; hidden folders are none',
  },
  {
    generator: git({ directories: [{ path: 'addons/a*' }], values: { at: '{{.path.basename}}' } }),
    ground: { ...FILES },
    gives: [
      {
        path: 'addons/argo',
        'path.basename': 'argo',
        'path.basenameNormalized': 'argo',
        'path[0]': 'addons',
        'path[1]': 'argo',
        'values.at': '{{.path.basename}}',
      },
    ],
    because: 'what is no parameter stays as it stands',
  },
  {
    generator: git({ files: [{ path: 'config/eng/**/config.json' }] }),
    ground: FILES,
    gives: [
      {
        'cluster.name': 'dev',
        'cluster.port': '8443',
        'list.0': 'x',
        ...inFolder('config/eng/dev', 'config.json'),
      },
      { 'cluster.name': 'prod-1', ...inFolder('config/eng/prod', 'config.json') },
      { 'cluster.name': 'prod-2', ...inFolder('config/eng/prod', 'config.json') },
    ],
    because: 'an object in a file, or a list of them',
  },
  {
    generator: git({ files: [{ path: 'config/*/config.json' }, { path: 'config/eng', exclude: true }] }),
    ground: FILES,
    gives: [
      { 'cluster.name': 'deep', ...inFolder('config/deep/a/b', 'config.json') },
      { 'cluster.name': 'skip', ...inFolder('config/skip/dev', 'config.json') },
    ],
    because: 'git’s star does not stop at slashes, and a folder is all that is in it',
  },
  {
    generator: git({ files: [{ path: 'config/*/*/config.json' }, { path: '**/skip/**', exclude: true }] }),
    ground: { ...FILES, newGlobbing: true, goTemplate: false },
    gives: [
      {
        'cluster.name': 'dev',
        'cluster.port': '8443',
        'list.0': 'x',
        ...inFolder('config/eng/dev', 'config.json'),
      },
      { 'cluster.name': 'prod-1', ...inFolder('config/eng/prod', 'config.json') },
      { 'cluster.name': 'prod-2', ...inFolder('config/eng/prod', 'config.json') },
    ],
    because: 'the new way’s star does',
  },
  {
    generator: git({ files: [{ path: 'config/eng/dev/config.json' }] }),
    ground: { ...FILES, ...GO },
    gives: [
      {
        cluster: { name: 'dev', port: 8443 },
        list: ['x'],
        path: {
          path: 'config/eng/dev',
          basename: 'dev',
          basenameNormalized: 'dev',
          filename: 'config.json',
          filenameNormalized: 'config.json',
          segments: ['config', 'eng', 'dev'],
        },
      },
    ],
    because: 'Go templates get it nested',
  },
  {
    generator: git({ files: [{ path: 'broken.json' }] }),
    ground: FILES,
    gives: /unable to process file 'broken.json' from repository '.*': unable to parse file/,
    because: 'a list of numbers gives no parameters',
  },
  { generator: git({ files: [{ path: 'none/*' }] }), ground: FILES, gives: [], because: 'no such file' },
  { generator: git({}), gives: /^ApplicationSet is empty$/, because: 'neither folders nor files' },
  {
    generator: { git: { repoURL: 'https://git.example.test/gone', directories: [{ path: '*' }] } },
    gives: /^error generating params from git: .*not found$/,
    because: 'a repository that is not there',
  },
];

const matrices: Row[] = [
  {
    generator: { matrix: { generators: [list({ a: '1' }, { a: '2' }), list({ b: 'x' }, { b: 'y' })] } },
    gives: [
      { a: '1', b: 'x' },
      { a: '1', b: 'y' },
      { a: '2', b: 'x' },
      { a: '2', b: 'y' },
    ],
    because: 'every pair',
  },
  {
    generator: { matrix: { generators: [list({ a: '1' }), list({ a: '2' })] } },
    gives: /found duplicate key a with different value, a: 1 ,b: 2/,
    because: 'one name may not have two values',
  },
  {
    generator: {
      matrix: {
        generators: [list({ env: 'dev' }), git({ files: [{ path: 'config/eng/{{env}}/config.json' }] })],
      },
    },
    ground: FILES,
    gives: [
      {
        env: 'dev',
        'cluster.name': 'dev',
        'cluster.port': '8443',
        'list.0': 'x',
        ...inFolder('config/eng/dev', 'config.json'),
      },
    ],
    because: 'the second refers to the first',
  },
  {
    generator: {
      matrix: {
        generators: [list({ env: 'prod' }), { clusters: { selector: { matchLabels: { env: '{{env}}' } } } }],
      },
    },
    ground: CLUSTERS,
    gives: [{ env: 'prod', ...FLAT_EU }],
    because: 'in a selector, too',
  },
  {
    generator: {
      matrix: {
        generators: [
          list({ a: '1' }),
          { matrix: { generators: [list({ b: '2' }), list({ c: '{{b}}{{a}}' })] } },
        ],
      },
    },
    gives: [{ a: '1', b: '2', c: '21' }],
    because: 'one within another',
  },
  {
    generator: {
      matrix: {
        generators: [
          list({ a: '1' }),
          { matrix: { generators: [list({ b: '2' }), { matrix: { generators: [list({}), list({})] } }] } },
        ],
      },
    },
    gives: /child generator generated no parameters/,
    because: 'and no deeper',
  },
  {
    generator: { matrix: { generators: [list({ a: { b: 1, c: '' } }), list({ a: { b: 2, d: 3 } })] } },
    ground: GO,
    gives: [{ a: { b: 1, c: '', d: 3 } }],
    because: 'with Go templates the first goes over the second',
  },
  {
    generator: { matrix: { generators: [list({})] } },
    gives: /found less than two generators/,
    because: 'one',
  },
  {
    generator: { matrix: { generators: [list({}), list({}), list({})] } },
    gives: /found more than two generators, Matrix support only two/,
    because: 'three',
  },
  {
    generator: { matrix: { generators: [{ ...list({}), clusters: {} }, list({})] } },
    gives: /found more than one generator in matrix.Generators/,
    because: 'two in one place',
  },
];

const merges: Row[] = [
  {
    generator: {
      merge: {
        mergeKeys: ['name'],
        generators: [
          list({ name: 'a', size: '1' }, { name: 'b', size: '1' }),
          list({ name: 'b', size: '2', colour: 'red' }, { name: 'c', size: '3' }),
        ],
      },
    },
    gives: [
      { name: 'a', size: '1' },
      { name: 'b', size: '2', colour: 'red' },
    ],
    because: 'only the first generator says which there are',
  },
  {
    generator: { merge: { mergeKeys: ['n'], generators: [list({ n: 'a' }, { n: 'a' }), list({})] } },
    gives: /were not unique by the given mergeKeys.*Duplicate key was \{"n":"a"\}$/,
    because: 'two of one key',
  },
  {
    generator: { merge: { generators: [list({}), list({})] } },
    gives: /no merge keys were specified/,
    because: 'no key',
  },
  {
    generator: { merge: { mergeKeys: ['n'], generators: [list({})] } },
    gives: /Merge requires two or more/,
    because: 'one generator',
  },
  {
    generator: {
      merge: {
        mergeKeys: ['n'],
        generators: [list({ n: 'a', v: { x: 1, y: 1 } }), list({ n: 'a', v: { y: 2, z: '' } })],
      },
    },
    ground: GO,
    gives: [{ n: 'a', v: { x: 1, y: 2, z: '' } }],
    because: 'deep with Go templates',
  },
];

const selectors: Row[] = [
  {
    generator: { ...list({ a: { b: '1' } }, { a: { b: '2' } }), selector: { matchLabels: { 'a.b': '2' } } },
    ground: GO,
    gives: [{ a: { b: '2' } }],
    because: 'by a dotted name',
  },
  {
    generator: {
      ...list({ server: 'https://a.example.test' }, { server: 'x' }),
      selector: { matchExpressions: [{ key: 'server', operator: 'In', values: ['https://a.example.test'] }] },
    },
    gives: [{ server: 'https://a.example.test' }],
    because: 'values need not be labels',
  },
  {
    generator: { ...list({ n: 5_000_000 }, { n: 5 }), selector: { matchLabels: { n: '5e+06' } } },
    ground: GO,
    gives: [{ n: 5_000_000 }],
    because: 'numbers as Go prints them',
  },
  {
    generator: {
      ...list({ a: '1' }),
      selector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['0'] }] },
    },
    gives: /error parsing label selector: "Gt" is not a valid pod selector operator/,
    because: 'an operator that there is not',
  },
  {
    generator: { ...list({ a: '1' }), selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    gives: /for 'in', 'notin' operators, values set can't be empty/,
    because: 'nothing to be in',
  },
];

const refused: Row[] = ['scmProvider', 'pullRequest', 'clusterDecisionResource', 'plugin'].map(kind => ({
  generator: { [kind]: {} },
  gives: new RegExp(
    `^generator ${kind} is not supported by this engine; supported are list, clusters, git, matrix, merge$`,
  ),
  because: 'it asks somebody else',
}));
refused.push({ generator: {}, gives: /contains unrecognized generators/, because: 'nothing is said' });
refused.push({
  generator: { matrix: { generators: [list({ a: '1' }), { pullRequest: {} }] } },
  gives: /generator pullRequest is not supported/,
  because: 'within another one, too',
});

for (const [kind, rows] of Object.entries({ lists, clusters, gits, matrices, merges, selectors, refused })) {
  for (const row of rows) test(`transform() of ${kind}: ${row.because}`, () => check(row));
}
