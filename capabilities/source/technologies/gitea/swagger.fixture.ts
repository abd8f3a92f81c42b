// Gitea's own description of its API, where the corpora are: answers are held against it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** Undefined where there is no such file. */
export async function giteaSwagger(): Promise<Swagger | undefined> {
  const file = join(process.env.SLIPWAY_SHARED ?? '/nonexistent', 'corpora/gitea/swagger.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { definitions } = JSON.parse(text) as { definitions: Record<string, Schema> };
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
