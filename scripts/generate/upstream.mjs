// CRDs of upstream tools. Equal parts of their schemas are stored once: the tools repeat whole pod templates.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** Tools whose kinds the platform serves. */
export const TOOLS = ['argo-cd', 'argo-workflows', 'cert-manager', 'gateway-api'];

/** `{ definitions: [CRD], nodes: [part] }`; `{"$": n}` stands for `nodes[n]`. */
export function toolTable(folder) {
  const found = readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .sort()
    .map(file => load(readFileSync(join(folder, file), 'utf8')));
  const uses = new Map();
  for (const definition of found) count(definition, uses);
  const nodes = [];
  const places = new Map();
  const definitions = found.map(definition => interned(definition, { uses, nodes, places }));
  return { definitions, nodes };
}

function count(value, uses) {
  if (typeof value !== 'object' || value === null) return;
  const key = JSON.stringify(value);
  const before = uses.get(key) ?? 0;
  uses.set(key, before + 1);
  if (before > 0) return;
  for (const part of Object.values(value)) count(part, uses);
}

function interned(value, table) {
  if (typeof value !== 'object' || value === null) return value;
  const key = JSON.stringify(value);
  const place = table.places.get(key);
  if (place !== undefined) return { $: place };
  const result = Array.isArray(value)
    ? value.map(part => interned(part, table))
    : Object.fromEntries(Object.entries(value).map(([name, part]) => [name, interned(part, table)]));
  if (key.length < 24 || (table.uses.get(key) ?? 0) < 2) return result;
  table.places.set(key, table.nodes.length);
  table.nodes.push(result);
  return { $: table.nodes.length - 1 };
}
