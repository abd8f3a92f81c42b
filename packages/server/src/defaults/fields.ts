import type { Json } from '@slipway/api';

/** A JSON object on its way to be filled; defaults change it in place. */
export interface Fields {
  [key: string]: Json;
}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path, when everything on the way is one. */
export function at(value: Json | undefined, ...path: string[]): Fields | undefined {
  let found = value;
  for (const name of path) found = isFields(found) ? found[name] : undefined;
  return isFields(found) ? found : undefined;
}

/** The objects in a list. */
export function each(value: Json | undefined): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Sets what is missing. */
export function fill(fields: Fields | undefined, defaults: Fields): void {
  if (!fields) return;
  for (const [name, value] of Object.entries(defaults)) {
    if (fields[name] === undefined || fields[name] === null) fields[name] = structuredClone(value);
  }
}

/** The object in a field, made when it is missing; undefined when something else stands there. */
export function made(fields: Fields, name: string): Fields | undefined {
  fields[name] ??= {};
  return at(fields, name);
}
