import type { CustomResourceDefinition } from '@slipway/kinds';
import { compileRule } from '../schema/cel.ts';
import type { Schema } from '../schema/index.ts';

export interface UnsupportedRule {
  /** `v1.spec.listeners[*]` */
  field: string;
  rule: string;
  why: string;
}

/** Rules of a CRD that use something this server's CEL does not have. */
export function unsupportedRules(definition: CustomResourceDefinition): UnsupportedRule[] {
  const seen = new Set<Schema>();
  return (definition.spec.versions ?? []).flatMap(version =>
    rulesIn((version.schema?.openAPIV3Schema ?? {}) as Schema, version.name, seen),
  );
}

/** Shared parts of a schema are looked at once. */
function rulesIn(schema: Schema, field: string, seen: Set<Schema>): UnsupportedRule[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(rule => {
    const { unsupported } = compileRule(rule);
    return unsupported ? [{ field, rule: rule.rule, why: unsupported }] : [];
  });
  const parts: [string, Schema][] = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]): [string, Schema] => [
      `${field}.${name}`,
      part,
    ]),
    ...(schema.items ? [[`${field}[*]`, schema.items] as [string, Schema]] : []),
    ...(typeof schema.additionalProperties === 'object'
      ? [[`${field}.*`, schema.additionalProperties] as [string, Schema]]
      : []),
  ];
  return [...own, ...parts.flatMap(([path, part]) => rulesIn(part, path, seen))];
}
