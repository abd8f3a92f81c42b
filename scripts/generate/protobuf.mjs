// `node scripts/generate/protobuf.mjs FOLDER`: writes which field of which Kubernetes message has which number, from
// the tags in upstream's Go types. FOLDER holds the modules k8s.io/api, apimachinery, apiextensions-apiserver and
// kube-aggregator as a Go module cache does (`<name>@<version>`).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const OUTPUT = '../../packages/server/src/protobuf/messages.generated.json';
const META = 'k8s.io/apimachinery/pkg/apis/meta/v1';

/** Types with a form of their own; the decoder knows them by these names. */
const SPECIAL = {
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'Quantity',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'IntOrString',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'Raw',
  [`${META}.Time`]: 'Time',
  [`${META}.MicroTime`]: 'MicroTime',
  [`${META}.Duration`]: 'Duration',
  [`${META}.FieldsV1`]: 'Raw',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON': 'Raw',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool': 'SchemaOrBool',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray': 'SchemaOrArray',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray': 'SchemaOrStrings',
};

/** Go packages of one module, by import path. */
function packagesIn(folder) {
  const found = new Map();
  for (const [module, below] of [
    ['api', ''],
    ['apimachinery', 'pkg/apis/meta'],
    ['apiextensions-apiserver', 'pkg/apis/apiextensions'],
    ['kube-aggregator', 'pkg/apis/apiregistration'],
  ]) {
    const root = readdirSync(folder).find(name => name.startsWith(`${module}@`));
    for (const place of versionsBelow(join(folder, root, below))) {
      const path = ['k8s.io', module, below, place].filter(Boolean).join('/');
      found.set(path, readPackage(join(folder, root, below, place), path));
    }
  }
  return found;
}

function versionsBelow(root) {
  const versions = [];
  for (const group of readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
    if (/^v\d+$/.test(group.name)) versions.push(group.name);
    for (const version of readdirSync(join(root, group.name)).filter(name => /^v\d+$/.test(name))) {
      versions.push(`${group.name}/${version}`);
    }
  }
  return versions.filter(place => existsSync(join(root, place, 'types.go')));
}

function readPackage(folder, path) {
  const files = readdirSync(folder).filter(
    name => name.endsWith('.go') && !/_test\.go$|generated|^zz_/.test(name),
  );
  const sources = files.map(name => readFileSync(join(folder, name), 'utf8'));
  const package_ = { path, structs: new Map(), named: new Map(), imports: new Map() };
  for (const source of sources) readSource(source, package_);
  return package_;
}

function readSource(source, { structs, named, imports }) {
  for (const [, alias, path] of source.matchAll(/^(?:import)?\s+(?:(\w+)\s+)?"(k8s\.io\/[^"]+)"$/gm)) {
    imports.set(alias ?? path.split('/').at(-1), path);
  }
  for (const [, name, type] of source.matchAll(/^type (\w+) ([\w.[\]]+)(?: \/\/.*)?$/gm))
    named.set(name, type);
  for (const [, name] of source.matchAll(/^type (\w+) struct ?\{\}$/gm)) structs.set(name, []);
  for (const [, name, body] of source.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms))
    structs.set(name, fieldsIn(body));
}

function fieldsIn(body) {
  const fields = [];
  for (const line of body.split('\n')) {
    const match = /^\s+(?:(\w+)\s+)?([\w.*[\]]+)\s+`(.*)`/.exec(line);
    if (!match) continue;
    const [, , type, tags] = match;
    const json = /json:"([^"]*)"/.exec(tags)?.[1];
    const protobuf = /protobuf:"([^"]*)"/.exec(tags)?.[1];
    if (json === undefined || protobuf === undefined) continue;
    const [name, ...options] = json.split(',');
    const [wire, number] = protobuf.split(',');
    fields.push({
      name,
      inline: options.includes('inline'),
      keepsZero: !options.includes('omitempty'),
      type,
      wire,
      number: Number(number),
    });
  }
  return fields;
}

const SCALARS = {
  string: 's',
  bool: 'b',
  int: 'i',
  int32: 'i',
  int64: 'i',
  uint32: 'i',
  uint64: 'i',
  uint8: 'i',
  float64: 'd',
  byte: 'i',
};

/** The decoder's word for a Go type: letter, and the message it refers to. */
function typeOf(type, package_, packages, needed) {
  if (type.startsWith('*')) return { ...typeOf(type.slice(1), package_, packages, needed), pointer: true };
  if (type === '[]byte') return { code: 'B' };
  if (type.startsWith('[]'))
    return { ...typeOf(type.slice(2), package_, packages, needed), repeated: true, pointer: false };
  const map = /^map\[([\w.]+)\](.*)$/.exec(type);
  if (map) return { ...typeOf(map[2], package_, packages, needed), map: true };
  if (SCALARS[type]) return { code: SCALARS[type] };
  return namedType(type, package_, packages, needed);
}

function namedType(type, package_, packages, needed) {
  const [first, second] = type.split('.');
  const path = second === undefined ? package_.path : package_.imports.get(first);
  const name = second ?? first;
  const special = SPECIAL[`${path}.${name}`];
  if (special) return { code: 'm', message: special };
  if (path === 'k8s.io/apimachinery/pkg/types') return { code: 's' };
  const home = packages.get(path);
  if (!home) throw new Error(`${package_.path}: unknown package of ${type}: ${path}`);
  if (home.structs.has(name)) {
    needed.push([home, name]);
    return { code: 'm', message: messageName(path, name) };
  }
  const real = home.named.get(name);
  if (real === undefined) throw new Error(`unknown type ${path}.${name}`);
  // A named list travels as a message with one field, `items`.
  if (real.startsWith('[]') && real !== '[]byte') return { code: 'w' };
  return typeOf(real, home, packages, needed);
}

function messageName(path, name) {
  return `${path.replace(/^k8s\.io\/(api\/|apimachinery\/pkg\/apis\/|[\w-]+\/pkg\/apis\/)/, '')}.${name}`;
}

function messagesOf(packages) {
  const messages = {};
  const needed = [];
  for (const home of packages.values()) {
    for (const [name, fields] of home.structs)
      if (fields.some(field => field.name === 'metadata')) needed.push([home, name]);
  }
  needed.push([packages.get(META), 'DeleteOptions']);
  for (let pair = needed.pop(); pair; pair = needed.pop()) {
    const [home, name] = pair;
    const key = messageName(home.path, name);
    if (messages[key]) continue;
    messages[key] = home.structs.get(name).map(field => entryOf(field, home, packages, needed));
  }
  return Object.fromEntries(Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** [number, name, flags, message?]; flags: the type's letter, then `*` list, `M` map, `I` inline, `z` zero stays. */
function entryOf(field, home, packages, needed) {
  const type = typeOf(field.type, home, packages, needed);
  const zero = type.pointer || (field.keepsZero && !field.inline);
  const flags = [type.code, type.repeated && '*', type.map && 'M', field.inline && 'I', zero && 'z']
    .filter(Boolean)
    .join('');
  return type.message ? [field.number, field.name, flags, type.message] : [field.number, field.name, flags];
}

const folder = process.argv[2];
if (!folder) throw new Error('usage: node scripts/generate/protobuf.mjs FOLDER (see the head of this file)');
const messages = messagesOf(packagesIn(resolve(folder)));
const lines = Object.entries(messages).map(
  ([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`,
);
writeFileSync(fileURLToPath(new URL(OUTPUT, import.meta.url)), `{\n${lines.join(',\n')}\n}\n`);
process.stdout.write(`${lines.length} messages\n`);
