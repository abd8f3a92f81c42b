import type { AnyObject, Stored } from '@slipway/api';
import { AppProject } from '@slipway/kinds';
import type { KnownResource } from '../../application/compare.ts';
import { CONTROL_NAMESPACE, trackedBy } from '../../application/tracking.ts';
import type { Reached } from '../../clusters/clusters.ts';
import { healthOf } from '../../health/health.ts';
import { isOrphan, watchesOrphans } from '../../project/orphans.ts';
import { projectSpecOf } from '../../project/spec.ts';
import { projectOf, type StoredApplication } from '../application-access.ts';
import type { RestState } from '../exchange.ts';
import { buildTree, identityOf, isOwnedBySomebody, refOf } from './build-tree.ts';
import { liveObjects } from './live-objects.ts';
import type { ApplicationTree, ResourceNode } from './node.ts';

/** An Application's tree, and the cluster it stands in. */
export interface Tree extends ApplicationTree {
  reached: Reached;
  /** What lives there, by uid. */
  live: Map<string, Stored<AnyObject>>;
}

/** What the Application's objects are now, and what came of them. */
export async function treeOf(state: RestState, application: StoredApplication): Promise<Tree> {
  const { desk } = state;
  const destination = (application.spec?.destination ?? {}) as Record<string, string>;
  const reached = desk.clusters.clientFor(destination);
  const resources = (application.status?.resources ?? []) as KnownResource[];
  const namespaces = new Set([destination.namespace, ...resources.map(({ namespace }) => namespace)]);
  const live = await liveObjects(
    reached.client,
    resources,
    [...namespaces].flatMap(namespace => namespace || []),
  );
  const judged = await desk.health.judge(live);
  const healths = new Map(live.map((object, at) => [object.metadata.uid, judged[at]]));
  const nodes = buildTree({ resources, live, healthOf: object => healths.get(object.metadata.uid) });
  const orphans = await orphansOf(state, application, live, nodes);
  return {
    nodes,
    ...(orphans.length > 0 ? { orphanedNodes: orphans } : {}),
    reached,
    live: new Map(live.map(object => [object.metadata.uid, object])),
  };
}

/** Objects that no Application delivers and nothing owns, where the project looks for such. */
async function orphansOf(
  { desk: { ports } }: RestState,
  application: StoredApplication,
  live: Stored<AnyObject>[],
  nodes: ResourceNode[],
): Promise<ResourceNode[]> {
  const key = { namespace: CONTROL_NAMESPACE, name: projectOf(application) };
  const project = await ports.client.find(AppProject, key);
  const spec = project ? projectSpecOf(project) : {};
  if (!watchesOrphans(spec).watches) return [];
  const known = new Set(nodes.map(identityOf));
  const orphans = live.filter(object => {
    const { group = '', kind, namespace = '', name } = refOf(object);
    if (known.has(identityOf({ group, kind, namespace, name })) || trackedBy(object)) return false;
    return !isOwnedBySomebody(object) && isOrphan(spec, { group, kind, namespace, name });
  });
  return buildTree({ resources: orphans.map(refOf), live: orphans, healthOf });
}
