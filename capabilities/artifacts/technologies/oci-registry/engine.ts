import { platform } from 'node:os';
import { type Ports, type Running, type Settings, sourceCacheController } from '@slipway/definition';
import { createRegistryClient, type Digest, type Layers, openLayers } from '@slipway/oci';
import { controller } from '@slipway/runtime';
import { fetchGit } from '@slipway/sources';
import manifest from '../../package.json' with { type: 'json' };
import { signingKeys } from '../../signing/signing-keys.ts';
import { imageRecorder } from './audit.ts';
import { publishHostBase } from './build/assemble.ts';
import { type Bases, HOST_REPOSITORY, INTERNAL_REGISTRY, openBases } from './build/bases.ts';
import { type BuilderOptions, makeBuilder } from './build/builder.ts';
import { hostBase } from './build/host-base/host-base.ts';
import { openLayerCache } from './build/layer-cache.ts';
import { preparePackageRegistry } from './build/package-registry.ts';
import { buildController } from './build/reconcile.ts';
import { collectImages } from './collect-images.ts';
import { registryHandler } from './http/handler.ts';
import { makeRights } from './http/rights.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';
import { type Parameters, readParameters } from './parameters.ts';

const WARM_UP_MS = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LAYER_BYTES = 16 * 2 ** 30;
const RUN_MS = 20 * 60_000;

/** Registry and builder of one platform. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const parameters = readParameters(settings.parameters);
  const opened = await openRegistry({
    ...ports,
    limits: { blobBytes: parameters.blobBytes, uploadAgeMs: DAY_MS, orphanAgeMs: HOUR_MS },
  });
  const layers = await openLayers({ blobs: ports.blobs, run: work => ports.pool.run(work) });
  const host = await prepareHostBase(ports, opened, layers);
  const bases = openBases({
    blobs: ports.blobs,
    registry: opened.registry,
    host: host.base,
    clock: ports.clock,
  });
  const builds = await startBuilds(ports, { parameters, opened, layers, bases });
  const collecting = collectEvery(ports, opened, builds.isHeld);
  warmUp(ports, host.base, collecting.signal);
  return {
    controllers: [
      controller(builds.controller),
      sourceCacheController('build-sources', (await ports.data.folder('git')).path),
    ],
    routes: [{ host: 'registry', handler: handlerOf(ports, opened, parameters, host.prepare) }],
    probes: [{ capability: 'artifact-registries', name: 'pull', check: signal => probe(ports, signal) }],
    stop: async () => {
      collecting.abort();
      bases.close();
      await opened.close();
    },
  };
}

function handlerOf(
  ports: Ports,
  opened: OpenRegistry,
  parameters: Parameters,
  prepare: (repository: string) => Promise<void>,
) {
  const { log, client, clock } = ports;
  return registryHandler({
    ...opened,
    rights: makeRights(client, clock),
    record: imageRecorder(client),
    log,
    limit: parameters.blobBytes,
    prepare,
  });
}

/** The host base exists from the first time somebody reads its repository or builds on it. */
async function prepareHostBase(ports: Ports, { registry }: OpenRegistry, layers: Layers) {
  const { path: folder } = await ports.data.folder('host-base');
  const nodeVersion = process.versions.node;
  const base = hostBase({
    folder,
    layers,
    blobs: ports.blobs,
    pool: ports.pool,
    withFiles: platform() === 'linux' && ports.run.driver !== 'process',
    execPath: process.execPath,
    nodeVersion,
  });
  let published: Promise<unknown> | undefined;
  const prepare = async (repository: string) => {
    if (repository !== HOST_REPOSITORY) return;
    published ??= base().then(made => publishHostBase(registry, HOST_REPOSITORY, made, `node${nodeVersion}`));
    await published.catch(error => {
      published = undefined;
      throw error;
    });
  };
  return { base, prepare };
}

