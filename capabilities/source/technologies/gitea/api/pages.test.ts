import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageAt } from './pages.ts';

const PORTAL = 'https://slipway.localhost:8443';
const books = `${PORTAL}/repositories/team-default/books`;

for (const { path, expected, because } of [
  { path: '/default/books', expected: books, because: 'a repository is a page' },
  { path: '/default/books.git', expected: books, because: 'people open the address that they clone' },
  { path: '/default/books/pulls', expected: `${books}/changes`, because: 'changes are listed' },
  { path: '/default/books/pulls/7', expected: `${books}/changes/7`, because: 'a change is a page' },
  {
    path: '/default/books/pulls/7/files',
    expected: `${books}/changes/7?tab=files`,
    because: 'so are its parts',
  },
  {
    path: '/default/books/pulls/7.diff',
    expected: '/api/v1/repos/default/books/pulls/7.diff',
    because: 'it is text of the API',
  },
  {
    path: '/default/books/src/branch/main/a%20b/c',
    expected: `${books}?ref=main&path=a%20b%2Fc`,
    because: 'a file is a place in a page',
  },
  {
    path: '/default/books/commit/0123456789',
    expected: `${books}?tab=commits&ref=0123456789`,
    because: 'a commit is the first of its list',
  },
  { path: '/default/books/wiki', expected: undefined, because: 'there are no wikis' },
  { path: '/DEFAULT_/x', expected: undefined, because: 'it can be no repository' },
  { path: '//evil.test', expected: undefined, because: 'it names no repository' },
])
  test(`pageAt() leads ${path} to ${expected} because ${because}`, () => {
    assert.equal(pageAt(path, PORTAL), expected);
  });
