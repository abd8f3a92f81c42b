import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error the generator is plain JavaScript, as every script that must run before anything is installed
import { generatedFiles } from '../../../../scripts/generate/main.mjs';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const corpora = `${process.env.SLIPWAY_SHARED ?? `${root}/../shared`}/corpora`;
const skip = existsSync(corpora)
  ? false
  : 'the corpus is not here: SLIPWAY_SHARED names the folder that holds corpora/';

test('committed tables are what the generator makes of the corpus', { skip }, () => {
  for (const [path, text] of generatedFiles(corpora) as Map<string, string>) {
    assert.ok(
      readFileSync(`${root}/${path}`, 'utf8') === text,
      `${path} is not up to date: npm run generate`,
    );
  }
});

test('the tables of built-in kinds stay small', () => {
  const sizes = ['schemas', 'resources'].map(
    name => statSync(new URL(`./${name}.generated.json`, import.meta.url)).size,
  );
  assert.ok(sizes.reduce((sum, size) => sum + size) < 400_000);
});
