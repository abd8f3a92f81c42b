import { KustomizeError } from '../kustomize-error.ts';
import { compareGvk, type Gvk, isSelected } from '../resource/resource-id.ts';

/** A field of some kinds, where a transformer writes. */
export interface FieldSpec extends Gvk {
  path: string;
  create: boolean;
}

/** Adds specs that are not there yet, as `FsSlice.MergeAll`. */
export function mergeFieldSpecs(own: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] {
  const result = [...own];
  for (const spec of more) {
    const same = result.find(each => each.path === spec.path && isSelected(each, spec));
    if (same && same.create !== spec.create) throw new KustomizeError('conflicting fieldspecs');
    if (!same) result.push(spec);
  }
  return result;
}

export function sortFieldSpecs(specs: FieldSpec[]): FieldSpec[] {
  return specs.sort(compareGvk);
}

/** A path split at slashes; `\/` is a slash within a name (`PathSplitter`). */
export function splitFieldPath(path: string, delimiter: string): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.endsWith('\\') !== true) {
      result.push(part);
      continue;
    }
    result[result.length - 1] = `${last.slice(0, -1)}${delimiter}${part}`;
  }
  return result;
}

/** The same for paths with dots; what stands in brackets stays together (`SmarterPathSplitter`). */
export function splitDottedPath(path: string): string[] {
  const parts = splitFieldPath(path, '.');
  const result: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const end = parts.findIndex((other, index) => index > at && other.endsWith(']'));
    const last = end < 0 ? parts.length - 1 : end;
    const joined = parts.slice(at, last + 1).join('.');
    at = last;
    result.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}