async function startBuilds(
  ports: Ports,
  {
    parameters,
    opened,
    layers,
    bases,
  }: { parameters: Parameters; opened: OpenRegistry; layers: Layers; bases: Bases },
) {
  const data = await ports.data.folder('build');
  const { path: cacheFolder } = await data.folder('cache');
  const { path: npmFolder } = await data.folder('npm');
  const cache = await openLayerCache(cacheFolder, ports.blobs, ports.clock);
  const packages = await preparePackageRegistry(parameters.packageRegistry, npmFolder);
  const builder = await makeBuilder({
    ...ports,
    ...{ data, registry: opened.registry, layers, cache, bases, packages, nodeImage: parameters.nodeImage },
    resolve: name => ports.resolve(name),
    source: await sourceOf(ports),
    signingKeys: () => signingKeys(ports.client, ports.keys),
    version: manifest.version,
    limits: { runMs: RUN_MS, layerBytes: LAYER_BYTES, memoryBytes: parameters.buildMemoryBytes },
  });
  return {
    isHeld: cache.holds,
    controller: buildController({
      builder,
      client: ports.client,
      clock: ports.clock,
      secrets: packages.secrets,
      timeoutMs: parameters.buildTimeoutMs,
    }),
  };
}

/** Our own Git server knows the engine by its token; the Build's team was checked before (build/plan.ts). */
async function sourceOf(ports: Ports): Promise<BuilderOptions['source']> {
  const { path: cacheFolder } = await ports.data.folder('git');
  return async ({ url, revision }, { log, signal }) => {
    const { hostname } = new URL(url);
    const isInternal = hostname.endsWith('.slipway.internal');
    const remote = isInternal
      ? { address: ports.resolve(hostname), auth: { password: await ports.token() } }
      : { dial: 'outside' as const };
    const fetched = await fetchGit({ url, ...remote, revision, cacheFolder, signal });
    log.line(`source ${url} at ${fetched.revision}`);
    return { folder: fetched.folder, commit: fetched.revision };
  };
}

function collectEvery(
  ports: Ports,
  opened: OpenRegistry,
  isHeld: (digest: Digest) => boolean,
): AbortController {
  const stop = new AbortController();
  const collectOnce = async () => {
    const deleted = await opened.collect(isHeld);
    if (deleted > 0) ports.log.info('registry: unused blobs deleted', { count: deleted });
    const images = await collectImages({
      ...ports,
      layerAgeMs: DAY_MS,
      imageAgeMs: 30 * DAY_MS,
      deleteUnnamed: async digest => !isHeld(digest) && opened.deleteUnnamed(digest),
    });
    ports.log.debug('registry: images collected', { ...images });
  };
  const loop = async () => {
    for (;;) {
      await ports.clock.sleep(HOUR_MS, stop.signal);
      await collectOnce().catch(error =>
        ports.log.error('registry: collecting what is unused failed; in an hour again', {
          error: String(error),
        }),
      );
    }
  };
  // It ends only by the signal.
  loop().catch(() => {});
  return stop;
}

/** The first build should not wait for the host base; nor should the platform's start. */
function warmUp({ clock, log }: Ports, base: () => Promise<unknown>, signal: AbortSignal): void {
  clock
    .sleep(WARM_UP_MS, signal)
    .then(base)
    .catch(error => {
      if (!signal.aborted) log.warn('builder: the host base could not be made', { error: String(error) });
    });
}

/** Asks as a client would: through the listener, with a token. */
async function probe(ports: Ports, signal: AbortSignal): Promise<string> {
  const client = createRegistryClient({
    endpoint: () => ports.resolve(INTERNAL_REGISTRY),
    credentials: async () => ({ password: await ports.token() }),
    clock: ports.clock,
    attempts: 1,
  });
  try {
    const answer = await client.send(
      { registry: INTERNAL_REGISTRY, repository: HOST_REPOSITORY },
      { method: 'GET', path: '/v2/', signal },
    );
    answer.resume();
    if (answer.statusCode === 200) return `GET https://${INTERNAL_REGISTRY}/v2/ answered 200`;
    throw new Error(`GET https://${INTERNAL_REGISTRY}/v2/ answered ${answer.statusCode}`);
  } finally {
    client.close();
  }
}
