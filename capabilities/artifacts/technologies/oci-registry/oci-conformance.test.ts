// The distribution specification's own suite (its folder `conformance`, built with `go build -o oci-conformance`),
// with every workflow that version 1.1 has.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { onPath } from '../../../../test/on-path.ts';
import { startTestRegistry } from './testbed.ts';

const program = onPath('oci-conformance');
const skip = program === undefined && 'oci-conformance, the specification’s suite, is not on PATH';

test('the registry passes the distribution specification’s own suite', { skip }, async t => {
  const registry = await startTestRegistry();
  const results = await mkdtemp(join(tmpdir(), 'slipway-oci-conformance-'));
  t.after(async () => {
    await registry.close();
    await rm(results, { recursive: true, force: true });
  });
  const env = {
    ...process.env,
    OCI_REGISTRY: `127.0.0.1:${registry.port}`,
    OCI_TLS: 'disabled',
    OCI_REPO1: 'acme/one',
    OCI_REPO2: 'acme/two',
    OCI_USERNAME: 'x',
    OCI_PASSWORD: 'ada',
    OCI_RESULTS_DIR: results,
    OCI_VERSION: '1.1',
    // Optional in the specification, kept here.
    OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
    OCI_API_BLOBS_DIGEST_HEADER: 'true',
    OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  };
  const run = promisify(execFile)(program ?? '', [], { env, cwd: results, maxBuffer: 1 << 26 });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const count = (word: string) => Number(new RegExp(`^ *${word}\\.*: +(\\d+)$`, 'm').exec(stdout)?.[1]);
  t.diagnostic(`${count('Pass')} of ${count('Total')} pass, ${count('Skip')} skipped`);
  const failed = stdout.split('\n').filter(line => /: (FAIL|Error)$/.test(line));
  assert.deepEqual(failed, []);
  assert.ok(count('Pass') > 800, stdout.slice(-4000));
});
