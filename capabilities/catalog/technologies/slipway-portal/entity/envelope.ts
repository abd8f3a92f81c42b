import { SlipwayError } from '@slipway/api';
import type { BackstageEntity } from '@slipway/kinds';

/** A reference to an entity, always complete and in lower case but for the name as written. */
export interface EntityRef {
  kind: string;
  namespace: string;
  name: string;
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9\-_.]{0,61}[A-Za-z0-9])?$/;
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TAG = /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/;
const LABEL_KEY =
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Required fields of `spec` by kind (Backstage's descriptor format). */
const REQUIRED: Record<string, string[]> = {
  component: ['type', 'lifecycle', 'owner'],
  api: ['type', 'lifecycle', 'owner', 'definition'],
  resource: ['type', 'owner'],
  system: ['owner'],
  domain: ['owner'],
  group: ['type', 'children'],
  user: ['memberOf'],
  location: [],
  template: ['type', 'steps'],
};

/**
 * Checks an entity as Backstage's catalog does.
 * @throws SlipwayError InvalidEntity that names the field, what was found and what is allowed
 */
export function checkEntity(value: unknown): BackstageEntity {
  const entity = fieldsOf(value, 'entity') as unknown as BackstageEntity;
  const { apiVersion, kind, metadata } = entity;
  if (typeof kind !== 'string' || !/^[A-Za-z][A-Za-z0-9]*$/.test(kind))
    throw invalid('kind', kind, 'a word like Component');
  const required = REQUIRED[kind.toLowerCase()];
  if (!required) throw invalid('kind', kind, `one of ${Object.keys(REQUIRED).join(', ')}`);
  const versions =
    kind.toLowerCase() === 'template'
      ? ['scaffolder.backstage.io/v1beta3']
      : ['backstage.io/v1alpha1', 'backstage.io/v1beta1'];
  if (!versions.includes(apiVersion)) throw invalid('apiVersion', apiVersion, versions.join(' or '));
  checkMetadata(fieldsOf(metadata, 'metadata'));
  const spec = required.length > 0 ? fieldsOf(entity.spec, 'spec') : {};
  for (const field of required)
    if (spec[field] === undefined || spec[field] === '')
      throw invalid(`spec.${field}`, spec[field], 'a value; it is required');
  checkSpec(kind, spec);
  return entity;
}

function checkMetadata(metadata: Record<string, unknown>): void {
  const { name, namespace, labels, annotations, tags, links, title } = metadata;
  if (typeof name !== 'string' || !NAME.test(name))
    throw invalid(
      'metadata.name',
      name,
      '1 to 63 letters, digits, - _ or ., with a letter or digit at both ends',
    );
  if (namespace !== undefined && (typeof namespace !== 'string' || !NAMESPACE.test(namespace)))
    throw invalid('metadata.namespace', namespace, 'a DNS label');
  if (title !== undefined && typeof title !== 'string') throw invalid('metadata.title', title, 'a text');
  for (const [key, value] of Object.entries(
    labels === undefined ? {} : fieldsOf(labels, 'metadata.labels'),
  )) {
    if (!LABEL_KEY.test(key) || typeof value !== 'string')
      throw invalid(`metadata.labels.${key}`, value, 'a label’s key with a text');
  }
  for (const [key, value] of Object.entries(
    annotations === undefined ? {} : fieldsOf(annotations, 'metadata.annotations'),
  )) {
    if (!LABEL_KEY.test(key) || typeof value !== 'string')
      throw invalid(`metadata.annotations.${key}`, value, 'an annotation’s key with a text');
  }
  for (const [index, tag] of listOf(tags, 'metadata.tags').entries()) {
    if (typeof tag !== 'string' || !TAG.test(tag) || tag.length > 63)
      throw invalid(`metadata.tags[${index}]`, tag, 'lower-case letters, digits, : + # joined by -');
  }
  for (const [index, link] of listOf(links, 'metadata.links').entries()) {
    const { url } = fieldsOf(link, `metadata.links[${index}]`);
    if (typeof url !== 'string' || !/^(https?|mailto):/.test(url))
      throw invalid(`metadata.links[${index}].url`, url, 'an http(s) or mailto URL');
  }
}

/** Texts that must be texts, and lists of references that must be lists. */
function checkSpec(kind: string, spec: Record<string, unknown>): void {
  for (const field of [
    'type',
    'lifecycle',
    'owner',
    'system',
    'domain',
    'subcomponentOf',
    'subdomainOf',
    'parent',
  ]) {
    if (spec[field] !== undefined && typeof spec[field] !== 'string')
      throw invalid(`spec.${field}`, spec[field], 'a text');
  }
  for (const field of [
    'providesApis',
    'consumesApis',
    'dependsOn',
    'dependencyOf',
    'children',
    'members',
    'memberOf',
    'targets',
  ]) {
    const list = listOf(spec[field], `spec.${field}`);
    const wrong = list.find(item => typeof item !== 'string');
    if (wrong !== undefined) throw invalid(`spec.${field}`, wrong, 'a list of texts');
  }
  if (kind.toLowerCase() === 'template' && listOf(spec.steps, 'spec.steps').length === 0)
    throw invalid('spec.steps', spec.steps, 'at least one step');
}

function fieldsOf(value: unknown, field: string): Record<string, unknown> {
  if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(field, value, 'a map');
}

function listOf(value: unknown, field: string): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw invalid(field, value, 'a list');
}

function invalid(field: string, found: unknown, allowed: string): SlipwayError {
  return new SlipwayError(
    'InvalidEntity',
    `${field}: found ${JSON.stringify(found) ?? 'nothing'}; ${allowed} is allowed`,
  );
}

/** Parses `[kind:][namespace/]name`. @throws SlipwayError InvalidEntity */
export function parseRef(text: string, defaults: { kind?: string; namespace?: string } = {}): EntityRef {
  const match = /^(?:([^:/]+):)?(?:([^:/]+)\/)?([^:/]+)$/.exec(text);
  const kind = match?.[1] ?? defaults.kind;
  if (!match?.[3] || !kind)
    throw new SlipwayError(
      'InvalidEntity',
      `entity reference ${JSON.stringify(text)}: [kind:][namespace/]name is allowed`,
    );
  return {
    kind: kind.toLowerCase(),
    namespace: (match[2] ?? defaults.namespace ?? 'default').toLowerCase(),
    name: match[3],
  };
}

/** `component:default/shop`: what references compare by. */
export function refText({ kind, namespace, name }: EntityRef): string {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

export function refOf({ kind, metadata }: BackstageEntity): EntityRef {
  return {
    kind: kind.toLowerCase(),
    namespace: (metadata.namespace ?? 'default').toLowerCase(),
    name: metadata.name,
  };
}
