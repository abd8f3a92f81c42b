import type { CapabilityId } from './capability.ts';
import { CAPABILITY_IDS } from './capability.ts';
import { type Catalogue, capabilityOf, choicesFor } from './catalogue.ts';
import { PLATFORM_SCHEMA } from './platform-schema.ts';

/**
 * The schema that editors complete from: PLATFORM_SCHEMA with the blueprints, capabilities and technologies of this
 * version by name. What it refuses `select` refuses too.
 */
export function publishedSchema(catalogue: Catalogue): Record<string, unknown> {
  const { properties } = PLATFORM_SCHEMA;
  const { spec } = properties;
  const served = CAPABILITY_IDS.filter(id => choicesFor(catalogue, id).length > 0);
  return {
    ...PLATFORM_SCHEMA,
    properties: {
      ...properties,
      spec: {
        ...spec,
        properties: {
          ...spec.properties,
          blueprint: {
            description: 'A named starting point; everything else overrides it.',
            anyOf: [
              { enum: catalogue.blueprints.map(({ id }) => id) },
              {
                type: 'string',
                pattern: '^(\\.{1,2}/|/|git\\+|oci://)',
                description: 'an address of your own',
              },
            ],
          },
          capabilities: {
            type: 'object',
            additionalProperties: false,
            properties: Object.fromEntries(served.map(id => [id, choiceSchema(id, catalogue)])),
          },
        },
      },
    },
  };
}

function choiceSchema(id: CapabilityId, catalogue: Catalogue): Record<string, unknown> {
  const capability = capabilityOf(catalogue, id);
  const allowed = choicesFor(catalogue, id);
  const long = allowed.map(name => ({
    type: 'object',
    required: ['technology'],
    additionalProperties: false,
    properties: {
      technology: { const: name },
      engine: { enum: ['embedded'] },
      parameters: catalogue.technologies.find(each => each.id === name)?.parameters ?? { type: 'object' },
    },
  }));
  const one = { anyOf: [{ enum: allowed }, ...long] };
  const several = { type: 'array', minItems: 1, items: one };
  return {
    title: capability?.title ?? id,
    description: capability?.purpose ?? '',
    anyOf: capability?.choice === 'many' ? [...one.anyOf, several] : one.anyOf,
  };
}
