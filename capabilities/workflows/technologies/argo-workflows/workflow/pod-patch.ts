import { SlipwayError } from '@slipway/api';
import type { PodSpec } from '@slipway/kinds';
import { parseYaml } from '@slipway/render';

/** Lists of a pod that a strategic merge patch merges by a key; all others are replaced. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  resourceClaims: 'name',
};

/**
 * Applies `podSpecPatch`, YAML or JSON text (a strategic merge patch).
 * @throws SlipwayError InvalidPodSpecPatch
 */
export function patchPodSpec(spec: PodSpec, text: string): PodSpec {
  const patch = parsed(text);
  if (!patch || typeof patch !== 'object' || Array.isArray(patch)) {
    throw new SlipwayError(
      'InvalidPodSpecPatch',
      `podSpecPatch is no map: ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
  return merge(spec, patch, '') as PodSpec;
}

function parsed(text: string): unknown {
  try {
    return parseYaml(text, 'podSpecPatch')[0]?.value;
  } catch (cause) {
    throw new SlipwayError(
      'InvalidPodSpecPatch',
      `podSpecPatch is neither YAML nor JSON: ${JSON.stringify(text.slice(0, 80))}`,
      { cause },
    );
  }
}

type Fields = Record<string, unknown>;
const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(target: unknown, patch: unknown, field: string): unknown {
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, field);
  if (!isMap(patch)) return patch;
  const result: Fields = { ...(isMap(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (key !== '$patch') result[key] = merge(result[key], value, key);
  }
  return result;
}

function mergeList(target: unknown[], patch: unknown[], field: string): unknown[] {
  const key = MERGE_KEYS[field];
  if (key === undefined) return patch;
  const result = [...target];
  for (const item of patch) {
    const index = result.findIndex(existing => isMap(existing) && isMap(item) && existing[key] === item[key]);
    if (isMap(item) && item.$patch === 'delete') result.splice(index, index < 0 ? 0 : 1);
    else if (index < 0) result.push(item);
    else result[index] = merge(result[index], item, '');
  }
  return result;
}
