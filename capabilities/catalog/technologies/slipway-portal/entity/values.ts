import type { Stored } from '@slipway/api';
import type { Entity } from '@slipway/kinds';

/**
 * Values an entity has at a key of Backstage's filters: `kind`, `spec.type`, `metadata.tags`,
 * `metadata.annotations.backstage.io/source-location`, `relations.ownedBy`. Keys know no case; `metadata.tags.java` is
 * `true` where the tag is there.
 */
export function valuesAt({ spec, status }: Stored<Entity>, key: string): string[] {
  const relation = /^relations\.(.+)$/i.exec(key)?.[1]?.toLowerCase();
  if (relation) {
    const relations = status?.relations ?? [];
    return relations.filter(({ type }) => type.toLowerCase() === relation).map(({ targetRef }) => targetRef);
  }
  if (key.toLowerCase() === 'metadata.namespace') return [spec.entity.metadata.namespace ?? 'default'];
  return textsAt(spec.entity, key);
}

function textsAt(value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(item => textsInList(item, path));
  if (path === '') return typeof value === 'object' ? [] : [String(value)];
  if (typeof value !== 'object') return [];
  const found = fieldAt(value, path);
  return found ? textsAt(found.value, found.rest) : [];
}

function textsInList(item: unknown, path: string): string[] {
  const isNamed = typeof item === 'string' && path !== '' && item.toLowerCase() === path.toLowerCase();
  return isNamed ? ['true'] : textsAt(item, path);
}

/** The longest own field that a path begins with, for names of annotations hold dots themselves. */
export function fieldAt(
  value: object,
  path: string,
): { name: string; value: unknown; rest: string } | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = ownName(value, path.slice(0, end));
    if (name === undefined) continue;
    return { name, value: (value as Record<string, unknown>)[name], rest: path.slice(end + 1) };
  }
  return undefined;
}

function ownName(value: object, wanted: string): string | undefined {
  if (Object.hasOwn(value, wanted)) return wanted;
  const lower = wanted.toLowerCase();
  return Object.keys(value).find(name => name.toLowerCase() === lower);
}
