import type { AnyObject } from '@slipway/api';
import { parseYaml } from '@slipway/render';
import { isMap } from './merge-template.ts';

/** Lists of metadata that a patch adds to; every other list of an Application is replaced. */
const ADDED_TO = new Set(['metadata.finalizers']);

/**
 * An Application with a `templatePatch` laid over it: a strategic merge patch in which null takes away.
 * `spec.project` stays what the template made it, so that a patch cannot leave the project.
 * @throws Error with Argo CD's words
 */
export function applyTemplatePatch(application: AnyObject, patch: string): AnyObject {
  const value = readPatch(patch);
  if (value === undefined || value === null) return application;
  if (!isMap(value)) throw new Error(`invalid templatePatch ${JSON.stringify(patch)}: it is no object`);
  const patched = merge(application, value, '') as AnyObject;
  const project = application.spec?.project;
  return { ...patched, spec: { ...patched.spec, ...(project === undefined ? {} : { project }) } };
}

function readPatch(patch: string): unknown {
  try {
    return parseYaml(patch, 'templatePatch')[0]?.value;
  } catch (error) {
    throw new Error(
      `error while converting template to json ${JSON.stringify(patch)}: ${(error as Error).message}`,
    );
  }
}

function merge(target: unknown, patch: unknown, path: string): unknown {
  if (Array.isArray(patch)) return ADDED_TO.has(path) ? union(target, patch) : patch;
  if (!isMap(patch)) return patch;
  const { $patch: directive, ...fields } = patch;
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return withoutNulls(fields);
  refuseDirectives(fields, directive);
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(fields)) {
    const next = value === null ? undefined : merge(merged[key], value, path ? `${path}.${key}` : key);
    if (next === undefined) delete merged[key];
    if (next !== undefined) merged[key] = next;
  }
  return merged;
}

function refuseDirectives(fields: object, directive: unknown): void {
  const unknown = Object.keys(fields).find(key => key.startsWith('$'));
  if (unknown) throw new Error(`templatePatch: ${unknown} is not supported by this engine`);
  if (directive !== undefined && directive !== 'merge')
    throw new Error(`templatePatch: unknown patch type: ${String(directive)}`);
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The patch's own come first, as a strategic merge orders them. */
function union(target: unknown, added: unknown[]): unknown[] {
  const present = Array.isArray(target) ? target : [];
  return [...added, ...present.filter(each => !added.includes(each))];
}
