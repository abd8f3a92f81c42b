import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '@slipway/api';
import {
  type BundledImage,
  type BundledSource,
  type ClusterPlan,
  imagesIn,
  lockReleases,
  planCluster,
  pullImages,
  releaseFiles,
  writeBundle,
} from '@slipway/cluster';
import {
  bringLocked,
  type Lock,
  parseSource,
  resolvePackages,
  type Selection,
  withPackages,
} from '@slipway/definition';
import { openBlobStore } from '@slipway/oci';
import { catalogue, clusterObjects, readConfig, readLock } from '@slipway/platform';
import { sourcesOf, writeLockFile } from '../../cluster/open-cluster.ts';
import { withCluster } from '../../cluster/with-cluster.ts';
import { selectFile } from '../../definition-source.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print, say } from '../../output.ts';
import { bringing } from '../../package/sources.ts';
import { sizeText } from '../../size-text.ts';
import { imageRegistry } from './image-registry.ts';

interface Options extends GlobalOptions {
  file: string;
  withoutImages?: boolean;
  imagesFrom?: string;
  nodes: string;
  kubernetes?: string;
}

/** Writes a bundle; digests of its images go into the lock, so that the cluster runs just these. */
export async function run(options: Options, [name]: string[]): Promise<number> {
  const { file, output } = options;
  const selection = await selectFile(file);
  if (selection.ground !== 'kubernetes')
    throw new CommandError(`${file}: its target is this machine, which needs nothing from elsewhere`, {
      exitCode: EXIT.usage,
      next: 'slipway backup',
    });
  const target = resolve(name ?? `${selection.name}.bundle`);
  const lockFile = join(dirname(resolve(file)), 'slipway.lock');
  const gathered = await gather(selection, file, await readLock(lockFile), options);
  const definition = await readFile(file, 'utf8');
  const content = { platform: selection.name, definition, ...gathered };
  const written = await writeBundle(target, content, { pid: process.pid, clock: systemClock });
  await writeLockFile(lockFile, gathered.lock);
  print(output, written, () =>
    [
      `${written.file}  ${sizeText(written.size)}: ${written.sources} releases and packages, ${written.images} images`,
      ...(options.withoutImages
        ? ['images are not in it: the site needs a registry that has them']
        : [
            'slipway.lock has the digests of the images',
            'images that teams name in their own objects are not in it (agents, jobs, databases of other versions)',
          ]),
      `at the site  slipway bundle apply ${written.file}`,
    ].join('\n'),
  );
  return EXIT.done;
}

async function gather(selection: Selection, file: string, before: Lock, options: Options) {
  const { lock: locked, releases } = lockReleases(selection, before);
  const sources = sourcesOf(readConfig());
  const found: BundledSource[] = [];
  const files = new Map();
  for (const [id, release] of releases) {
    const own = await releaseFiles(release, sources);
    files.set(id, { release, files: own });
    found.push({ of: `${id} ${release.version}`, kind: 'release', digest: release.digest, files: own });
  }
  const how = await bringing(undefined, { folder: dirname(file) });
  const packages = await resolvePackages(selection.packages, before, how);
  for (const { request, entry, files: own } of packages)
    found.push({
      of: `package ${request.name} ${entry.version}`,
      kind: 'package',
      digest: entry.digest,
      files: own,
    });
  const lock = { ...withPackages(locked, packages), ...selection.document.spec?.resolved?.pins };
  for (const [of, { source, digest }] of elsewhere(lock)) {
    const brought = await bringLocked(parseSource(source), digest, how);
    found.push({ of, kind: 'package', digest, files: brought.files });
  }
  if (options.withoutImages) return { lock, sources: found, images: [] };
  const plan = await planCluster({
    selection,
    catalogue: catalogue(),
    // Images are looked for under their own names, also those that are pinned already.
    lock: { ...lock, images: {} },
    releases: files,
    cluster: { version: await versionOf(selection, file, options) },
    definitions: await clusterObjects(selection),
  });
  const started = [...releases.values()].flatMap(({ images = [] }) => images);
  const pulled = await pullAll([...imagesOfPlan(plan), ...started], lock, options);
  return { lock: { ...lock, images: digestsOf(pulled.images) }, sources: found, ...pulled };
}

function elsewhere({ blueprint, technologies = {} }: Lock) {
  return [
    ...(blueprint ? [['the blueprint', blueprint] as const] : []),
    ...Object.entries(technologies).map(([id, entry]) => [`technology ${id}`, entry] as const),
  ];
}

async function versionOf(selection: Selection, file: string, { kubernetes }: Options): Promise<string> {
  if (kubernetes) return kubernetes.startsWith('v') ? kubernetes : `v${kubernetes}`;
  try {
    return await withCluster(selection, file, async ({ client }) => {
      const { gitVersion } = (await client.read('/version')) as { gitVersion: string };
      return gitVersion;
    });
  } catch (error) {
    throw new CommandError(
      `which images it takes depends on the cluster's version: ${(error as Error).message}`,
      {
        exitCode: EXIT.usage,
        next: 'slipway bundle create --kubernetes VERSION',
      },
    );
  }
}

function imagesOfPlan({ components }: ClusterPlan): string[] {
  return imagesIn(
    components.flatMap(({ steps, hooks }) => [
      ...Object.values(steps).flat(),
      ...hooks.before,
      ...hooks.after,
    ]),
  );
}

async function pullAll(references: string[], { images = {} }: Lock, options: Options) {
  const [os = '', architecture = ''] = options.nodes.split('/');
  const blobs = await openBlobStore(join(readConfig().cacheFolder, 'blobs'));
  const registry = await imageRegistry(options.imagesFrom);
  try {
    const all = [...new Set(references)].sort();
    const platform = { os, architecture };
    return { images: await pullImages(all, { registry, blobs, platform, known: images, say }), blobs };
  } finally {
    registry.close();
  }
}

function digestsOf(images: BundledImage[]): Record<string, string> {
  return Object.fromEntries(images.map(({ reference, descriptor }) => [reference, descriptor.digest]));
}
