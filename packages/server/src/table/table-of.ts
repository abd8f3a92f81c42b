import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { type CellsOf, count, name, text } from './cell.ts';
import { CORE_CELLS } from './core-cells.ts';
import { customCells } from './custom-cells.ts';
import { podRowConditions } from './pod-cells.ts';
import { POLICY_CELLS } from './policy-cells.ts';
import { STORAGE_CELLS } from './storage-cells.ts';
import { WORKLOAD_CELLS } from './workload-cells.ts';

export interface TableOptions {
  /** Query parameter `includeObject`; Metadata is the default. */
  includeObject?: 'None' | 'Metadata' | 'Object' | undefined;
  /** Milliseconds since 1970; ages are counted from here. */
  now: number;
  /** ListMeta of the list, if it is one. */
  list?: { resourceVersion?: string; continue?: string; remainingItemCount?: number } | undefined;
  /** Watch events after the first carry rows only. */
  withoutColumns?: boolean | undefined;
}

export interface Table {
  kind: 'Table';
  apiVersion: 'meta.k8s.io/v1';
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[];
  rows: { cells: unknown[]; conditions?: unknown[]; object?: unknown }[];
}

/** `meta.k8s.io/v1` Table of these objects with the columns kubectl shows for their kind. */
export function tableOf(info: ResourceInfo, objects: readonly KubeObject[], options: TableOptions): Table {
  const columnDefinitions = info.columns.map(column => ({
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority,
  }));
  const cells = cellsFor(info);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.list ?? {},
    columnDefinitions: options.withoutColumns ? [] : columnDefinitions,
    rows: ordered(info, objects).map(object => rowOf(object, { info, cells, options })),
  };
}

/** Flow schemas come in the order in which they match; everything else as it is. */
function ordered(info: ResourceInfo, objects: readonly KubeObject[]): readonly KubeObject[] {
  if (info.kind.plural !== 'flowschemas') return objects;
  return objects.toSorted(
    (a, b) => count(a, 'spec.matchingPrecedence') - count(b, 'spec.matchingPrecedence'),
  );
}

const BUILT_IN: Record<string, CellsOf> = {
  ...CORE_CELLS,
  ...WORKLOAD_CELLS,
  ...STORAGE_CELLS,
  ...POLICY_CELLS,
};
const made = new WeakMap<ResourceInfo, CellsOf>();

function cellsFor(info: ResourceInfo): CellsOf {
  const known = made.get(info);
  if (known) return known;
  const own = BUILT_IN[`${info.kind.group}/${info.kind.plural}`];
  const cells = info.custom ? customCells(info.columns) : (own ?? plainCells);
  made.set(info, cells);
  return cells;
}

/** Kinds without columns of their own show when they were made. */
const plainCells: CellsOf = object => [name(object), text(object, 'metadata.creationTimestamp')];

interface Row {
  info: ResourceInfo;
  cells: CellsOf;
  options: TableOptions;
}

function rowOf(object: KubeObject, { info, cells, options }: Row): Table['rows'][number] {
  const row = { cells: cells(object, options.now) };
  const isPod = info.kind.group === '' && info.kind.plural === 'pods';
  const conditions = isPod ? podRowConditions(object) : undefined;
  const shown = conditions ? { ...row, conditions } : row;
  if (options.includeObject === 'None') return shown;
  if (options.includeObject === 'Object') return { ...shown, object };
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  return { ...shown, object: partial };
}
