// Expected: what Masterminds/semver v3.5.0 answered to the same questions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConstraint, satisfies } from './constraint.ts';
import golden from './testdata/masterminds.json' with { type: 'json' };
import { formatVersion, parseStrictVersion, parseVersion } from './version.ts';

const { constraints, parsed, versions } = golden as {
  constraints: Record<string, string[] | string>;
  parsed: Record<string, string>;
  versions: string[];
};

const said = (work: () => string | string[]) => {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
};

test('parseConstraint() and satisfies() choose the versions that Go’s library chooses', () => {
  for (const [text, expected] of Object.entries(constraints)) {
    const found = said(() => {
      const constraint = parseConstraint(text);
      return versions.filter(version => satisfies(parseVersion(version), constraint));
    });
    assert.deepEqual(found, expected, `constraint ${JSON.stringify(text)}`);
  }
});

test('parseVersion() and parseStrictVersion() take what Go’s library takes', () => {
  for (const [text, expected] of Object.entries(parsed)) {
    const loose = said(() => formatVersion(parseVersion(text)));
    const [wanted = '', strict = ''] = expected.split(' | ');
    assert.equal(loose, wanted.replace(/^error: /, ''), `version ${JSON.stringify(text)}`);
    const isStrict = said(() => formatVersion(parseStrictVersion(text))) === strict;
    assert.equal(isStrict, strict !== 'no', `strict version ${JSON.stringify(text)}`);
  }
});

test('parseConstraint() is done with hostile text at once', () => {
  assert.throws(() => parseConstraint(`${'1   '.repeat(120)}!`), /improper constraint/);
  assert.throws(() => parseConstraint('0x1f'), { message: 'improper constraint: "0x1f"' });
  assert.throws(() => parseConstraint('1'.repeat(600)), /too long/);
  assert.throws(() => parseConstraint('1||'.repeat(40)), /too many constraint groups/);
});
