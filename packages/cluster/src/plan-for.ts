import type { AnyObject } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Catalogue, Lock, Release, Selection, SourceFile } from '@slipway/definition';
import { clusterFacts } from './cluster-facts.ts';
import { type ClusterPlan, planCluster, type RenderCache } from './plan-cluster.ts';
import { releaseFiles, type Sources } from './release-files.ts';
import { lockReleases } from './release-lock.ts';

export interface PlanForInput {
  client: Client;
  selection: Selection;
  catalogue: Catalogue;
  lock: Lock;
  sources: Sources;
  /** CRDs of the platform's own kinds. */
  definitions: AnyObject[];
  rendered?: RenderCache;
}

/**
 * The plan of a selection for the cluster behind `client`: releases as the lock has them, their files brought and checked.
 * @throws as `lockReleases`, `releaseFiles` and `planCluster`
 */
export async function planFor({ client, sources, ...input }: PlanForInput): Promise<ClusterPlan> {
  const { lock, releases } = lockReleases(input.selection, input.lock);
  const cluster = await clusterFacts(client);
  return planCluster({ ...input, lock, cluster, releases: await filesOf(releases, sources) });
}

/** One after the other: a slow source is seen by its name, and memory holds one archive at a time. */
async function filesOf(
  releases: Map<string, Release>,
  sources: Sources,
): Promise<Map<string, { release: Release; files: SourceFile[] }>> {
  const found = new Map<string, { release: Release; files: SourceFile[] }>();
  for (const [id, release] of releases)
    found.set(id, { release, files: await releaseFiles(release, sources) });
  return found;
}
