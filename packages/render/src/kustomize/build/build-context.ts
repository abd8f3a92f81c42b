import type { HelmInflate, KustomizeLimits, KustomizeOptions } from '../kustomize-input.ts';
import type { KindSchemas } from '../merge/merge-schema.ts';
import type { NodeBudget } from '../node/read-document.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';

/** What all kustomizations of one build share. */
export interface BuildContext {
  factory: ResourceFactory;
  schemas: KindSchemas;
  budget: NodeBudget;
  helm: HelmInflate | undefined;
  options: KustomizeOptions;
  limits: KustomizeLimits;
  warnings: string[];
}
