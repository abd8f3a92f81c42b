import type { YNode } from '../node/y-node.ts';
import type { KindSchemas, MergeSchema } from './merge-schema.ts';

/** The two nodes that are merged; `dest` becomes what stands there afterwards. */
export interface Sources {
  dest: YNode | undefined;
  patch: YNode | undefined;
}

export interface MergeSettings {
  schemas: KindSchemas;
  /** New elements of lists go to the front, as kustomize's patches do; Helm values append. */
  prepend: boolean;
}

export interface MergeContext extends MergeSettings {
  /** Merges what is inside. */
  merge(sources: Sources, schema: MergeSchema | undefined): YNode | undefined;
}

/** An empty map or list that is filled looks as the patch does. */
export function keepStyle({ dest, patch }: Sources): void {
  if (dest && patch && dest.kind !== 'scalar' && dest.content.length === 0) dest.style = patch.style;
}
