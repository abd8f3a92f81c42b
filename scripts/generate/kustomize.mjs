// `node scripts/generate/kustomize.mjs FOLDER`: writes the facts kustomize carries inside: which lists of built-in
// kinds merge by which keys, which kinds are namespaced, and where names, labels and images stand by default.
// FOLDER holds the modules `api@<version>` and `kyaml@<version>` as a Go module cache does (sigs.k8s.io/kustomize).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

const KUSTOMIZE = '../../packages/render/src/kustomize';
const REF = '#/definitions/';

/** Fields of one protobuf message, in order: [number, value]; a value is a number or bytes. */
function* fieldsOf(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) yield [key >>> 3, varint()];
    if (kind === 1) at += 8;
    if (kind !== 2) continue;
    const size = varint();
    yield [key >>> 3, bytes.subarray(at, at + size)];
    at += size;
  }
}

const all = (bytes, number) => [...fieldsOf(bytes)].filter(([n]) => n === number).map(([, value]) => value);
const first = (bytes, number) => (bytes === undefined ? undefined : all(bytes, number)[0]);
const text = bytes => (bytes === undefined ? '' : Buffer.from(bytes).toString());

/** Named messages (`name` 1, `value` 2) as pairs. */
const named = list => list.map(entry => [text(first(entry, 1)), first(entry, 2)]);

function extensionsOf(list) {
  return Object.fromEntries(named(list).map(([name, any]) => [name, load(text(first(any, 2)))]));
}

/** A Schema message (gnostic's openapiv2) as the little of it that merging asks for. */
function schemaOf(bytes) {
  const reference = text(first(bytes, 1));
  if (reference !== '') return { ref: reference.slice(REF.length) };
  const extensions = extensionsOf(all(bytes, 31));
  const values = first(first(bytes, 21), 1);
  const items = first(first(bytes, 23), 1);
  const isList =
    all(first(bytes, 22) ?? new Uint8Array(), 1)
      .map(text)
      .join() === 'array';
  const properties = first(bytes, 25);
  return {
    fields: named(properties === undefined ? [] : all(properties, 1)).map(([name, value]) => [
      name,
      schemaOf(value),
    ]),
    ...(values ? { values: schemaOf(values) } : {}),
    ...(items && isList ? { items: schemaOf(items) } : {}),
    scalar: !isList && ['string', 'integer', 'boolean', 'number'].includes(text(first(first(bytes, 22), 1))),
    strategy: extensions['x-kubernetes-patch-strategy'],
    keys:
      extensions['x-kubernetes-list-map-keys'] ?? [extensions['x-kubernetes-patch-merge-key'] ?? []].flat(),
    types: extensions['x-kubernetes-group-version-kind'],
  };
}

const merges = schema => schema.strategy?.split(',').includes('merge') ?? false;

/** The names of definitions below which some list merges. */
function mergingDefinitions(definitions) {
  const merging = new Set();
  const leads = schema =>
    schema.ref === undefined
      ? merges(schema) ||
        [...(schema.fields ?? []).map(([, field]) => field), schema.values, schema.items].some(
          part => part && leads(part),
        )
      : merging.has(schema.ref);
  for (let before = -1; before !== merging.size; ) {
    before = merging.size;
    for (const [name, schema] of definitions) if (leads(schema)) merging.add(name);
  }
  return { merging, leads };
}

/**
 * What is left when everything that merges nothing is gone. A field that is known but leads nowhere stays as `{}`:
 * below an unknown one kustomize looks for a kind of its own.
 */
function pruned(schema, leads) {
  if (schema.ref !== undefined) return leads(schema) ? { ref: schema.ref } : {};
  const fields = (schema.fields ?? []).filter(([, field]) => !field.scalar);
  return {
    ...(fields.length > 0
      ? { fields: Object.fromEntries(fields.map(([name, field]) => [name, pruned(field, leads)])) }
      : {}),
    ...(schema.values && !schema.values.scalar ? { values: pruned(schema.values, leads) } : {}),
    ...(merges(schema) ? { strategy: schema.strategy, keys: schema.keys } : {}),
    ...(schema.items && leads(schema.items) ? { items: pruned(schema.items, leads) } : {}),
  };
}

