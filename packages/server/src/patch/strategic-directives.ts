import { type Json, StatusError } from '@slipway/api';

export interface Fields {
  [key: string]: Json;
}

/** @throws StatusError BadRequest */
export function badPatch(message: string): never {
  throw new StatusError('BadRequest', message);
}

/** A patch value as it is stored where nothing was before: directives and nulls have no meaning there. */
export function removeDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(removeDirectives).filter(item => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value.$patch === 'delete') return undefined;
  const kept = Object.entries(value).flatMap(([key, part]): [string, Json][] => {
    if (part === null || isDirective(key)) return [];
    const plain = removeDirectives(part);
    return plain === undefined ? [] : [[key, plain]];
  });
  return Object.fromEntries(kept);
}

function isDirective(key: string): boolean {
  return (
    key === '$patch' ||
    key === '$retainKeys' ||
    key.startsWith('$setElementOrder/') ||
    key.startsWith('$deleteFromPrimitiveList/')
  );
}

/** A value as Go prints it, which is what upstream's messages hold. */
export function goText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  if (value === null) return '<nil>';
  const entries = Object.keys(value)
    .sort()
    .map(key => `${key}:${goText(value[key] ?? null)}`);
  return `map[${entries.join(' ')}]`;
}
