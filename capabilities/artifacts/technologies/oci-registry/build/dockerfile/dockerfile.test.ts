import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { globPattern, parseIgnore } from './ignore.ts';
import { type Instruction, parseDockerfile } from './parse.ts';
import { neededStages, readStages, type Stage } from './stages.ts';
import { expand, expandWords, pairs } from './words.ts';

function printInstruction({ keyword, line, flags, text, json, heredocs }: Instruction): string {
  const shownFlags =
    flags.length === 0 ? '' : `[${flags.map(([name, value]) => `${name}=${value}`).join(' ')}] `;
  const documents = heredocs.map(({ name, content }) => `${name}:${JSON.stringify(content)}`).join(' ');
  return `${keyword} ${line} ${shownFlags}${json ? JSON.stringify(json) : text}${documents && ` {${documents}}`}`;
}

function printBase({ base }: Stage): string {
  if ('scratch' in base) return 'scratch';
  return 'stage' in base ? `stage ${base.stage}` : base.image;
}

const folder = new URL('./testdata/', import.meta.url);
for (const file of readdirSync(folder)) {
  test(`parseDockerfile() and readStages() read ${file} as written beside it`, () => {
    const [source = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split('--- expected\n');
    const read = readStages(source, { buildArgs: {} });
    const lines = [
      ...parseDockerfile(source)
        .filter(({ keyword, line }) => keyword !== 'ARG' || line > (read.stages[0]?.line ?? 0))
        .map(printInstruction),
      `stages ${read.stages.map(stage => `${stage.name}(${printBase(stage)})`).join(' ')}`,
      `needed ${neededStages(read)
        .map(i => read.stages[i]?.name)
        .join(' ')}`,
    ];
    assert.equal(`${lines.join('\n')}\n`, expected);
  });
}

const refusals: { text: string; message: RegExp; because: string }[] = [
  { text: '', message: /line 1: no FROM/, because: 'nothing to build on' },
  { text: 'FROM a\nFETCH b', message: /line 2: unknown instruction "FETCH"/, because: 'an unknown word' },
  {
    text: 'RUN a\nFROM b',
    message: /line 1: RUN before the first FROM/,
    because: 'an instruction too early',
  },
  {
    text: 'FROM a\nRUN --mount=type=cache,target=/x y',
    message: /line 2: RUN --mount is not supported/,
    because: 'a mount',
  },
  {
    text: 'FROM a\nCOPY --parents x y',
    message: /line 2: COPY --parents is not supported/,
    because: 'an unknown flag',
  },
  {
    text: 'FROM --platform=windows/amd64 a',
    message: /--platform=windows\/amd64/,
    because: 'another platform',
  },
  { text: 'FROM a b', message: /line 1: FROM a b/, because: 'a second word that is not AS' },
  {
    text: 'FROM $NOTHING',
    message: /line 1: FROM \$NOTHING: is empty/,
    because: 'an argument without a value',
  },
  {
    text: 'FROM a\nRUN <<X\nnever ended',
    message: /line 2: the here-document X/,
    because: 'an open here-document',
  },
  { text: 'FROM a\nCOPY', message: /line 2: COPY needs an argument/, because: 'no argument' },
  { text: '# escape=x\nFROM a', message: /line 1: escape=x/, because: 'an unknown escape character' },
];
for (const { text, message, because } of refusals) {
  test(`readStages() refuses ${because}, naming the line`, () => {
    assert.throws(() => readStages(text, { buildArgs: {} }), { code: 'DockerfileInvalid', message });
  });
}

test('readStages() takes build arguments, and a target by name or number', () => {
  const text = 'ARG V=1\nFROM a:$V AS one\nFROM b AS two';
  const read = readStages(text, { buildArgs: { V: '9' }, target: 'ONE' });
  assert.deepEqual([read.target, read.stages[0]?.base], [0, { image: 'a:9' }]);
  assert.throws(
    () => readStages(text, { buildArgs: {}, target: 'three' }),
    /"three" is no stage; there are one, two/,
  );
});

const variables = new Map([
  ['x', 'value'],
  ['empty', ''],
]);
const of = (text: string) => text.replaceAll('€', '$');
const words: { text: string; expected: string; because: string }[] = [
  { text: '€x/€{x}', expected: 'value/value', because: 'both forms' },
  { text: '€{x}y€y-', expected: 'valuey-', because: 'an unset one is empty' },
  {
    text: '€{empty:-d}€{empty-d}€{y-d}',
    expected: 'dd',
    because: '":-" counts an empty value as unset, "-" does not',
  },
  { text: '€{x:+set}€{empty:+set}€{empty+set}', expected: 'setset', because: 'the other way round' },
  { text: '€{y:-€{x}}', expected: 'value', because: 'a default may hold a variable' },
  { text: '\'€x\' "€x"', expected: '€x value', because: 'single quotes keep, double quotes expand' },
  { text: '\\€x a\\ b', expected: '€x a b', because: 'an escape takes the meaning' },
  { text: 'cost: €', expected: 'cost: €', because: 'a lone dollar is itself' },
];
for (const { text, expected, because } of words) {
  test(`expand() makes ${JSON.stringify(of(text))} ${JSON.stringify(of(expected))}: ${because}`, () => {
    assert.equal(expand(of(text), variables, 1), of(expected));
  });
}

test('expand() refuses what is not closed, what must be set, and pattern removal', () => {
  assert.throws(() => expand(of('€{x'), variables, 7), /line 7/);
  assert.throws(() => expand('"x', variables, 7), /line 7: a double quote/);
  assert.throws(() => expand(of('€{y:?is needed}'), variables, 7), /line 7: y: is needed/);
  assert.throws(() => expand(of('€{x%e}'), variables, 7), /line 7.*not supported/);
});

test('expandWords() and pairs() split at unquoted blanks only', () => {
  assert.deepEqual(expandWords('a "b c" d\\ e', variables, 1), ['a', 'b c', 'd e']);
  assert.deepEqual(pairs('A=1 B="two words" C=th\\ ree D=$x', variables, 1), [
    ['A', '1'],
    ['B', 'two words'],
    ['C', 'th ree'],
    ['D', 'value'],
  ]);
  assert.deepEqual(pairs('A rest of line', variables, 1), [['A', 'rest of line']]);
});

const ignored: { rules: string; path: string; is: boolean; because: string }[] = [
  { rules: 'node_modules', path: 'node_modules/a/b', is: true, because: 'everything below' },
  { rules: 'node_modules', path: 'packages/node_modules', is: false, because: 'only at the top' },
  { rules: '**/node_modules', path: 'packages/node_modules/x', is: true, because: 'at any depth' },
  { rules: '*.log', path: 'a.log', is: true, because: 'a star stays within a name' },
  { rules: '*.log', path: 'sub/a.log', is: false, because: 'a star does not cross folders' },
  { rules: '*\n!README.md', path: 'README.md', is: false, because: 'the last matching rule decides' },
  { rules: 'docs\n!docs/keep.md', path: 'docs/keep.md', is: false, because: 'an exception below' },
  { rules: '/dist/', path: 'dist/x', is: true, because: 'slashes at the ends say nothing' },
  { rules: '# a comment\n\n  ', path: '# a comment', is: false, because: 'comments and blanks are no rules' },
  { rules: 'a?c', path: 'abc', is: true, because: 'one character' },
  { rules: '[ab].js', path: 'b.js', is: true, because: 'one of a set' },
];
for (const { rules, path, is, because } of ignored) {
  test(`parseIgnore() ${is ? 'leaves out' : 'keeps'} ${path} for ${JSON.stringify(rules)}: ${because}`, () => {
    assert.equal(parseIgnore(rules)(path), is);
  });
}

test('globPattern() takes a dot as a dot', () => {
  assert.equal(globPattern('a.b', { below: false }).test('axb'), false);
});
