// Gitea's own description of its API (1.22's, names and types only): answers are held against it.
import assert from 'node:assert/strict';
import shapes from './testdata/gitea-shapes.json' with { type: 'json' };

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

export interface Swagger {
  /** Fails when a value lacks a field of a definition, or has one of another type. */
  check(definition: string, value: unknown): void;
}

/** Fields that Gitea leaves out when they are empty, or that say what a repository does not have. */
const OPTIONAL = new Set(
  `external_tracker external_wiki internal_tracker parent repo_transfer permissions previous_filename files stats
  created html_url contents_url raw_url`.split(/\s+/),
);

export function giteaSwagger(): Swagger {
  const definitions: Record<string, Schema> = shapes.definitions;
  const check = (schema: Schema, value: unknown, path: string): void => {
    const { $ref, type, properties, items } = schema;
    if (value === null || value === undefined) return;
    if ($ref) check(definitions[$ref.replace('#/definitions/', '')] ?? {}, value, path);
    if (properties) checkFields(properties, value as Record<string, unknown>, path);
    if (type === 'array') {
      assert.ok(Array.isArray(value), `${path} is a list`);
      if (items) for (const [index, item] of value.entries()) check(items, item, `${path}[${index}]`);
    }
    if (type === 'integer') assert.ok(Number.isInteger(value), `${path}: ${value} is a whole number`);
    if (type === 'string' || type === 'boolean') assert.equal(typeof value, type, path);
  };
  const checkFields = (fields: Record<string, Schema>, value: Record<string, unknown>, path: string) => {
    for (const [name, schema] of Object.entries(fields)) {
      assert.ok(name in value || OPTIONAL.has(name), `${path} has no ${name}`);
      check(schema, value[name], `${path}.${name}`);
    }
  };
  return { check: (definition, value) => check({ $ref: `#/definitions/${definition}` }, value, definition) };
}
