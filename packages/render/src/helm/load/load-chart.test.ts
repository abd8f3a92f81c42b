import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readerOf } from '../../files.fixture.ts';
import { archiveFiles } from './archive-files.ts';
import { archiveReader } from './archive-reader.ts';
import { loadChart, loadChartArchive } from './load-chart.ts';
import { readChartFiles } from './read-chart-files.ts';
import { type PackedEntry, packed, tarOf } from './tar.fixture.ts';

const chartYaml = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

test('loadChartArchive() takes packed subcharts, in folders and in archives within', () => {
  const inner = packed({ 'db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 2.0.0\n' });
  const chart = loadChartArchive(
    packed({
      'web/Chart.yaml': chartYaml,
      'web/values.yaml': '\uFEFFa: 1\n',
      'web/charts/db-2.0.0.tgz': inner,
      'web/charts/mq/Chart.yaml': 'apiVersion: v1\nname: mq\nversion: 3.0.0\n',
      'web/.helmignore': '*\n',
    }),
  );
  assert.deepEqual(
    chart.dependencies.map(({ metadata }) => metadata.name),
    ['db', 'mq'],
  );
  assert.deepEqual({ ...chart.values }, { a: 1 });
});

test('archiveReader() gives an archive’s files without the folder at its top', async () => {
  const reader = archiveReader(packed({ 'web/Chart.yaml': chartYaml, 'web/templates/a.yaml': 'a: 1\n' }));
  assert.deepEqual(await reader.list('.'), [
    { name: 'Chart.yaml', type: 'file' },
    { name: 'templates', type: 'folder' },
  ]);
  const chart = await loadChart(reader, '.');
  assert.equal(chart.templates[0]?.name, 'templates/a.yaml');
});

test('archiveFiles() reads long names of both kinds, and leaves folders and global headers out', () => {
  const long = `web/${'deep/'.repeat(40)}x.yaml`;
  const files = archiveFiles(
    packed({ 'web/Chart.yaml': chartYaml, [long]: 'a: 1\n' }, [
      { name: 'pax_global_header', type: 'g', data: '52 comment=0123456789012345678901234567890123456789\n' },
      { name: 'web/templates/', type: '5', data: '' },
    ]),
  );
  assert.deepEqual(files.map(({ name }) => name).sort(), ['Chart.yaml', long.slice('web/'.length)].sort());
});

const refused: { entries: PackedEntry[]; code: string; message: RegExp; because: string }[] = [
  {
    entries: [{ name: 'web/../../etc/passwd', data: 'x' }],
    code: 'ArchiveUnsafe',
    message: /illegally references parent directory/,
    because: 'it leads out of the folder',
  },
  {
    entries: [{ name: 'web//etc/passwd', data: 'x' }],
    code: 'ArchiveUnsafe',
    message: /illegally contains absolute paths/,
    because: 'it leads to the root',
  },
  {
    entries: [{ name: 'web\\c:\\x', data: 'x' }],
    code: 'ArchiveUnsafe',
    message: /illegally named files/,
    because: 'it names a drive',
  },
  {
    entries: [{ name: 'Chart.yaml', data: chartYaml }],
    code: 'ArchiveUnsafe',
    message: /outside the base directory/,
    because: 'it has no folder at the top',
  },
  { entries: [], code: 'ArchiveInvalid', message: /no files in chart archive/, because: 'it is empty' },
];
for (const { entries, code, message, because } of refused)
  test(`archiveFiles() refuses with ${code}: ${because}`, () => {
    assert.throws(() => archiveFiles(gzipSync(tarOf(entries))), { code, message });
  });

test('archiveFiles() refuses what is too large before it is unpacked', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const limits = { totalBytes: 1024 * 1024 };
  assert.throws(() => archiveFiles(bomb, limits), { code: 'ArchiveTooLarge' });
  const large = packed({ 'web/Chart.yaml': chartYaml, 'web/big': 'x'.repeat(2_000) });
  assert.throws(() => archiveFiles(large, { fileBytes: 1_000 }), {
    code: 'ArchiveTooLarge',
    message: /"web\/big" is larger than the maximum file size 1000/,
  });
  assert.throws(() => archiveFiles(large, { files: 1 }), { code: 'ArchiveTooLarge' });
  assert.throws(() => archiveFiles(new Uint8Array(2_000)), { code: 'ArchiveInvalid' });
  assert.throws(() => archiveFiles(large.subarray(0, 100)), { code: 'ArchiveInvalid' });
});

test('loadChartArchive() refuses charts within charts without end', () => {
  let archive = packed({ 'c/Chart.yaml': chartYaml });
  for (let depth = 0; depth < 4; depth++)
    archive = packed({ 'c/Chart.yaml': chartYaml, 'c/charts/c.tgz': archive });
  assert.throws(() => loadChartArchive(archive, { limits: { depth: 3 } }), {
    code: 'ChartLimit',
    message: /charts lie more than 3 deep/,
  });
});

test('readChartFiles() refuses links and what is too much, and names a folder that is not there', async () => {
  const reader = readerOf({ 'web/Chart.yaml': chartYaml, 'web/a': '12345' }, ['web/link']);
  await assert.rejects(readChartFiles(reader, 'web'), { code: 'LinkUnsupported', message: /web\/link/ });
  const plain = readerOf({ 'web/Chart.yaml': chartYaml, 'web/a': '12345' });
  await assert.rejects(readChartFiles(plain, 'web', { fileBytes: 4 }), { code: 'ChartLimit' });
  await assert.rejects(readChartFiles(plain, 'web', { files: 1 }), { code: 'ChartLimit' });
  await assert.rejects(readChartFiles(plain, 'none'), {
    code: 'ChartInvalid',
    message: /"none" does not exist/,
  });
});
