import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPath, isBranchName, nameFromPath, objectNameOf } from './name.ts';

for (const { owner, name, found, because } of [
  { owner: 'default', name: 'shop.git', found: 'default/shop', because: 'clone URLs end so' },
  { owner: 'Default', name: 'Shop', found: 'default/Shop', because: 'owners are compared without case' },
  { owner: '..', name: 'x', found: undefined, because: 'it leads out' },
  { owner: 'a', name: '..', found: undefined, because: 'it leads out' },
  { owner: 'a', name: '..git', found: undefined, because: 'what is left is reserved' },
  { owner: 'a', name: 'x%2fy', found: undefined, because: 'it is not decoded to a path' },
  { owner: 'a_b', name: 'x', found: undefined, because: 'a team’s name is a DNS label' },
]) {
  test(`nameFromPath("${owner}", "${name}") gives ${found} because ${because}`, () => {
    const parsed = nameFromPath(owner, name);
    assert.equal(parsed && `${parsed.owner}/${parsed.name}`, found);
  });
}

for (const { name, valid, because } of [
  { name: 'main', valid: true, because: 'it is plain' },
  { name: 'feature/one-2', valid: true, because: 'slashes make folders' },
  { name: '-d', valid: false, because: 'it could be an option' },
  { name: 'a..b', valid: false, because: 'git takes it for a range' },
  { name: 'a.lock', valid: false, because: 'git’s own lock has that name' },
  { name: 'a/.hidden', valid: false, because: 'git refuses the leading dot' },
  { name: 'HEAD', valid: false, because: 'it would be ambiguous' },
  { name: 'a b', valid: false, because: 'git refuses spaces' },
  { name: 'a\nb', valid: false, because: 'it would add a line to what git reads' },
  { name: 'a@{1}', valid: false, because: 'it is a reflog’s notation' },
]) {
  test(`isBranchName(${JSON.stringify(name)}) is ${valid} because ${because}`, () => {
    assert.equal(isBranchName(name), valid);
  });
}

test('objectNameOf() gives legal, distinct object names', () => {
  assert.equal(objectNameOf('Shop.js'), 'shop.js');
  assert.match(objectNameOf('under_score'), /^repository\.[0-9a-f]{12}$/);
  assert.notEqual(objectNameOf('a_b'), objectNameOf('a_c'));
  assert.equal(objectNameOf('A_B'), objectNameOf('a_b'));
});

test('checkPath() refuses what is no path inside', () => {
  for (const path of ['', '/', 'a//b', '../a', 'a/./b', '.git', 'a/.Git/x', 'a\0b'])
    assert.throws(() => checkPath(path), { code: 'PathInvalid' }, path);
  checkPath('.github/workflows/a.yaml');
});
