import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGraphql } from './graphql.ts';

const SCHEMA = `
"""
What a shop has.
  Indented.
"""
type Book implements Thing & Node @key(fields: "id") {
  id: ID!
  "Who wrote it"
  authors(first: Int = 10, order: Order = {by: NAME, tags: ["a" 1.5]}): [Person!]! @deprecated(reason: "gone")
}
interface Thing { id: ID! }
union Result = | Book | Person
enum Kind { PAPER @deprecated "as a file" FILE }
input Order { by: String = "x" }
scalar Date @specifiedBy(url: "https://example.test")
directive @key(fields: String!) repeatable on OBJECT | INTERFACE
schema { query: Root mutation: Change }
type Root { book(id: ID!): Book }  # a comment
type Change { add(title: String!): Book }
extend type Root { books: [Book] }
`;

test('readGraphql() finds operations under the names that the schema gives them, with what is extended', () => {
  const { operations } = readGraphql(SCHEMA);
  assert.deepEqual(
    operations.map(({ kind, fields }) => [kind, fields.map(({ name, type }) => `${name}: ${type}`)]),
    [
      ['query', ['book: Book', 'books: [Book]']],
      ['mutation', ['add: Book']],
    ],
  );
  assert.deepEqual(operations[0]?.fields[0]?.inside[0]?.type, 'ID!');
});

test('readGraphql() lists types with their fields, defaults, deprecations and texts', () => {
  const { types } = readGraphql(SCHEMA);
  assert.deepEqual(
    types.map(({ name, type }) => `${name}: ${type}`),
    [
      'Book: type implements Thing, Node',
      'Thing: interface',
      'Result: union: Book or Person',
      'Kind: enum',
      'Order: input',
      'Date: scalar',
    ],
  );
  const [book, , , kind] = types;
  assert.equal(book?.description, 'What a shop has.\n  Indented.');
  const authors = book?.inside[1];
  assert.equal(authors?.description, 'Who wrote it');
  assert.deepEqual(
    authors?.inside.map(({ type }) => type),
    ['Int = 10', 'Order = {by: NAME, tags: ["a", 1.5]}'],
  );
  assert.deepEqual(
    kind?.inside.map(({ name, deprecated }) => [name, deprecated]),
    [
      ['PAPER', true],
      ['FILE', false],
    ],
  );
});

for (const [text, message, because] of [
  ['{ a }', /line 1: a name is expected, not "\{"/, 'it is a query'],
  ['type A {\n  b: }', /line 2: a name is expected, not "}"/, 'a type is missing'],
  ['type A { b: C', /line 1: a name is expected, not ""/, 'it ends in the middle'],
  ['type A { b: C } ;', /line 1: ";" is not expected/, 'a character means nothing'],
  ['fragment A on B { c }', /"fragment": type, .*schema is expected/, 'it is no definition of a type'],
  [`type A { b: ${'['.repeat(100)}`, /too deep/, 'lists in lists are bounded'],
  ['#'.repeat(2_000_001), /longer than/, 'it is too long'],
] as const)
  test(`readGraphql() says what is wrong: ${because}`, () => {
    assert.throws(() => readGraphql(text), message);
  });
