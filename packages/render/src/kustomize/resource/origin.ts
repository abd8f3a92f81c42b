import { scalarLook } from '../../yaml/scalar-style.ts';
import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import { joinPath } from '../load/path.ts';
import { parseRepository } from '../load/repository-url.ts';
import { readDocument } from '../node/read-document.ts';
import { fieldOf, isNull, type YNode } from '../node/y-node.ts';
import { ORIGIN, TRANSFORMATIONS } from './build-annotations.ts';
import type { Resource } from './resource.ts';

/** Where a resource comes from, or what changed it (`buildMetadata`). */
export interface Origin {
  path?: string;
  repo?: string;
  ref?: string;
  configuredIn?: string;
  configuredBy?: { apiVersion?: string; kind?: string; name?: string; namespace?: string };
}

const NO_LIMIT = { left: 10_000 };

/** The same place, one path further; a remote path starts anew. */
export function furtherOrigin(origin: Origin, path: string): Origin {
  const remote = parseRepository(path);
  if (!remote) return { ...origin, path: joinPath(origin.path ?? '', path) };
  const ref = remote.ref === undefined ? {} : { ref: remote.ref };
  // The root of a repository has no path of its own; kustomize then names the place it has not cloned to.
  return { repo: remote.url, ...ref, path: joinPath(remote.folder) || 'notCloned' };
}

/** What a generator or transformer of one's own configuration is noted as. */
export function configuredOrigin(resource: Resource): Origin | undefined {
  const origin = originOf(resource);
  if (!origin) return undefined;
  const { repo, ref, path } = origin;
  const by = {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: resource.name,
    namespace: resource.namespace,
  };
  return { ...withoutEmpty({ repo, ref, configuredIn: path }), configuredBy: withoutEmpty(by) };
}

function withoutEmpty(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => (field[1] ?? '') !== ''),
  );
}

export function originText(origin: Origin): string {
  const lines = linesOf(origin);
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

const ORDER = ['path', 'repo', 'ref', 'configuredIn'] as const;
const BY_ORDER = ['apiVersion', 'kind', 'name', 'namespace'] as const;

function linesOf(origin: Origin): string[] {
  const lines = ORDER.flatMap(field => lineOf(field, origin[field]));
  const by = BY_ORDER.flatMap(field => lineOf(`  ${field}`, origin.configuredBy?.[field]));
  return by.length === 0 ? lines : [...lines, 'configuredBy:', ...by];
}

function lineOf(field: string, value: string | undefined): string[] {
  if (value === undefined || value === '') return [];
  if (scalarLook(value, '1.2').style === 'plain') return [`${field}: ${value}`];
  return [`${field}: ${stringifyYaml(value, { style: 'pretty' }).trimEnd()}`];
}

export function originOf(resource: Resource): Origin | undefined {
  const text = resource.annotation(ORIGIN);
  return text === undefined ? undefined : parsed(readDocument(text, { ...NO_LIMIT }));
}

export function setOrigin(resource: Resource, origin: Origin | undefined): void {
  const annotations = resource.annotations();
  annotations.delete(ORIGIN);
  if (origin) annotations.set(ORIGIN, originText(origin));
  resource.setAnnotations(annotations);
}

export function transformationsOf(resource: Resource): Origin[] {
  const text = resource.annotation(TRANSFORMATIONS);
  if (text === undefined) return [];
  return readDocument(text, { ...NO_LIMIT })?.content.map(parsed) ?? [];
}

export function setTransformations(resource: Resource, origins: Origin[]): void {
  const annotations = resource.annotations();
  annotations.delete(TRANSFORMATIONS);
  if (origins.length > 0)
    annotations.set(TRANSFORMATIONS, origins.map(origin => `- ${linesOf(origin).join('\n  ')}\n`).join(''));
  resource.setAnnotations(annotations);
}

function parsed(node: YNode | undefined): Origin {
  const texts = (from: YNode | undefined, fields: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      fields.flatMap(field => {
        const value = fieldOf(from, field);
        return value === undefined || isNull(value) ? [] : [[field, value.value] as const];
      }),
    );
  const by = fieldOf(node, 'configuredBy');
  return { ...texts(node, ORDER), ...(by ? { configuredBy: texts(by, BY_ORDER) } : {}) };
}
