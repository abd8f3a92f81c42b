import { type AnyObject, type Kind, parseApiVersion } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Manifest } from '@slipway/render';
import type { ApplicationCondition, ApplicationSpec } from './spec.ts';
import { isDeleteHook } from './sync/hook-types.ts';
import { type ApplicationName, type Tracking, tracked } from './tracking.ts';

/** An object as it is applied: with its namespace, and with what says whose it is. */
export interface Target {
  kind: Kind;
  object: AnyObject;
  kindMissing: boolean;
}

export interface TargetInput {
  application: ApplicationName;
  spec: ApplicationSpec;
  manifests: Manifest[];
  client: Client;
  tracking: Tracking;
  isExcluded(kind: Kind): boolean;
}

export interface Targets {
  targets: Target[];
  conditions: ApplicationCondition[];
  hasPreDeleteHooks: boolean;
  hasPostDeleteHooks: boolean;
}

/** The sources' objects, each once, without kinds that the settings leave out (state.go, NormalizeTargetObjects). */
export async function prepareTargets(input: TargetInput): Promise<Targets> {
  const conditions: ApplicationCondition[] = [];
  const byKey = new Map<string, Target[]>();
  for (const [index, manifest] of input.manifests.entries()) {
    const target = await prepare(manifest.object, input);
    const key = keyText(target, index);
    byKey.set(key, [...(byKey.get(key) ?? []), target]);
  }
  const targets: Target[] = [];
  for (const [key, same] of byKey) {
    const last = same.at(-1);
    if (same.length > 1)
      conditions.push({
        type: 'RepeatedResourceWarning',
        message: `Resource ${key} appeared ${same.length} times among application resources.`,
      });
    if (last && input.isExcluded(last.kind)) {
      const { kind, object } = last;
      const message = `Resource ${kind.group}/${kind.kind} ${object.metadata.name} is excluded in the settings`;
      conditions.push({ type: 'ExcludedResourceWarning', message });
    } else if (last) targets.push(last);
  }
  return {
    targets,
    conditions,
    hasPreDeleteHooks: targets.some(({ object }) => isDeleteHook(object, 'PreDelete')),
    hasPostDeleteHooks: targets.some(({ object }) => isDeleteHook(object, 'PostDelete')),
  };
}

async function prepare(
  object: AnyObject,
  { application, spec, client, tracking }: TargetInput,
): Promise<Target> {
  const found = await client.discover(object.apiVersion, object.kind);
  const unknown = { ...parseApiVersion(object.apiVersion), kind: object.kind, plural: '', namespaced: true };
  const kind = found ?? unknown;
  const { namespace: given, ...metadata } = object.metadata;
  const namespace = kind.namespaced ? given || spec.destination.namespace : '';
  const placed = { ...object, metadata: { ...metadata, ...(namespace ? { namespace } : {}) } };
  return {
    kind,
    kindMissing: !found,
    object: tracked(placed, application, spec.destination.namespace, tracking),
  };
}

function keyText({ kind, object }: Target, index: number): string {
  const { name, generateName = '', namespace = '' } = object.metadata;
  return `${kind.group}/${kind.kind}/${namespace}/${name || `${generateName}${index}`}`;
}
