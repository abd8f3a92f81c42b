// schema: what one looks like; check: whether a value holds; effective: which parts of it count for a value.
export { checkSchema, type SchemaProblem } from './check.ts';
export { effectiveSchema, withDefaults } from './effective.ts';
export { isEqual, isRecord, type JsonSchema, resolve, type SchemaScope } from './schema.ts';
