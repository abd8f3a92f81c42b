import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Folder, type Random, SlipwayError } from '@slipway/api';
import type { Address, Workers } from '@slipway/definition';
import type { Build } from '@slipway/kinds';
import { type Digest, hostPlatform, type ImageConfig, type Layers, parseReference } from '@slipway/oci';
import type { PodSandbox, Sandbox } from '@slipway/sandbox';
import type { Registry } from '../registry/registry.ts';
import { configOf, publish } from './assemble.ts';
import { type Bases, INTERNAL_REGISTRY } from './bases.ts';
import type { BuildLog } from './build-log.ts';
import { readStages } from './dockerfile/stages.ts';
import type { Base, BuildEnvironment } from './execute/environment.ts';
import type { BuildPod } from './execute/run.ts';
import { executeStages } from './execute/stages.ts';
import type { LayerCache } from './layer-cache.ts';
import { buildNetwork } from './network.ts';
import { CACHE_INSIDE, type PackageRegistry } from './package-registry.ts';
import { type Proofs, type ProveCall, prove, type SigningKeys } from './prove.ts';
import { chooseRecipe, type Recipe } from './recipe.ts';
import { packageFinder } from './sbom/find-packages.ts';
import type { BuildOrigin } from './sign/origin.ts';

export interface BuilderOptions {
  data: Folder;
  registry: Registry;
  layers: Layers;
  cache: LayerCache;
  bases: Bases;
  pool: Workers;
  run: Sandbox;
  clock: Clock;
  random: Random;
  packages: PackageRegistry;
  resolve(name: string): Address;
  /** The files of a revision in a folder that is only read; says in the log which revision it is. */
  source(
    git: Build['spec']['source']['git'],
    call: { log: BuildLog; signal: AbortSignal },
  ): Promise<FetchedSource>;
  signingKeys: SigningKeys;
  /** Of this program, for provenance. */
  version: string;
  limits: BuildEnvironment['limits'];
  /** `FROM` of a Node application without a Dockerfile. */
  nodeImage: string;
}

export interface FetchedSource {
  folder: string;
  /** What the revision was resolved to. */
  commit: string;
}

export interface BuildCall {
  spec: Build['spec'];
  origin: BuildOrigin;
  /** Whether this build may pull a repository of our own registry. */
  mayRead(repository: string): Promise<boolean>;
  log: BuildLog;
  signal: AbortSignal;
}

export interface Built extends Proofs {
  digest: Digest;
  recipe: Recipe['name'];
  image: string;
  commit: string;
}

export type Builder = (call: BuildCall) => Promise<Built>;

const HTTPS_PORT = 443;

/** Makes images: source → recipe → stages → registry. Nothing is visible in the registry before it is complete. */
export async function makeBuilder(options: BuilderOptions): Promise<Builder> {
  const work = await options.data.folder('work');
  // What an earlier run left half made.
  await rm(work.path, { recursive: true, force: true });
  await options.run.carry([HTTPS_PORT, ...options.packages.ports]);
  let addresses = 0;
  const find = packageFinder(options);

  return async call => {
    const { spec, log, signal } = call;
    const own = join(work.path, options.random.uuid());
    await mkdir(own, { recursive: true, mode: 0o700 });
    const startedAt = options.clock.now();
    const pod = lazyPod(options, log, () => nextAddress(++addresses));
    try {
      const { folder: fetched, commit } = await options.source(spec.source.git, call);
      const folder = contextIn(fetched, spec.source.path);
      const recipe = await chooseRecipe({
        folder,
        own,
        nodeImage: options.nodeImage,
        ...(spec.dockerfile === undefined ? {} : { dockerfile: spec.dockerfile }),
      });
      sayRecipe(log, recipe);
      const reference = parseReference(spec.image);
      const { registry, repository } = reference;
      const bases = new Map<string, Base>();
      const npmCache = await cacheFolder(options.data, repository);
      const state = await executeStages(environment(options, call, { npmCache, bases }), {
        file: readStages(recipe.dockerfile, {
          buildArgs: spec.buildArgs ?? {},
          ...(spec.target === undefined ? {} : { target: spec.target }),
        }),
        sources: recipe.sources,
        buildArgs: spec.buildArgs ?? {},
        platformArgs: platformArgs(),
        pod,
      });
      signal.throwIfAborted();
      const made = { ...options, spec, origin: call.origin, commit, recipe: recipe.name, startedAt };
      const { digest, proofs } = await publishProven(
        { ...made, find, reference, bases, layers: state.layers, keys: options.signingKeys },
        configOf(state),
      );
      sayMade(log, `${registry}/${repository}@${digest}`, proofs);
      return {
        ...{ digest, commit, recipe: recipe.name, image: `${INTERNAL_REGISTRY}/${repository}@${digest}` },
        ...proofs,
      };
    } finally {
      await pod.stop();
      await rm(own, { recursive: true, force: true });
    }
  };
}

