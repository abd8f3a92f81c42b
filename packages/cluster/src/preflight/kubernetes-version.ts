import { parseConstraint, parseVersion, satisfies } from '@slipway/render';
import type { ClusterComponent, ClusterPlan } from '../plan-cluster.ts';
import { type Around, componentObjects, groupedByKind } from './look-around.ts';
import { named, type Obstacle } from './obstacle.ts';
import { removedApi } from './removed-apis.ts';

/** Releases that do not run on this version of Kubernetes, and API versions that it took away. */
export function versionObstacles(
  { components }: Pick<ClusterPlan, 'components'>,
  { version }: Pick<Around, 'version'>,
): Obstacle[] {
  return components.flatMap(component => [
    ...tooOld(component, version),
    ...removed(component, minorOf(version)),
  ]);
}

function tooOld({ id, version: own, kubernetes }: ClusterComponent, version: string): Obstacle[] {
  if (kubernetes === undefined || runsOn(kubernetes, version)) return [];
  return [
    {
      check: 'kubernetes',
      what: `${id} ${own} needs Kubernetes ${kubernetes}`,
      where: `the cluster has ${version}`,
      advice: `upgrade the cluster, or take another release: slipway upgrade ${id} --to VERSION`,
    },
  ];
}

/** What a provider adds to a version (`v1.31.2-gke.10`, `v1.30.4+k3s1`) makes it no earlier one. */
function runsOn(constraint: string, version: string): boolean {
  const { major, minor, patch } = parseVersion(version);
  const plain = parseVersion(`${major}.${minor}.${patch}`);
  return satisfies(plain, parseConstraint(constraint));
}

export function minorOf(version: string): number {
  return Number(parseVersion(version).minor);
}

function removed(component: ClusterComponent, minor: number): Obstacle[] {
  return [...groupedByKind(componentObjects(component)).values()].flatMap(objects => {
    const [first] = objects;
    const gone = first && removedApi(first.apiVersion, first.kind, minor);
    if (!first || !gone) return [];
    const names = named(objects.map(({ metadata }) => metadata.name ?? ''));
    return [
      {
        check: 'kubernetes' as const,
        what: `${component.id} ${component.version} uses ${first.apiVersion} ${first.kind}, which Kubernetes took away in ${gone.since}${gone.instead ? ` (${gone.instead} is there instead)` : ''}`,
        where: names,
        advice: `take a release that knows this version of Kubernetes: slipway upgrade ${component.id}`,
      },
    ];
  });
}
