import { floatText } from '../../yaml/float-text.ts';
import type { FieldSpec } from '../config/field-spec.ts';
import { splitDottedPath } from '../config/field-spec.ts';
import type { VarArgs } from '../kustomization/kustomization.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { lookup } from '../node/lookup.ts';
import { type JsonValue, nodeValue } from '../node/node-value.ts';
import { entriesOf, isNull, isText, type YNode } from '../node/y-node.ts';
import type { Resource } from '../resource/resource.ts';
import {
  type Gvk,
  gvkText,
  makeId,
  parseApiVersion,
  type ResourceId,
  sameGvk,
  sameId,
} from '../resource/resource-id.ts';
import type { ResourceSet } from '../resource/resource-set.ts';
import { filterField } from './field-filter.ts';

/** A var with its defaults. */
export interface Var {
  name: string;
  gvk: Gvk;
  object: { name: string; namespace: string };
  fieldPath: string;
}

export function makeVar({ name = '', objref = {}, fieldref }: VarArgs): Var {
  const { apiVersion = '', group = '', version = '', kind = '' } = objref;
  const parts = apiVersion.split('/');
  const fromVersion = apiVersion !== '' && parts.length <= 2;
  const own = parts.length === 2 ? parseApiVersion(apiVersion) : { group, version: apiVersion };
  return {
    name,
    gvk: fromVersion ? { ...own, kind } : { group, version, kind },
    object: { name: objref.name ?? '', namespace: objref.namespace ?? '' },
    fieldPath: fieldref?.fieldPath || 'metadata.name',
  };
}

/** Notes on the resource that each var means that it is asked; a var may be there once only. */
export function declareVars(vars: Map<string, Var>, more: readonly Var[], set: ResourceSet): void {
  for (const each of more) {
    const wanted = makeId(each.gvk, each.object);
    // Without a namespace, one in any is meant.
    const fits = (id: ResourceId): boolean =>
      wanted.namespace !== '' ? sameId(wanted, id) : wanted.name === id.name && sameGvk(wanted, id);
    const found = set.byAnyId(fits);
    if (found.length > 1)
      throw new KustomizeError(
        `found ${found.length} resId matches for var ${varText(each)} (unable to disambiguate)`,
      );
    found[0]?.varNames.push(each.name);
  }
  addVars(vars, more);
}

export function addVars(vars: Map<string, Var>, more: Iterable<Var>): void {
  for (const each of more) {
    if (vars.has(each.name)) throw new KustomizeError(`var '${each.name}' already encountered`);
    vars.set(each.name, each);
  }
}

function varText({ name, gvk, fieldPath }: Var): string {
  return `{${name} ${gvkText(gvk)} {${fieldPath}}}`;
}

/** Vars as they stand in the kustomization, as Go prints them. */
export function varsText(vars: readonly VarArgs[]): string {
  const texts = vars.map(({ name = '', objref: { group = '', version = '', kind = '' } = {}, fieldref }) => {
    const type = gvkText({ group, version, kind });
    return `{${name} ${type} {${fieldref?.fieldPath ?? ''}}}`;
  });
  return `[${texts.join(' ')}]`;
}

type VarValue = string | number | boolean | { unusable: JsonValue };

/** Writes the values of vars wherever `$(NAME)` stands; gives warnings. */
export function resolveVars(set: ResourceSet, vars: Map<string, Var>, specs: readonly FieldSpec[]): string[] {
  const names = [...vars.keys()].sort();
  if (names.length === 0) return [];
  const values = new Map<string, VarValue>();
  for (const name of names) {
    const each = vars.get(name);
    if (each) values.set(name, varValue(each, set.list));
  }
  const used = new Set<string>();
  const expand = (text: string): VarValue => expanded(text, values, used);
  for (const { node } of set.list)
    for (const spec of specs) if (node) filterField(node, spec, { set: field => expandField(field, expand) });
  const unused = names.filter(name => !used.has(name));
  return unused.length > 0 ? [`well-defined vars that were never replaced: ${unused.join(',')}`] : [];
}

function varValue(each: Var, resources: readonly Resource[]): VarValue {
  const resource = resources.find(({ varNames }) => varNames.includes(each.name));
  if (!resource?.node)
    throw new KustomizeError(
      `var '${varText(each)}' cannot be mapped to a field in the set of known resources`,
    );
  const field = lookup(resource.node, indexed(splitDottedPath(each.fieldPath)));
  if (field === undefined)
    throw new KustomizeError(`field specified in var '${varText(each)}' not found in corresponding resource`);
  if (field.kind !== 'scalar') return { unusable: nodeValue(field) };
  if (field.tag === '!!int') return Number(field.value);
  if (field.tag === '!!float') return Number(field.value);
  if (field.tag === '!!bool') return field.value.toLowerCase() === 'true';
  return field.value;
}

/** `ports[0]` is `ports` and `0`. */
function indexed(parts: string[]): string[] {
  return parts.flatMap(part => {
    const [, name = '', index] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
    if (index === undefined) return [part];
    return name === '' ? [index] : [name, index];
  });
}

function expandField(field: YNode, expand: (text: string) => VarValue): void {
  if (isNull(field)) return;
  if (field.kind === 'scalar' && isText(field)) write(field, expand(field.value));
  if (field.kind === 'map') {
    for (const [key, value] of entriesOf(field)) {
      if (!isText(key)) throw new KustomizeError(`invalid map key: value='${key.value}', tag='${key.tag}'`);
      if (isText(value)) write(value, expand(value.value));
    }
  }
  if (field.kind !== 'seq') return;
  for (const item of field.content) {
    if (!isText(item)) throw new KustomizeError('invalid value type expect a string');
    write(item, expand(item.value));
  }
}

function write(node: YNode, value: VarValue): void {
  node.style = '';
  node.value = typeof value === 'number' ? numberText(value) : String(value);
  node.tag = '!!str';
  if (typeof value === 'number') node.tag = Number.isInteger(value) ? '!!int' : '!!float';
  if (typeof value === 'boolean') node.tag = '!!bool';
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : floatText(value, 21);
}

/** `$(NAME)` with its value, alone with its type; `$$` is a dollar. Unknown names stay as they are. */
function expanded(text: string, values: Map<string, VarValue>, used: Set<string>): VarValue {
  if (!text.includes('$')) return text;
  let result = '';
  let checkpoint = 0;
  for (let cursor = 0; cursor < text.length; cursor++) {
    if (text[cursor] !== '$' || cursor + 1 >= text.length) continue;
    result += text.slice(checkpoint, cursor);
    const { read, isVar, advance } = readName(text.slice(cursor + 1));
    const mapped = isVar ? mappedValue(read, values, used) : read;
    if (isVar && text === `$(${read})`) return mapped;
    result += String(mapped);
    cursor += advance;
    checkpoint = cursor + 1;
  }
  return result + text.slice(checkpoint);
}

function mappedValue(name: string, values: Map<string, VarValue>, used: Set<string>): VarValue {
  const value = values.get(name);
  if (value === undefined || typeof value === 'object') return `$(${name})`;
  used.add(name);
  return value;
}

function readName(text: string): { read: string; isVar: boolean; advance: number } {
  if (text[0] === '$') return { read: '$', isVar: false, advance: 1 };
  if (text[0] !== '(') return { read: `$${text[0]}`, isVar: false, advance: 1 };
  const end = text.indexOf(')', 1);
  if (end < 0) return { read: '$(', isVar: false, advance: 1 };
  return { read: text.slice(1, end), isVar: true, advance: end + 1 };
}
