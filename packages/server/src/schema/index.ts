// What is known of each kind: schema (form), resource-info (facts), registry (which there are), then the checks.
export { builtInDefinitions, serverVersion } from './built-in.ts';
export { StrictDecodingError } from './decode-built-in.ts';
export { fieldOf, isOpen, itemOf, resolve } from './lookup.ts';
export { createRegistry, type Registry } from './registry.ts';
export * from './resource-info.ts';
export type { Schema, ValidationRule } from './schema.ts';
export { type FieldValidation, validateObject } from './validate-object.ts';
export { validateUpdate } from './validate-update.ts';
