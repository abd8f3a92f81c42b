import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../files.fixture.ts';
import { RenderError } from '../yaml/parse-yaml.ts';
import { buildKustomization } from './build-kustomization.ts';
import { allCases, type Case } from './cases.fixture.ts';

/** What a build writes to its two outputs, as the command does. */
async function outputs({ files, build }: Case): Promise<{ stdout: string; stderr: string }> {
  try {
    const options = { rootName: '/src' };
    const { text, warnings } = await buildKustomization({ reader: readerOf(files), path: build, options });
    return { stdout: text, stderr: warnings.map(each => `${each}\n`).join('') };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { stdout: '', stderr: `Error: ${error.message.slice(error.file.length + 2)}\n` };
  }
}

/** Errors come behind warnings, which an error does not carry. */
function errorOf(stderr: string): string {
  const at = stderr.indexOf('Error: ');
  return at < 0 ? stderr : `${stderr.slice(at).trimEnd()}\n`;
}

for (const each of allCases()) {
  test(`buildKustomization() does as kustomize does: ${each.topic}: ${each.because}`, async () => {
    const { stdout, stderr } = await outputs(each);
    assert.equal(errorOf(stderr), errorOf(each.stderr));
    assert.equal(stdout, each.stdout);
  });
}
