// Defaulting: what Kubernetes fills in before it stores an object.
export { defaultObject } from './default-object.ts';
export { zeroValue } from './normalize.ts';
export { canonicalQuantity, compareQuantities, isQuantity } from './quantity.ts';
