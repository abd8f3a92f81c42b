import {
  CLUSTERS,
  FILES,
  FLAT_EU,
  GO,
  git,
  inFolder,
  list,
  type Row,
  testRows,
} from './generators.fixture.ts';

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

testRows({ matrices, merges });
