import type { AnyObject, Kind, Stored } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import type { Manifest } from '@slipway/render';
import type { Clusters, Reached } from '../clusters/clusters.ts';
import { type HealthJudge, healthJudge } from '../health/lua/custom-health.ts';
import type { ProjectRules } from '../project/project.ts';
import type { ArgoCdConfig } from '../settings/config.ts';
import type { ArgoCdSettings } from '../settings/settings.ts';
import { type ClusterCache, clusterCache } from './cluster-cache.ts';
import { type Jq, jqIn } from './diff/jq.ts';
import { type DiffMemo, diffMemo } from './diff-memo.ts';
import { type GitSources, gitSources } from './source/git-source.ts';
import { type SourceLoader, sourceLoader } from './source/load.ts';

/** What looking at Applications stands on. */
export interface DeskOptions {
  ports: Ports;
  settings: ArgoCdSettings;
  clusters: Clusters;
  /** Names of the platform's environments. */
  environments: string[];
  signal: AbortSignal;
}

/** What is kept between looks. */
export interface Desk extends DeskOptions {
  /** Repositories, for whoever reads them: what one fetched the others need not. */
  git: GitSources;
  loader: SourceLoader;
  memo: DiffMemo;
  jq: Jq;
  health: HealthJudge;
  /** The cache of a cluster; another one when its client is another one. */
  cacheOf(reached: Reached): ClusterCache;
  /** Counts changes of Argo CD's ConfigMaps and Secrets. */
  settingsVersion: number;
  /** Projects as they count now, by name. */
  projects: { version: string; rules: Map<string, Pick<ProjectRules, 'project' | 'projectClusters'>> };
  /** By Application, what its last look found. */
  last: Map<string, LastLook>;
  /** Applications of whose objects something changed, by instance name. */
  woken: Set<string>;
  /** When a revision that changes nothing is written: the next free moment. */
  nextSlotMs: number;
  /** Told when an instance has to be looked at. */
  wake: (instance: string) => void;
}

/** What decided over a look, so that an equal one is not made again. */
export interface LastLook {
  atMs: number;
  spec: string;
  /** Versions of the settings and of all projects. */
  settings: string;
  reached: Reached;
  manifests: Manifest[];
  /** A revision that changed nothing waits to be written until then. */
  writeAtMs?: number;
}

/** What of the platform decides beside the Application: read from caches, or asked for. */
export interface Around {
  projects: Stored<AnyObject>[];
  repositories: Stored<Repository>[];
}

export function openDesk(options: DeskOptions): Desk {
  const { ports, settings, signal } = options;
  const caches = new Map<string, { reached: Reached; cache: ClusterCache }>();
  const git = gitSources(ports, settings.credentialsFor);
  const loader = sourceLoader(ports, settings, git);
  signal.addEventListener('abort', () => loader.close(), { once: true });
  const desk: Desk = {
    ...options,
    git,
    loader,
    memo: diffMemo(),
    jq: jqIn(() => ports.pool, ports.clock),
    health: lazyHealth(options),
    settingsVersion: 0,
    projects: { version: '', rules: new Map() },
    last: new Map(),
    woken: new Set(),
    nextSlotMs: 0,
    wake: () => {},
    cacheOf: reached => {
      const held = caches.get(reached.cluster.server);
      if (held?.reached.client === reached.client) return held.cache;
      const cache = clusterCache({
        client: reached.client,
        clock: ports.clock,
        log: ports.log,
        signal: AbortSignal.any([reached.signal, signal]),
        tracking: () => settings.config(),
        isExcluded: (kind: Kind) => settings.isExcluded(kind, reached.cluster.server),
        ignoredUpdates: kind => ignoredUpdates(settings.config(), kind),
        changed: instance => {
          desk.woken.add(instance);
          desk.wake(instance);
        },
      });
      caches.set(reached.cluster.server, { reached, cache });
      return cache;
    },
  };
  const end = settings.onChange(() => {
    desk.settingsVersion++;
  });
  signal.addEventListener('abort', end, { once: true });
  return desk;
}

function ignoredUpdates(
  { resourceOverrides, ignoresUpdates }: ArgoCdConfig,
  { group, kind }: Kind,
): string[] {
  if (!ignoresUpdates) return [];
  const names = ['*/*', group === '' ? kind : `${group}/${kind}`];
  return names.flatMap(name => resourceOverrides[name]?.ignoreResourceUpdates.jsonPointers ?? []);
}

/** The pool is asked for only when a script has to run. */
function lazyHealth({ ports, settings }: DeskOptions): HealthJudge {
  return healthJudge({
    pool: { run: work => ports.pool.run(work) },
    overrides: () => settings.config().resourceOverrides,
  });
}
