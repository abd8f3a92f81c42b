import type { KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';

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
  rows: { cells: unknown[]; object?: unknown }[];
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
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.list ?? {},
    columnDefinitions: options.withoutColumns ? [] : columnDefinitions,
    rows: objects.map(object => ({ cells: [object.metadata.name], object })),
  };
}
