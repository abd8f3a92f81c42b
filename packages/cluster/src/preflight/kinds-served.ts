import type { AnyObject } from '@slipway/api';
import type { ClusterPlan } from '../plan-cluster.ts';
import { minorOf } from './kubernetes-version.ts';
import { type Around, componentObjects, groupedByKind } from './look-around.ts';
import { named, type Obstacle } from './obstacle.ts';
import { removedApi } from './removed-apis.ts';

type Definition = {
  group: string;
  names: { kind: string };
  versions: { name: string; served: boolean }[];
};

/** Kinds of objects that neither the cluster nor a CRD of the plan serves in their version. */
export function kindObstacles({ base, components }: ClusterPlan, around: Around): Obstacle[] {
  const objects = [...base, ...components.flatMap(componentObjects)];
  const brought = broughtBy(objects);
  return components.flatMap(component =>
    [...groupedByKind(componentObjects(component))].flatMap(([name, [first, ...more]]) => {
      if (!first || around.kinds.has(name) || brought.get(groupKind(first))?.includes(versionOf(first)))
        return [];
      if (removedApi(first.apiVersion, first.kind, minorOf(around.version))) return [];
      const others = brought.get(groupKind(first)) ?? servedVersions(first, around);
      const names = [first, ...more].map(({ metadata }) => metadata.name ?? '');
      return [
        {
          check: 'kind' as const,
          what: `nothing serves ${first.kind} of ${first.apiVersion}${others.length > 0 ? ` (served: ${others.join(', ')})` : ''}`,
          where: `${component.id}: ${named(names)}`,
          advice:
            others.length > 0
              ? `take a release of ${component.id} that fits: slipway upgrade ${component.id} --to VERSION`
              : 'choose a technology that brings its CRD, or install that CRD',
        },
      ];
    }),
  );
}

/** Versions that CRDs of a plan serve, by `group/Kind`. */
function broughtBy(objects: AnyObject[]): Map<string, string[]> {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  return new Map(
    definitions.map(({ spec }) => {
      const { group, names, versions } = spec as unknown as Definition;
      const served = versions.filter(each => each.served).map(({ name }) => name);
      return [`${group}/${names.kind}`, served] as const;
    }),
  );
}

function servedVersions({ apiVersion, kind }: AnyObject, { apiVersions }: Around): string[] {
  const group = apiVersion.includes('/') ? `${apiVersion.split('/')[0]}/` : '';
  return [...apiVersions]
    .filter(each => each.startsWith(group) && each.endsWith(`/${kind}`))
    .map(each => each.slice(group.length, -kind.length - 1))
    .filter(version => version !== '' && !version.includes('/'));
}

function groupKind({ apiVersion, kind }: AnyObject): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`;
}

function versionOf({ apiVersion }: AnyObject): string {
  return apiVersion.split('/').at(-1) ?? '';
}
