import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createRegistryClient,
  type Digest,
  digestOf,
  MEDIA_TYPE,
  openBlobStore,
  parseReference,
} from '@slipway/oci';
import { openJournal } from './registry/journal.ts';
import { startTestRegistry } from './testbed.ts';

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

async function makeImage(folder: string, text: string) {
  const blobs = await openBlobStore(folder);
  const layer = await blobs.write(bytes(text));
  const config = await blobs.write(
    bytes(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      }),
    ),
  );
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, ...config },
    layers: [{ mediaType: MEDIA_TYPE.layer, ...layer }],
  });
  return { blobs, layer, root: { mediaType: MEDIA_TYPE.manifest, ...(await blobs.write(bytes(manifest))) } };
}

const ways = [
  { how: {}, because: 'each blob in one request' },
  { how: { chunkBytes: 1000 }, because: 'each blob in pieces' },
  { how: { mountFrom: 'acme/other' }, because: 'mounting what another repository may have' },
];
for (const { how, because } of ways) {
  test(`push() and pull() bring an image through our registry: ${because}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-trip-'));
    const registry = await startTestRegistry();
    const client = createRegistryClient({
      endpoint: () => ({ host: '127.0.0.1', port: registry.port, plain: true }),
      credentials: async () => ({ password: 'ada' }),
      attempts: 1,
    });
    try {
      const { blobs, root, layer } = await makeImage(join(folder, 'here'), 'x'.repeat(2500));
      const reference = parseReference('registry.slipway.internal/acme/app:v1');
      assert.equal(await client.push(reference, root, { blobs, ...how }), root.digest);
      const there = await openBlobStore(join(folder, 'there'));
      const image = await client.pull(reference, { blobs: there });
      assert.equal(image.digest, root.digest);
      assert.ok(await there.has(layer.digest));
      assert.deepEqual(
        registry.actions.map(({ action, user, repository, reference: tag }) => [
          action,
          user.username,
          repository,
          tag,
        ]),
        [['push', 'ada', 'acme/app', 'v1']],
      );
    } finally {
      client.close();
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

test('a client without a right is told which one, and an unknown image is told apart', async () => {
  const registry = await startTestRegistry();
  const endpoint = () => ({ host: '127.0.0.1', port: registry.port, plain: true });
  const client = createRegistryClient({
    endpoint,
    credentials: async () => ({ password: 'bob' }),
    attempts: 1,
  });
  const owner = createRegistryClient({
    endpoint,
    credentials: async () => ({ password: 'ada' }),
    attempts: 1,
  });
  try {
    const reference = parseReference('registry.slipway.internal/acme/app:v1');
    await assert.rejects(client.manifest(reference), {
      code: 'RegistryDenied',
      message: /DENIED bob may not get/,
    });
    await assert.rejects(owner.manifest(reference), { code: 'ImageUnknown' });
  } finally {
    client.close();
    owner.close();
    await registry.close();
  }
});

test('an upload beyond the limit is refused before its bytes come, and by counting them when it lies', async () => {
  const registry = await startTestRegistry({ limit: 1000 });
  const push = (headers: Record<string, string>, pieces: Buffer[]) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const path = `/v2/acme/app/blobs/uploads/?digest=${digestOf('x')}`;
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: registry.port,
          method: 'POST',
          path,
          headers: { authorization: 'Bearer ada', ...headers },
        },
        async answer => {
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(await answer.toArray()).toString() });
        },
      );
      outgoing.on('error', reject);
      outgoing.flushHeaders();
      for (const piece of pieces) outgoing.write(piece);
      if (headers['content-length'] === undefined) outgoing.end();
    });
  try {
    const announced = await push({ 'content-length': '5000000000' }, []);
    assert.deepEqual([announced.status, JSON.parse(announced.body).errors[0].code], [413, 'SIZE_INVALID']);
    const counted = await push({}, [Buffer.alloc(600), Buffer.alloc(600)]);
    assert.deepEqual([counted.status, JSON.parse(counted.body).errors[0].code], [413, 'SIZE_INVALID']);
    assert.deepEqual(await readdir(join(registry.folder, 'blobs', 'staging')), [], 'nothing is kept of it');
  } finally {
    await registry.close();
  }
});

test('collect() deletes what no manifest needs, and nothing that one does or that is in use', async () => {
  const registry = await startTestRegistry();
  const { registry: images, collect } = registry.opened;
  try {
    const write = (text: string) => images.blobs.write(bytes(text));
    const [needed, unneeded, leased] = [
      await write('needed'),
      await write('unneeded'),
      await write('leased'),
    ];
    await images.link('acme/app', [needed, unneeded, leased]);
    const manifest = {
      schemaVersion: 2,
      config: { mediaType: MEDIA_TYPE.empty, ...needed },
      layers: [],
    };
    await images.putManifest('acme/app', {
      reference: 'v1',
      mediaType: MEDIA_TYPE.manifest,
      bytes: Buffer.from(JSON.stringify(manifest)),
    });
    assert.equal(await collect((digest: Digest) => digest === leased.digest), 1);
    assert.ok(await images.blobs.has(needed.digest));
    assert.ok(await images.blobs.has(leased.digest));
    assert.ok(!(await images.blobs.has(unneeded.digest)));
    await images.deleteManifest('acme/app', (await images.manifest('acme/app', 'v1')).record.digest);
    await collect(() => false);
    assert.ok(!(await images.blobs.has(needed.digest)), 'with its manifest gone nobody needs it');
    assert.deepEqual(images.repositories(), []);
  } finally {
    await registry.close();
  }
});

test('openJournal() drops a line that a crash cut short and refuses one that was damaged', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-journal-'));
  const path = join(folder, 'journal');
  try {
    await writeFile(path, '{"a":1}\n{"a":2}\n{"a":');
    const seen: unknown[] = [];
    const journal = await openJournal(path, record => seen.push(record));
    await Promise.all([journal.append([{ a: 3 }]), journal.append([{ a: 4 }, { a: 5 }])]);
    await journal.close();
    const again: unknown[] = [];
    await (await openJournal(path, record => again.push(record))).close();
    assert.deepEqual(seen, [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(again, [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }]);
    await writeFile(path, '{"a":1}\nnonsense\n{"a":2}\n');
    await assert.rejects(
      openJournal(path, () => {}),
      { code: 'JournalDamaged', message: /line 2/ },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
