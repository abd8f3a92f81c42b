// The three patch formats, as functions of documents. None changes what it is given.
export { applyJsonPatch, type JsonPatchOperation } from './json-patch.ts';
export { applyMergePatch } from './merge-patch.ts';
export { goText } from './strategic-directives.ts';
export { applyStrategicPatch } from './strategic-patch.ts';
