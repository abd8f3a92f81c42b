import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { openBlobStore } from './blob-store.ts';
import type { BlobStore, Digest } from './blobs.ts';
import { type Layers, openLayers, type RunWork } from './layers.ts';
import type { ImageConfig, ImageManifest } from './manifest.ts';
import { MEDIA_TYPE } from './media-type.ts';
import { pack } from './pack.ts';
import { TAR_END, type TarMember, tarHeader } from './tar-header.ts';

const inThread: RunWork = async ({ module, task, input }) => {
  const exported = (await import(module.href)) as Record<string, (value: unknown) => unknown>;
  return exported[task]?.(input) as never;
};

async function scratch(context: TestContext): Promise<{ folder: string; blobs: BlobStore; layers: Layers }> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-layers-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const blobs = await openBlobStore(join(folder, 'blobs'));
  return {
    folder,
    blobs,
    layers: await openLayers({ blobs, run: inThread, limits: { bytes: 1 << 20, entries: 50 } }),
  };
}

type Entry = Partial<TarMember> & { name: string; content?: string };

function tar(entries: Entry[]): Buffer {
  const standard = { type: 'file', mode: 0o644, uid: 0, gid: 0, time: 1000 } as const;
  const blocks = entries.flatMap(({ content = '', ...entry }) => {
    const body = Buffer.from(content);
    const header = tarHeader({ ...standard, size: body.length, ...entry });
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, TAR_END]);
}

interface TestLayer {
  tar: Buffer;
  mediaType?: string;
  compress?: (bytes: Buffer) => Buffer;
}

