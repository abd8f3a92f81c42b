// CustomResourceDefinitions themselves: is this one legal, and which names does it get.
export { establishCrd } from './establish.ts';
export { validateCrd } from './validate-crd.ts';
