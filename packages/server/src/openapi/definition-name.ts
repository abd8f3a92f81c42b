import type { Kind } from '@slipway/api';
import { builtInDefinitions, type ResourceInfo } from '../schema/index.ts';

/** Name of a kind's definition: `io.k8s.api.apps.v1.Deployment`, or `com.example.v1.Foo` for a CRD's. */
export function definitionName(info: Pick<ResourceInfo, 'custom' | 'kind'>, suffix = ''): string {
  const { group, version, kind } = info.kind;
  if (!info.custom) return builtInName(info.kind, suffix);
  return `${group.split('.').reverse().join('.')}.${version}.${kind}${suffix}`;
}

let names: Map<string, string> | undefined;

function builtInName({ group, version, kind }: Kind, suffix: string): string {
  names ??= indexed();
  return names.get(`${group}/${version}/${kind}${suffix}`) ?? '';
}

function indexed(): Map<string, string> {
  return new Map(
    Object.entries(builtInDefinitions()).flatMap(([name, schema]) =>
      (schema['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }): [string, string] => [
        `${group}/${version}/${kind}`,
        name,
      ]),
    ),
  );
}
