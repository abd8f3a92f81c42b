import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Digest } from '@slipway/oci';
import { onPath } from '../../../../../../test/on-path.ts';
import { parseBundle } from '../../../../signing/bundle.ts';
import { preAuthentication } from '../../../../signing/dsse.ts';
import { type PlatformKey, platformKey } from '../../../../signing/platform-key.ts';
import { provenanceOf } from '../../../../signing/provenance.ts';
import { wordKeys } from '../../../../signing/signing.fixture.ts';
import { PROVENANCE, SIGNATURE } from '../../../../signing/statement.ts';
import { verifyBundle } from '../../../../signing/verify.ts';
import { startTestRegistry, type TestRegistry } from '../../testbed.ts';
import { publish } from '../assemble.ts';
import { type AttachedProof, signImage } from './sign-image.ts';

const run = promisify(execFile);
const repository = 'acme/shop';
const reference = { registry: 'registry.slipway.internal', repository };
const provenance = provenanceOf({
  spec: { source: { git: { url: 'https://git.slipway.internal/acme/shop.git', revision: 'main' } } },
  commit: 'c'.repeat(40),
  build: { namespace: 'team-acme', name: 'shop-1', uid: 'u1' },
  requestedBy: 'ann',
  workflow: { name: 'shop-x', uid: 'u2' },
  recipe: 'dockerfile',
  bases: [{ name: 'docker.io/library/node:24', digest: `sha256:${'b'.repeat(64)}`, isStandIn: false }],
  sbom: { digest: `sha256:${'d'.repeat(64)}` },
  version: '0.1.0',
  startedOn: '2026-01-02T03:04:05.000Z',
  finishedOn: '2026-01-02T03:04:06.000Z',
});

let folder: string;
let registry: TestRegistry;
let key: PlatformKey;
let image: { digest: Digest; proof: AttachedProof };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-cosign-'));
  registry = await startTestRegistry();
  key = await platformKey(wordKeys('platform'), 'first');
  image = await signed();
});
after(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function signed(): Promise<{ digest: Digest; proof: AttachedProof }> {
  const proofs: AttachedProof[] = [];
  const digest = await publish(registry.opened.registry, {
    repository,
    tags: ['latest'],
    config: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
    layers: [],
    attach: async described => {
      const call = { registry: registry.opened.registry, key, reference, provenance };
      proofs.push(await signImage(call, described));
    },
  });
  const [proof] = proofs;
  assert.ok(proof);
  return { digest, proof };
}

async function bundleAt(manifest: string): Promise<Buffer> {
  const { bytes } = await registry.opened.registry.manifest(repository, manifest);
  const { layers } = JSON.parse(bytes.toString()) as { layers: { digest: Digest }[] };
  const { digest } = layers[0] ?? { digest: 'sha256:' as Digest };
  return Buffer.concat(await registry.opened.registry.blobs.read(digest).toArray());
}

test('a signed image carries its signature and its provenance; both verify with the public key', async () => {
  const { digest, proof } = image;
  const types = registry.opened.registry.referrers(repository, digest).map(each => each.annotations ?? {});
  assert.deepEqual(
    types.map(each => each['dev.sigstore.bundle.predicateType']).toSorted(),
    [SIGNATURE, PROVENANCE].toSorted(),
  );
  const keys = [key];
  const signature = verifyBundle(await bundleAt(proof.signature.digest), { digest, keys });
  assert.equal(signature?.statement.predicateType, SIGNATURE);
  const said = verifyBundle(await bundleAt(proof.provenance.digest), { digest, keys });
  assert.deepEqual(said?.statement.predicate, JSON.parse(JSON.stringify(provenance)));
  const other = await platformKey(wordKeys('another platform'), 'first');
  const bundle = await bundleAt(proof.signature.digest);
  assert.equal(verifyBundle(bundle, { digest, keys: [other] }), undefined, 'it is not that one’s key');
  assert.equal(
    verifyBundle(bundle, { digest: `sha256:${'0'.repeat(64)}`, keys }),
    undefined,
    'it speaks of another image',
  );
  assert.equal(verifyBundle(bundle, { digest, keys: [other, key] })?.key.name, 'first', 'old keys verify');
});

test('an image built again keeps its signature and gets the new build’s provenance', async () => {
  const again = await signed();
  assert.equal(again.digest, image.digest);
  assert.equal(again.proof.signature.digest, image.proof.signature.digest);
  assert.notEqual(again.proof.provenance.digest, image.proof.provenance.digest);
});

test('signature and provenance go with their image, and blobs that nobody needs are collected', async () => {
  const scratch = await startTestRegistry();
  try {
    const own = scratch.opened.registry;
    const digest = await publish(own, {
      repository,
      tags: ['latest'],
      config: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
      layers: [],
      attach: described => signImage({ registry: own, key, reference, provenance }, described),
    });
    await scratch.opened.collect(() => false);
    assert.equal(own.referrers(repository, digest).length, 2, 'nothing that hangs on an image is collected');
    await own.deleteManifest(repository, digest);
    assert.deepEqual(own.referrers(repository, digest), []);
    assert.ok((await scratch.opened.collect(() => false)) > 0);
  } finally {
    await scratch.close();
  }
});

test('openssl verifies the signature over the envelope’s bytes', {
  skip: !onPath('openssl') && 'openssl is not installed',
}, async () => {
  const { dsseEnvelope } = parseBundle(await bundleAt(image.proof.signature.digest));
  const { payloadType, payload, signatures } = dsseEnvelope;
  const at = (name: string) => join(folder, name);
  await writeFile(at('key.pub'), key.pem);
  await writeFile(at('signed'), preAuthentication(payloadType, Buffer.from(payload, 'base64')));
  await writeFile(at('signature'), Buffer.from(signatures[0]?.sig ?? '', 'base64'));
  const verify = ['dgst', '-sha256', '-verify', at('key.pub'), '-signature', at('signature'), at('signed')];
  assert.equal((await run('openssl', verify)).stdout, 'Verified OK\n');
});
