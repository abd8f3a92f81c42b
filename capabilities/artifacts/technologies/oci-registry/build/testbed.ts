// What tests and the bench of builds need: a registry and a builder on a temporary folder, with the real sandbox.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError, systemClock, systemRandom } from '@slipway/api';
import type { Workers } from '@slipway/definition';
import { openBlobStore, openLayers } from '@slipway/oci';
import type { Sandbox } from '@slipway/sandbox';
import { folderAt } from '../../../../../test/engine-bed.ts';
import { openRegistry } from '../open-registry.ts';
import { openBases } from './bases.ts';
import { buildLog } from './build-log.ts';
import { type Builder, type BuilderOptions, makeBuilder } from './builder.ts';
import { hostBase } from './host-base/host-base.ts';
import { openLayerCache } from './layer-cache.ts';
import { type PackageRegistrySettings, preparePackageRegistry } from './package-registry.ts';

export interface Testbed {
  folder: string;
  registry: BuilderOptions['registry'];
  layers: BuilderOptions['layers'];
  /** Builds a folder of this machine; resolves with the outcome and the log. */
  build(
    source: string,
    spec?: Partial<Parameters<Builder>[0]['spec']>,
  ): Promise<Awaited<ReturnType<Builder>> & { log: string }>;
  close(): Promise<void>;
}

/** Runs the work in this thread. */
export const inThread: Workers = {
  run: async ({ module, task, input }) => {
    const exported = (await import(module.href)) as Record<string, (value: unknown) => unknown>;
    return exported[task]?.(input) as never;
  },
};

/** No registry answers: everything is built on the host base. */
export async function openTestbed(
  run: Sandbox,
  packages: PackageRegistrySettings = {},
  signingKeys: BuilderOptions['signingKeys'] = async () => undefined,
): Promise<Testbed> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  const data = folderAt(folder);
  const blobs = await openBlobStore(join(folder, 'blobs'));
  const limits = { blobBytes: 1e10, uploadAgeMs: 1e8, orphanAgeMs: 1e8 };
  const opened = await openRegistry({ data, blobs, clock: systemClock, random: systemRandom, limits });
  const layers = await openLayers({ blobs, run: work => inThread.run(work) });
  const host = hostBase({
    folder: (await data.folder('host-base')).path,
    blobs,
    layers,
    pool: inThread,
    withFiles: run.driver !== 'process',
    execPath: process.execPath,
    nodeVersion: process.versions.node,
  });
  const offline = async () => {
    throw new SlipwayError('RegistryUnreachable', 'registry: offline in this test');
  };
  const client = { manifest: offline, pull: offline, push: offline, send: offline, close: () => {} };
  const bases = openBases({ blobs, registry: opened.registry, host, clock: systemClock, client });
  const builder = await makeBuilder({
    data,
    layers,
    bases,
    run,
    registry: opened.registry,
    cache: await openLayerCache((await data.folder('cache')).path, blobs, systemClock),
    pool: inThread,
    clock: systemClock,
    random: systemRandom,
    packages: await preparePackageRegistry(packages, (await data.folder('npm')).path),
    resolve: name => {
      throw new SlipwayError('NameUnknown', `${name}: not in this test`);
    },
    source: async ({ url, revision }) => ({ folder: url, commit: revision }),
    signingKeys,
    version: 'test',
    limits: { runMs: 300_000, layerBytes: 1e10, memoryBytes: 2 ** 31 },
    nodeImage: 'node:24',
  });
  return {
    folder,
    layers,
    registry: opened.registry,
    build: async (source, spec = {}) => {
      const log = buildLog();
      const git = { url: source, revision: 'main' };
      const image = 'registry.slipway.internal/acme/app';
      const signal = new AbortController().signal;
      try {
        const built = await builder({
          spec: { source: { git }, image, ...spec },
          origin: { build: { namespace: 'team-acme', name: 'app', uid: '1' } },
          mayRead: async () => true,
          log,
          signal,
        });
        return { ...built, log: log.text() };
      } catch (error) {
        if (error instanceof Error) error.message += `\n${log.tail()}`;
        throw error;
      }
    },
    close: async () => {
      await opened.close();
      bases.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