async function unpack(
  { blobs, layers }: { blobs: BlobStore; layers: Layers },
  stack: TestLayer[],
): Promise<string[]> {
  const descriptors = [];
  const diffIds = [];
  for (const { tar: bytes, mediaType = MEDIA_TYPE.layer, compress = (same: Buffer) => same } of stack) {
    const packed = compress(bytes);
    descriptors.push({ mediaType, ...(await blobs.write([packed] as unknown as AsyncIterable<Uint8Array>)) });
    diffIds.push(`sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest);
  }
  const manifest = { layers: descriptors } as unknown as ImageManifest;
  return layers.unpack({
    manifest,
    config: { rootfs: { type: 'layers', diff_ids: diffIds } } as unknown as ImageConfig,
  });
}

const dangerous: { entries: Entry[]; message: RegExp; because: string }[] = [
  {
    entries: [{ name: '../evil', content: 'x' }],
    message: /"\.\.\/evil".*\.\./,
    because: 'a name that climbs out',
  },
  {
    entries: [{ name: 'a/../../evil', content: 'x' }],
    message: /a\/\.\.\/\.\.\/evil/,
    because: 'a name that climbs out further down',
  },
  {
    entries: [
      { name: 'etc', type: 'symlink', linkname: '/etc' },
      { name: 'etc/passwd', content: 'x' },
    ],
    message: /"etc\/passwd".*symbolic link \/etc/,
    because: 'a file behind an absolute link',
  },
  {
    entries: [
      { name: 'up', type: 'symlink', linkname: '../..' },
      { name: 'up/deep/file', content: 'x' },
    ],
    message: /"up\/deep\/file".*symbolic link/,
    because: 'folders behind a relative link',
  },
  {
    entries: [{ name: 'hard', type: 'link', linkname: '../../etc/passwd' }],
    message: /etc\/passwd.*\.\./,
    because: 'a hard link to a file outside',
  },
  {
    entries: [
      { name: 'l', type: 'symlink', linkname: '/etc' },
      { name: 'hard', type: 'link', linkname: 'l/passwd' },
    ],
    message: /symbolic link/,
    because: 'a hard link through a symbolic one',
  },
  {
    entries: [{ name: 'a/.wh...', content: '' }],
    message: /whiteout/,
    because: 'a whiteout of the folder above',
  },
  { entries: [{ name: 'null', type: 'device' }], message: /"null".*character-device/, because: 'a device' },
];
for (const { entries, message, because } of dangerous) {
  test(`unpack() refuses a layer with ${because}, naming the entry, and keeps nothing`, async context => {
    const bench = await scratch(context);
    await assert.rejects(unpack(bench, [{ tar: tar(entries) }]), { code: 'LayerUnsafe', message });
    assert.deepEqual(await readdir(join(bench.blobs.folder, 'layers')), ['boot']);
  });
}

const tooLarge: { entries: Entry[]; because: string }[] = [
  { entries: [{ name: 'big', content: 'x'.repeat(2 << 20) }], because: 'more bytes than allowed' },
  {
    entries: Array.from({ length: 60 }, (_, i) => ({ name: `f${i}` })),
    because: 'more entries than allowed',
  },
];
for (const { entries, because } of tooLarge) {
  test(`unpack() refuses ${because}, also when it is small as it travels`, async context => {
    const bench = await scratch(context);
    const layer = {
      tar: tar(entries),
      mediaType: MEDIA_TYPE.layerGzip,
      compress: gzipSync as (bytes: Buffer) => Buffer,
    };
    await assert.rejects(unpack(bench, [layer]), { code: 'LayerTooLarge' });
  });
}

const compressions = [
  { mediaType: MEDIA_TYPE.layer, compress: (bytes: Buffer) => bytes, because: 'no compression' },
  { mediaType: MEDIA_TYPE.layerGzip, compress: (bytes: Buffer) => gzipSync(bytes), because: 'gzip' },
  {
    mediaType: MEDIA_TYPE.dockerLayerGzip,
    compress: (bytes: Buffer) => gzipSync(bytes),
    because: 'Docker’s name for gzip',
  },
  { mediaType: MEDIA_TYPE.layerZstd, compress: (bytes: Buffer) => zstdCompressSync(bytes), because: 'zstd' },
];
for (const { mediaType, compress, because } of compressions) {
  test(`unpack() makes files, folders and links of a layer with ${because}`, async context => {
    const bench = await scratch(context);
    const entries: Entry[] = [
      { name: 'ro/', type: 'directory', mode: 0o555 },
      { name: 'ro/file', content: 'in a read-only folder', mode: 0o600 },
      { name: './app/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
      { name: 'app/again', type: 'link', linkname: 'app/run.sh' },
      { name: 'app/link', type: 'symlink', linkname: '/anywhere' },
      { name: 'app/twice', content: 'first' },
      { name: 'app/twice', content: 'second' },
      { name: `long/${'n'.repeat(120)}`, content: 'a long name' },
    ];
    const [folder = ''] = await unpack(bench, [{ tar: tar(entries), mediaType, compress }]);
    const text = (path: string) => readFile(join(folder, path), 'utf8');
    assert.equal(await text('ro/file'), 'in a read-only folder');
    assert.equal((await stat(join(folder, 'ro'))).mode & 0o777, 0o555);
    assert.equal((await stat(join(folder, 'app/run.sh'))).mode & 0o777, 0o755);
    assert.equal((await stat(join(folder, 'app/run.sh'))).mtimeMs, 1_000_000);
    assert.equal((await stat(join(folder, 'app/again'))).ino, (await stat(join(folder, 'app/run.sh'))).ino);
    assert.equal(await readlink(join(folder, 'app/link')), '/anywhere');
    assert.equal(await text('app/twice'), 'second');
    assert.equal(await text(`long/${'n'.repeat(120)}`), 'a long name');
    await chmod(join(folder, 'ro'), 0o755);
  });
}

test('unpack() turns whiteouts and opaque folders into what overlayfs understands', {
  skip: process.platform !== 'linux' && 'needs Linux',
}, async context => {
  const bench = await scratch(context);
  const base = tar([{ name: 'a/old' }, { name: 'a/kept' }, { name: 'b/x' }, { name: 'b/y' }]);
  const top = tar([{ name: 'a/.wh.old' }, { name: 'b/.wh..wh..opq' }, { name: 'b/y', content: 'new' }]);
  const [, folder = ''] = await unpack(bench, [{ tar: base }, { tar: top }]);
  const isWhiteout = async (path: string) => {
    const found = await lstat(join(folder, path));
    return found.isCharacterDevice() && found.rdev === 0;
  };
  assert.deepEqual((await readdir(join(folder, 'a'))).sort(), ['old']);
  assert.ok(await isWhiteout('a/old'));
  assert.ok(await isWhiteout('b/x'));
  assert.equal(await readFile(join(folder, 'b/y'), 'utf8'), 'new');
});

test('unpack() refuses a layer that is not what its image promises', async context => {
  const { blobs, layers } = await scratch(context);
  const layer = await blobs.write([tar([{ name: 'a' }])] as unknown as AsyncIterable<Uint8Array>);
  const manifest = { layers: [{ mediaType: MEDIA_TYPE.layer, ...layer }] } as unknown as ImageManifest;
  const config = {
    rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] },
  } as unknown as ImageConfig;
  await assert.rejects(layers.unpack({ manifest, config }), { code: 'DigestMismatch' });
});

test('pack() gives equal bytes for equal content, whatever the order and the times on the disk', async context => {
  const { folder, blobs, layers } = await scratch(context);
  const packed = [];
  for (const names of [
    ['b', 'a'],
    ['a', 'b'],
  ]) {
    const source = join(folder, names.join(''));
    await mkdir(join(source, 'd'), { recursive: true });
    await chmod(source, 0o755);
    await chmod(join(source, 'd'), 0o755);
    for (const name of names) await writeFile(join(source, 'd', name), name, { mode: 0o644 });
    await symlink('d/a', join(source, 'link'));
    const options = {
      folder: source,
      time: 5,
      owners: 'root' as const,
      exclude: [],
      lowers: [],
      blobs,
      run: inThread,
      timeoutMs: 10_000,
    };
    packed.push(await pack(options));
  }
  assert.deepEqual(packed[0], packed[1]);
  const { digest, size } = packed[0] ?? assert.fail();
  const manifest = { layers: [{ mediaType: MEDIA_TYPE.layer, digest, size }] } as unknown as ImageManifest;
  const config = { rootfs: { type: 'layers', diff_ids: [digest] } } as unknown as ImageConfig;
  const [unpacked = ''] = await layers.unpack({ manifest, config });
  assert.equal(await readFile(join(unpacked, 'link'), 'utf8'), 'a');
  assert.equal((await stat(join(unpacked, 'd/a'))).mtimeMs, 5000);
});

test('pack() refuses more than the limit, says what to do, and keeps nothing', async context => {
  const { folder, blobs } = await scratch(context);
  const source = join(folder, 'huge');
  await mkdir(source);
  await writeFile(join(source, 'file'), Buffer.alloc(100_000));
  const options = {
    ...{ folder: source, lowers: [], exclude: [], time: 1, owners: 'root' as const },
    ...{ timeoutMs: 10_000, limitBytes: 50_000 },
  };
  const packing = pack({ ...options, blobs, run: inThread });
  await assert.rejects(packing, {
    code: 'LayerTooLarge',
    message: /more than 50000 bytes; leave files out with \.dockerignore/,
  });
  assert.deepEqual(await readdir(join(blobs.folder, 'staging')), []);
  assert.deepEqual(await readdir(join(blobs.folder, 'sha256')), []);
});

test('pack() writes every byte of files smaller and larger than what it gathers', async context => {
  const gathered = 2 ** 20;
  const sizes = [0, 1, gathered - 512, gathered - 1, gathered, gathered + 1, 3 * gathered + 7];
  const contents = sizes.map((size, at) => Buffer.alloc(size, `${at} of the files\n`));
  const { folder, blobs } = await scratch(context);
  const from = join(folder, 'from');
  await mkdir(from);
  for (const [at, content] of contents.entries()) await writeFile(join(from, `${at}`), content);
  const entries = contents.map((content, at) => ({ name: `${at}`, content: content.toString('latin1') }));
  const options = { folder: from, time: 1000, owners: 'root' as const, exclude: [], lowers: [] };
  const packed = await pack({ ...options, blobs, run: inThread, timeoutMs: 10_000 });
  const expected = tar(entries);
  assert.equal(packed.size, expected.length);
  assert.ok(expected.equals(await readFile(blobs.path(packed.digest))));
});