/** The image, and what hangs on it before anybody sees it. */
async function publishProven(
  call: ProveCall,
  config: ImageConfig,
): Promise<{ digest: Digest; proofs: Proofs }> {
  let proofs: Proofs | undefined;
  const digest = await publish(call.registry, {
    repository: call.reference.repository,
    tags: [call.spec.tag ?? 'latest'],
    config,
    layers: call.layers,
    attach: async image => {
      proofs = await prove(call, image);
    },
  });
  if (!proofs) throw new Error(`image ${digest}: published without a bill of materials`);
  return { digest, proofs };
}

function sayMade(log: BuildLog, image: string, { sbom, signature, provenance }: Proofs): void {
  log.line(`image ${image}`);
  log.line(`sbom ${sbom.digest} (CycloneDX 1.6, npm packages: ${sbom.packages})`);
  if (signature) log.line(`signature ${signature.digest} (key ${signature.key})`);
  if (provenance) log.line(`provenance ${provenance.digest} (SLSA v1)`);
}

function contextIn(folder: string, path: string | undefined): string {
  if (path === undefined || path === '' || path === '.') return folder;
  if (path.split('/').includes('..') || path.startsWith('/')) {
    throw new SlipwayError(
      'SourceInvalid',
      `build: source.path ${JSON.stringify(path)}: leads out of the repository`,
    );
  }
  return join(folder, path);
}

function sayRecipe(log: BuildLog, { name, notes, dockerfile }: Recipe): void {
  log.line(`recipe ${name}`);
  for (const note of notes) log.line(`recipe ${note}`);
  if (name === 'dockerfile') return;
  log.line('recipe as a Dockerfile, to keep and change if you like:');
  for (const line of dockerfile.trimEnd().split('\n')) log.line(`  ${line}`);
}

/** One for each team: what one team's builds put there must not reach another's. */
async function cacheFolder(data: Folder, repository: string): Promise<string> {
  const [team = ''] = repository.split('/');
  const all = await data.folder('npm-cache');
  return (await all.folder(team)).path;
}

function environment(
  options: BuilderOptions,
  call: BuildCall,
  { npmCache, bases }: { npmCache: string; bases: Map<string, Base> },
): BuildEnvironment {
  const { layers, cache, pool, run, clock, random, limits, packages } = options;
  const { log, signal } = call;
  return {
    ...{ layers, cache, pool, run, clock, random, limits, log, signal },
    blobs: options.registry.blobs,
    base: async reference => {
      const how = { mayRead: call.mayRead, say: log.line, signal };
      const base = await options.bases.fetch(reference, how);
      bases.set(reference, base);
      return base;
    },
    secrets: {
      mounts: [...packages.mounts, { source: npmCache, target: CACHE_INSIDE, readOnly: false }],
      env: packages.env,
    },
  };
}

/** `TARGETPLATFORM` and its like, for who declares them (Docker's reference, "Automatic platform ARGs"). */
function platformArgs(): Map<string, string> {
  const { os, architecture } = hostPlatform();
  return new Map(
    ['TARGET', 'BUILD'].flatMap((prefix): [string, string][] => [
      [`${prefix}PLATFORM`, `${os}/${architecture}`],
      [`${prefix}OS`, os],
      [`${prefix}ARCH`, architecture],
      [`${prefix}VARIANT`, ''],
    ]),
  );
}

/** Pods of builds have a range of their own. */
function nextAddress(count: number): string {
  return `10.245.${Math.floor(count / 250) % 250}.${(count % 250) + 2}`;
}

function lazyPod(options: BuilderOptions, log: BuildLog, address: () => string): BuildPod {
  let made: Promise<PodSandbox> | undefined;
  const make = () =>
    options.run.pod({
      id: options.random.uuid(),
      hostname: 'build',
      address: address(),
      network: buildNetwork({ allowed: options.packages.hosts, resolve: options.resolve, log }),
      ports: [],
    });
  return {
    get: () => {
      made ??= make();
      return made;
    },
    stop: async () => {
      await (await made?.catch(() => undefined))?.stop();
    },
  };
}
