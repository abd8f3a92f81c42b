import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { onPath } from '../../../../test/on-path.ts';
import { startTestRegistry } from './testbed.ts';

const run = promisify(execFile);

interface Entry {
  mediaType: string;
  digest: string;
  size: number;
}

/** An OCI layout of one image for two platforms; resolves with the digest of its index. */
async function writeLayout(folder: string): Promise<string> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const add = async (mediaType: string, content: Buffer | string): Promise<Entry> => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(blobs, hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
  };
  const type = (name: string) => `application/vnd.oci.image.${name}+json`;
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    await writeFile(join(folder, 'platform'), architecture);
    const archive = execFileSync('tar', ['-C', folder, '-cf', '-', 'platform']);
    const layer = await add('application/vnd.oci.image.layer.v1.tar', archive);
    const rootfs = { type: 'layers', diff_ids: [layer.digest] };
    const config = await add(
      type('config.v1'),
      JSON.stringify({ architecture, os: 'linux', config: {}, rootfs }),
    );
    const manifest = { schemaVersion: 2, mediaType: type('manifest.v1'), config, layers: [layer] };
    const entry = await add(type('manifest.v1'), JSON.stringify(manifest));
    manifests.push({ ...entry, platform: { architecture, os: 'linux' } });
  }
  const index = { schemaVersion: 2, mediaType: type('index.v1'), manifests };
  const entry = await add(type('index.v1'), JSON.stringify(index));
  const top = {
    schemaVersion: 2,
    manifests: [{ ...entry, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }],
  };
  await writeFile(join(folder, 'index.json'), JSON.stringify(top));
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return entry.digest;
}

test('skopeo copies an image of two platforms in, between repositories, out again, and deletes it', {
  skip: !onPath('skopeo') && 'skopeo is not installed',
}, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-skopeo-'));
  const registry = await startTestRegistry();
  t.after(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });
  const layout = join(folder, 'layout');
  const digest = await writeLayout(layout);
  const at = (repository: string) => `docker://127.0.0.1:${registry.port}/${repository}`;
  const skopeo = (...args: string[]) => run('skopeo', ['--insecure-policy', ...args], { timeout: 60_000 });
  const credentials = ['--src-tls-verify=false', '--dest-tls-verify=false', '--dest-creds', 'x:ada'];
  const copy = (from: string, to: string, ...more: string[]) =>
    skopeo('copy', '--all', '--preserve-digests', ...credentials, ...more, from, to);

  await copy(`oci:${layout}:v1`, at('acme/first:v1'));
  await copy(at('acme/first:v1'), at('acme/second:v2'), '--src-creds', 'x:ada');
  const out = join(folder, 'out');
  await copy(at('acme/second:v2'), `oci:${out}:v2`, '--src-creds', 'x:ada');
  const top = JSON.parse(await readFile(join(out, 'index.json'), 'utf8')) as { manifests: Entry[] };
  assert.equal(top.manifests[0]?.digest, digest, 'what came out is what went in, to the bit');

  const access = ['--tls-verify=false', '--creds', 'x:ada'];
  const { stdout: tags } = await skopeo('list-tags', ...access, at('acme/first'));
  assert.deepEqual(JSON.parse(tags).Tags, ['v1']);
  const { stdout: inspected } = await skopeo('inspect', ...access, at('acme/first:v1'));
  assert.equal(JSON.parse(inspected).Digest, digest);
  await assert.rejects(
    skopeo('inspect', '--tls-verify=false', '--creds', 'x:bob', at('acme/first:v1')),
    /denied/i,
  );
  await skopeo('delete', ...access, at('acme/first:v1'));
  await assert.rejects(skopeo('inspect', ...access, at('acme/first:v1')), /unknown/i);
  await skopeo('inspect', ...access, at('acme/second:v2'));
});
