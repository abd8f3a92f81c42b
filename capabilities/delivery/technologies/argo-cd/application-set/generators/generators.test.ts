import {
  CLUSTERS,
  EU,
  FILES,
  FLAT_EU,
  GO,
  git,
  HERE,
  inFolder,
  list,
  type Row,
  TYPE,
  testRows,
  US,
} from './generators.fixture.ts';

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

testRows({ lists, clusters, gits, selectors, refused });
