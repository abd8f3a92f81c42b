import { readFileSync } from 'node:fs';
import { parseApiVersion } from '@slipway/api';
import { createRegistry, type Registry, type ResourceInfo } from './schema/index.ts';

/** Recorded answers of the real server (testdata/facts). */
export function facts<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../testdata/facts/${name}.json`, import.meta.url), 'utf8')) as T;
}

const registry = createRegistry();

/** A built-in resource by `apps/v1/deployments`. */
export function resource(text: string, from: Registry = registry): ResourceInfo {
  const slash = text.lastIndexOf('/');
  const { group, version } = parseApiVersion(text.slice(0, slash));
  const found = from.byPath(group, version, text.slice(slash + 1));
  if (!found) throw new RangeError(`no resource ${text}`);
  return found;
}

/** The resource that a path of a collection addresses. */
export function resourceAt(path: string, from: Registry = registry): ResourceInfo {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/[^/]+)?\/([^/]+)$/.exec(path);
  const [, group, version = '', plural = ''] = match ?? [];
  return resource(`${group ? `${group}/` : ''}${version}/${plural}`, from);
}

/** A copy that has been through JSON: absent and undefined are one. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
