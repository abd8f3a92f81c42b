import { readFileSync } from 'node:fs';
import type { Kind } from '@slipway/api';
import type { PrinterColumn, ResourceInfo, Subresource } from './resource-info.ts';
import type { Schema } from './schema.ts';

interface ResourceRow {
  name: string;
  kind: string;
  singular: string;
  namespaced: boolean;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { name: string; kind: string; group?: string; version?: string; verbs: string[] }[];
  hash?: string;
  schema?: string;
  columns: PrinterColumn[];
}

interface ResourceTable {
  groups: { group: string; versions: { version: string; resources: ResourceRow[] }[] }[];
  version: Record<string, string>;
}

let definitions: Record<string, Schema> | undefined;
let resources: ResourceTable | undefined;

/** All definitions of built-in kinds by full name; read from the shipped table when first asked for. */
export function builtInDefinitions(): Record<string, Schema> {
  definitions ??= readTable<{ definitions: Record<string, Schema> }>(
    new URL('../../../kinds/src/kubernetes/schemas.generated.json', import.meta.url),
  ).definitions;
  return definitions;
}

/** Groups, versions and resources of a bare Kubernetes 1.36, in discovery's order. */
export function builtInResources(): ResourceTable {
  resources ??= readTable<ResourceTable>(
    new URL('../../../kinds/src/kubernetes/resources.generated.json', import.meta.url),
  );
  return resources;
}

function readTable<T>(place: URL): T {
  return JSON.parse(readFileSync(place, 'utf8')) as T;
}

/** The answer of `/version`. */
export function serverVersion(): Record<string, string> {
  return { ...builtInResources().version, gitCommit: '', goVersion: '', compiler: '', platform: '' };
}

/** Infos of all built-in resources; schemas are looked up when they are used. */
export function builtInInfos(): ResourceInfo[] {
  return builtInResources().groups.flatMap(({ group, versions }) =>
    versions.flatMap(({ version, resources: rows }) => rows.map(row => infoOf(group, version, row))),
  );
}

/** Two versions of one resource are stored as the first that the API server would store. */
const STORED_AS: Record<string, string> = { 'autoscaling/horizontalpodautoscalers': 'v2' };

function infoOf(group: string, version: string, row: ResourceRow): ResourceInfo {
  const kind: Kind = { group, version, kind: row.kind, plural: row.name, namespaced: row.namespaced };
  return {
    kind,
    singular: row.singular,
    listKind: `${row.kind}List`,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    verbs: row.verbs,
    subresources: (row.subresources ?? []).map(found => subresourceOf(kind, found)),
    get schema() {
      return builtInDefinitions()[row.schema ?? ''] ?? {};
    },
    columns: row.columns,
    custom: false,
    storageVersion: STORED_AS[`${group}/${row.name}`] ?? version,
    selectableFields: [],
    ...(row.hash ? { storageVersionHash: row.hash } : {}),
  };
}

function subresourceOf(parent: Kind, found: NonNullable<ResourceRow['subresources']>[number]): Subresource {
  if (found.kind === parent.kind) return { name: found.name, verbs: found.verbs };
  const group = found.version ? (found.group ?? '') : parent.group;
  return {
    name: found.name,
    verbs: found.verbs,
    kind: { group, version: found.version ?? parent.version, kind: found.kind },
  };
}
