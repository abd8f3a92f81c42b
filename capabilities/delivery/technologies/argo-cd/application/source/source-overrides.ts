import { messageOf } from '@slipway/api';
import { parseYaml, type SourceReader } from '@slipway/render';
import { readSource } from './read-source.ts';
import { sourceProblems } from './source-problems.ts';
import type { SourceSpec } from './spec.ts';

type Raw = Record<string, unknown>;

/** Fields that a file in the repository cannot change. */
const FIXED = ['chart', 'path', 'repoURL', 'targetRevision'];

/**
 * The source with what `.argocd-source.yaml` and `.argocd-source-<application>.yaml` of its folder say (merge patches).
 * @throws Error naming the file, or the field that is not supported
 */
export async function withOverrides(
  source: SourceSpec,
  reader: SourceReader,
  instance: string,
): Promise<SourceSpec> {
  const folder = source.path === '' || source.path === '.' ? '' : `${source.path.replace(/\/+$/, '')}/`;
  let merged: Raw | undefined;
  for (const name of ['.argocd-source.yaml', `.argocd-source-${instance}.yaml`]) {
    const data = await reader.read(`${folder}${name}`);
    if (!data) continue;
    merged = mergePatch(merged ?? source.raw, patchOf(data, name)) as Raw;
  }
  if (!merged) return source;
  for (const field of FIXED) {
    delete merged[field];
    if (source.raw[field] !== undefined) merged[field] = source.raw[field];
  }
  const [problem] = sourceProblems(merged);
  if (problem) throw new Error(`error while parsing source parameters: ${problem}`);
  return readSource(merged);
}

function patchOf(data: Uint8Array, name: string): unknown {
  try {
    return parseYaml(new TextDecoder().decode(data), name)[0]?.value ?? null;
  } catch (error) {
    throw new Error(`error while parsing source parameters: ${messageOf(error)}`);
  }
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Raw = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    if (value !== null) merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isMap(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
