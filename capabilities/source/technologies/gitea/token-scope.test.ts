import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITED_TO, scopeRole } from '@slipway/kinds';
import { missingScopes } from './token-scope.ts';

for (const [scopes, method, path, missing, because] of [
  [[], 'DELETE', '/repos/a/b', [], 'a token without scopes has no limits'],
  [['read:repository'], 'GET', '/repos/a/b', [], 'reading is what it is for'],
  [['write:repository'], 'GET', '/repos/a/b/pulls/1', [], 'who may write may read'],
  [['read:repository'], 'POST', '/repos/a/b/pulls', ['write:repository'], 'it only reads'],
  [['write:repository'], 'GET', '/user', ['read:user'], 'it is about something else'],
  [['write:organization'], 'POST', '/orgs/a/repos', ['write:repository'], 'a repository is made, too'],
  [['write:user', 'write:repository'], 'POST', '/user/repos', [], 'it has both'],
  [['read:user'], 'GET', '/users/ann/tokens', [], 'one’s own account'],
  [['read:package'], 'GET', '/users', ['read:user'], 'the list of people'],
] as [string[], string, string, string[], string][])
  test(`missingScopes() of ${scopes.join(' and ') || 'none'} for ${method} ${path}: ${because}`, () => {
    const groups = ['dev', ...scopes.map(scope => `${LIMITED_TO}${scopeRole(scope)}`)];
    assert.deepEqual(missingScopes({ username: 'ann', groups }, method, path), missing);
  });