const typeName = ({ group, version, kind }) => `${group ? `${group}/` : ''}${version} ${kind}`;

function builtInSchema(kyaml) {
  const document = readFileSync(join(kyaml, 'openapi/kubernetesapi/v1_21_2/swagger.pb'));
  const definitions = named(all(first(document, 9), 1)).map(([name, bytes]) => [name, schemaOf(bytes)]);
  const { merging, leads } = mergingDefinitions(definitions);
  const kept = definitions.filter(([name]) => merging.has(name));
  const types = kept.flatMap(([name, { types: list }]) => (list ?? []).map(type => [typeName(type), name]));
  const scopes = new Map();
  for (const [path, item] of named(all(first(document, 8), 2))) {
    const get = first(item, 2);
    const type = get && extensionsOf(all(get, 13))['x-kubernetes-group-version-kind'];
    if (!type) continue;
    const name = typeName(type);
    scopes.set(name, scopes.get(name) || path.includes('namespaces/{namespace}'));
  }
  const sorted = list => [...list].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    types: Object.fromEntries(sorted(types)),
    definitions: Object.fromEntries(sorted(kept.map(([name, schema]) => [name, pruned(schema, leads)]))),
    namespaced: Object.fromEntries(sorted(scopes)),
  };
}

/** `group/version/kind path` with a `+` before a path that is made when it is missing. */
function fieldSpec({ group = '', version = '', kind = '', path, create }) {
  return `${group}|${version}|${kind}|${create ? '+' : ''}${path}`;
}

function defaultConfig(api) {
  const folder = join(api, 'internal/konfig/builtinpluginconsts');
  const blocks = new Map();
  for (const file of readdirSync(folder).filter(name => name.endsWith('.go') && !name.endsWith('_test.go'))) {
    const found = readFileSync(join(folder, file), 'utf8').matchAll(
      /(\w+FieldSpecs)\s*=\s*`([^`]*)`(?:\s*\+\s*(\w+))?/g,
    );
    for (const [, name, text, more] of found) blocks.set(name, { text, more });
  }
  const config = {};
  for (const { text, more } of blocks.values()) {
    const whole = load(text + (more ? blocks.get(more).text : ''));
    // A bare list is the rest of others.
    if (!Array.isArray(whole)) Object.assign(config, whole);
  }
  const { nameReference, ...lists } = config;
  return {
    ...Object.fromEntries(Object.entries(lists).map(([name, specs]) => [name, (specs ?? []).map(fieldSpec)])),
    nameReference: nameReference.map(({ group = '', version = '', kind = '', fieldSpecs }) => [
      `${group}|${version}|${kind}`,
      fieldSpecs.map(fieldSpec),
    ]),
  };
}

/** One line for each entry of the outermost lists and maps, so that differences can be read. */
function textOf(table) {
  const sections = Object.entries(table).map(([name, section]) => {
    const list = Array.isArray(section);
    const lines = list
      ? section.map(entry => JSON.stringify(entry))
      : Object.entries(section).map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`);
    return `${JSON.stringify(name)}:${list ? '[' : '{'}\n${lines.join(',\n')}\n${list ? ']' : '}'}`;
  });
  return `{${sections.join(',\n')}}\n`;
}

const [folder] = process.argv.slice(2);
if (!folder)
  throw new Error('say where the modules api@… and kyaml@… are: node scripts/generate/kustomize.mjs FOLDER');
const module = name => join(folder, readdirSync(folder).find(entry => entry.startsWith(`${name}@`)) ?? '');
const write = (path, table) =>
  writeFileSync(fileURLToPath(new URL(`${KUSTOMIZE}/${path}`, import.meta.url)), textOf(table));
write('merge/built-in-schema.generated.json', builtInSchema(module('kyaml')));
write('config/default-config.generated.json', defaultConfig(module('api')));
