// CustomResourceDefinitions themselves: is this one legal, and which names does it get.
export { establishCrd, type Named } from './establish.ts';
export { type UnsupportedRule, unsupportedRules } from './unsupported-rules.ts';
export { validateCrd } from './validate-crd.ts';
