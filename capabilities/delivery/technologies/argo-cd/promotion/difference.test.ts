import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitsBetween, differentTexts, objectsIn, objectTexts } from './difference.ts';

const texts = (values: Record<string, string>) => new Map(Object.entries(values));
const commits = (...ids: string[]) => ids.map(id => ({ id, message: id, author: 'ada', at: '' }));

test('differentTexts() names what is added, removed and changed, and nothing else', () => {
  const found = differentTexts(
    texts({ a: '1\n', b: '1\n', c: '1\n' }),
    texts({ b: '2\n', c: '1\n', d: '1\n' }),
  );
  assert.deepEqual(
    found.map(({ name, change }) => `${change} ${name}`),
    ['removed a', 'changed b', 'added d'],
  );
});

test('differentTexts() says that a Secret differs, not what it holds', () => {
  const file = (word: string) => texts({ 'deploy/s.yaml': `kind: "Secret"\nstringData: { a: ${word} }\n` });
  const object = (word: string) =>
    objectTexts([{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: word } }]);
  const words = ['hush', 'hushed'] as const;
  const found = [file, object].flatMap(of => differentTexts(of(words[0]), of(words[1])));
  const json = (word: string) => texts({ 's.json': `{"kind":"Secret","stringData":{"a":"${word}"}}` });
  assert.doesNotMatch(JSON.stringify(differentTexts(json(words[0]), json(words[1]))), /hush/);
  assert.deepEqual(
    found.map(({ name, change, diff }) => `${change} ${name} ${diff}`),
    ['deploy/s.yaml', 'Secret/s'].map(name => `changed ${name} (it holds a Secret, which is not shown)\n`),
  );
});

test('differentTexts() leaves out what one object could not hold', () => {
  const long = (seed: string) =>
    Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`f${index}`, `${seed.repeat(9_000)}\n`]));
  const found = differentTexts(texts(long('a')), texts(long('b')));
  assert.equal(found.length, 60);
  assert.ok(JSON.stringify(found).length < 300_000);
  assert.match(found.at(-1)?.diff ?? '', /left out/);
});

test('objectsIn() reads what it can: a file that a hand broke holds nothing', () => {
  assert.equal(objectsIn('kind: A\n---\nkind: B\n', 'f').length, 2);
  assert.deepEqual(objectsIn('a: [', 'f'), []);
  assert.deepEqual(objectsIn(undefined, 'f'), []);
});

const ways: {
  because: string;
  before?: string;
  gives: string;
  newest: { before: string[]; after: string[] };
}[] = [
  { because: 'the way there', before: 'a', newest: { before: ['a'], after: ['c', 'b', 'a'] }, gives: 'c b' },
  {
    because: 'the way back',
    before: 'd',
    newest: { before: ['d', 'c', 'b'], after: ['b', 'a'] },
    gives: 'd c backwards',
  },
  { because: 'all there is, at first', newest: { before: [], after: ['b', 'a'] }, gives: 'b a' },
  {
    because: 'the newest, when the way is longer',
    before: 'z',
    newest: { before: ['z'], after: ['c', 'b'] },
    gives: 'c b more',
  },
];
for (const { because, before, newest, gives } of ways) {
  test(`commitsBetween() gives ${because}`, () => {
    const revisions = { after: newest.after[0] ?? '', ...(before ? { before } : {}) };
    const lists = { before: commits(...newest.before), after: commits(...newest.after) };
    const found = commitsBetween(revisions, lists);
    const words = [
      ...found.commits.map(({ id }) => id),
      found.backwards && 'backwards',
      found.more && 'more',
    ];
    assert.equal(words.filter(Boolean).join(' '), gives);
  });
}
