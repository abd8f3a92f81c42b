import { join, resolve } from 'node:path';
import { type ReadBundle, readBundle, type Until, unpackDefinition } from '@slipway/cluster';
import { type BlobStore, openBlobStore, parseReference } from '@slipway/oci';
import { readConfig } from '@slipway/platform';
import { applyToCluster, reportCluster } from '../../cluster/apply-definition.ts';
import { checkCluster } from '../../cluster/check-cluster.ts';
import { withCluster } from '../../cluster/with-cluster.ts';
import { selectFile } from '../../definition-source.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, print, say } from '../../output.ts';
import { applyPackages, definitionPackages } from '../../package/definition-packages.ts';
import { imageRegistry } from './image-registry.ts';

interface Options extends GlobalOptions {
  into?: string;
  pushImages?: string;
  unpack?: boolean;
  until: Until;
  timeout: number;
}

/** Checks every digest of a bundle, unpacks it, and applies its platform without asking anything of a network. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { cacheFolder } = readConfig();
  const blobs = options.pushImages ? await openBlobStore(join(cacheFolder, 'blobs')) : undefined;
  const bundle = await readBundle(resolve(name), { cacheFolder, ...(blobs ? { blobs } : {}) });
  const file = await unpackDefinition(bundle, resolve(options.into ?? bundle.platform));
  say(`${name}: every part is as it was written; its definition is ${file}`);
  if (options.pushImages && blobs) await pushAll(bundle, blobs, options.pushImages);
  if (options.unpack) {
    const { platform, sources, images } = bundle;
    print(
      options.output,
      { platform, file, sources, images: images.length },
      () => `slipway apply -f ${file}`,
    );
    return EXIT.done;
  }
  return applyFile(file, options);
}

async function applyFile(file: string, { until, timeout, output }: Options): Promise<number> {
  const selection = await selectFile(file);
  const how = { until, timeoutMs: timeout * 1000, cause: 'slipway bundle apply' };
  return withCluster(
    selection,
    file,
    async cluster => {
      const packages = await definitionPackages(selection, file, { client: cluster.client });
      const plan = await cluster.plan();
      await checkCluster(cluster, plan);
      const applied = await applyToCluster(cluster, plan, how);
      if (!applied.failed) await applyPackages({ client: cluster.client }, packages, say);
      return reportCluster(output, applied);
    },
    { offline: true },
  );
}

/** Under the repositories they have, so that the registry can stand in for theirs at the nodes. */
async function pushAll({ images }: ReadBundle, blobs: BlobStore, url: string): Promise<void> {
  const registry = await imageRegistry(url);
  try {
    for (const { reference, descriptor } of images) {
      const { registry: host, repository, tag } = parseReference(reference);
      const named = { registry: host, repository, ...(tag ? { tag } : {}) };
      await registry.push(named, descriptor, { blobs });
      say(`image ${reference}`);
    }
  } finally {
    registry.close();
  }
}
