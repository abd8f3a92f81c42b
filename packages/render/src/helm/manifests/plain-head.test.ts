import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainHead } from './plain-head.ts';
import { wholeHead } from './read-head.ts';

const START = 'apiVersion: v1\nkind: Pod\n';

const PLAIN: { because: string; text: string }[] = [
  { because: 'comments and empty lines say nothing', text: `# Source: a\n\n${START}metadata:\n  name: x\n` },
  {
    because: 'quoted scalars are text',
    text: `${START}metadata:\n  name: "1"\n  annotations:\n    a/b: 'yes'\n`,
  },
  {
    because: 'a list may stand at its key’s column',
    text: `${START}spec:\n  a:\n  - b: c\n    d:\n    - e\n  f: g\n`,
  },
  { because: 'empty collections are plain', text: `${START}metadata:\n  annotations: {}\nspec: {}\n` },
  {
    because: 'a number is no head’s business elsewhere',
    text: `${START}spec:\n  replicas: 1\n  at: 12:30\n`,
  },
  {
    because: 'a colon within a word maps nothing',
    text: `${START}spec:\n  image: "a:1"\n  url: http://x:80/y\n`,
  },
];

const NOT_PLAIN: { because: string; text: string }[] = [
  { because: 'a number is no kind', text: 'apiVersion: v1\nkind: 1\n' },
  { because: 'YAML takes yes for true', text: `${START}metadata:\n  annotations:\n    a: yes\n` },
  { because: 'Go finds a field whatever its case', text: `${START}Kind: Job\n` },
  { because: 'of equal keys the last counts', text: `${START}kind: Job\n` },
  { because: 'metadata has to be a mapping', text: `${START}metadata:\n- name: x\n` },
  { because: 'nothing is below metadata', text: `${START}metadata:\nspec: {}\n` },
  { because: 'a scalar has nothing below it', text: `${START}spec: a\n  b: c\n` },
  { because: 'a column nothing began at', text: `${START}spec:\n    a: b\n  c: d\n` },
  { because: 'a list beside keys', text: `${START}- a\n` },
  { because: 'a scalar of several lines', text: `${START}spec:\n  a: b\n    c\n` },
  { because: 'block scalars hold anything', text: `${START}data:\n  a: |\n    kind: x\n` },
  { because: 'a comment may follow a value', text: `${START}spec:\n  a: b # c\n` },
  { because: 'anchors, tags and flow collections', text: `${START}spec:\n  a: &b c\n` },
  { because: 'no JSON has an infinite number', text: `${START}spec:\n  a: .inf\n` },
  { because: 'tabs are not spaces', text: `${START}spec:\n\ta: b\n` },
  { because: 'there is no document', text: '# nothing\n' },
];

test('plainHead() reads what is plain as the whole reading does', () => {
  for (const { because, text } of PLAIN) assert.deepEqual(plainHead(text), wholeHead(text), because);
});

test('plainHead() leaves everything else, right or wrong, to the whole reading', () => {
  for (const { because, text } of NOT_PLAIN) assert.equal(plainHead(text), undefined, because);
});

const LINES =
  `${START}metadata:\n  name: x\n  annotations:\n    a/b: c\n  labels:\n    d: e\nspec:\n  f:\n  - g\n  - h: i\n    j: k\n  l:\n    - m\n    - p:\n        - o`.split(
    '\n',
  );
const KEYS = ['kind', 'metadata', 'name', 'annotations', 'Kind', 'null', 'a.b/c', '__proto__'];
const VALUES = [
  'a',
  '1',
  'yes',
  '',
  '{}',
  '[]',
  '"q"',
  'a: b',
  'a #b',
  '- x',
  '|',
  '&a',
  '.inf',
  'a:',
  "it's",
  '12:30',
];

test('plainHead() never takes what the whole reading refuses or reads otherwise', () => {
  // A fixed sequence (mulberry32): the same documents each time.
  let state = 1;
  const below = (count: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
  const any = (values: string[]) => values[below(values.length)] ?? '';
  const changes: ((line: string) => string)[] = [
    line => ' '.repeat(below(7)) + line.trimStart(),
    line => line.replace(/:.*/, `: ${any(VALUES)}`),
    line => line.replace(/^ */, indent => `${indent}- `),
    line => `${line}\n${' '.repeat(below(7))}${any(KEYS)}: ${any(VALUES)}`,
    line => `${line}\n${' '.repeat(below(7))}${any(VALUES)}`,
    () => '',
  ];
  let taken = 0;
  for (let round = 0; round < 4_000; round++) {
    const lines = [...LINES];
    for (let change = 0; change <= below(3); change++) {
      const index = below(lines.length);
      lines[index] = changes[below(changes.length)]?.(lines[index] ?? '') ?? '';
    }
    const text = lines.join('\n');
    const head = plainHead(text);
    if (head) assert.deepEqual(head, wholeHead(text), text);
    if (head) taken++;
  }
  assert.ok(taken > 300, `${taken} of 4,000 were plain`);
});
