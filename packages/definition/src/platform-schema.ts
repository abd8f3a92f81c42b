import type { Schema } from '@slipway/kinds';
import { CAPABILITY_IDS } from './capability.ts';
import { SOURCE_SCHEMA } from './package/source-address.ts';
import { REQUIRES_SCHEMA } from './promotion-rule.ts';

const name: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 40 };
const text: Schema = { type: 'string', minLength: 1 };

const engine = {
  anyOf: [
    { type: 'string', enum: ['embedded', 'upstream'] },
    {
      type: 'object',
      required: ['existing'],
      additionalProperties: false,
      properties: {
        existing: {
          type: 'object',
          required: ['url'],
          additionalProperties: false,
          properties: { url: text, credentials: text },
        },
      },
    },
  ],
};

const choice = {
  anyOf: [
    text,
    {
      type: 'object',
      required: ['technology'],
      additionalProperties: false,
      properties: { technology: text, engine, parameters: { type: 'object' } },
    },
  ],
};

const packageRequest = {
  type: 'object',
  required: ['name', 'from'],
  additionalProperties: false,
  properties: {
    name,
    from: SOURCE_SCHEMA,
    parameters: { type: 'object' },
    namespace: name,
    environments: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: name.pattern },
      additionalProperties: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: { parameters: { type: 'object' } },
      },
    },
  },
};

/** JSON Schema of the Platform document; editors complete from it (`slipway schema`). */
export const PLATFORM_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Slipway platform definition',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'slipway.dev/v1alpha1' },
    kind: { const: 'Platform' },
    metadata: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name, labels: { type: 'object' }, annotations: { type: 'object' } },
    },
    spec: {
      type: 'object',
      additionalProperties: false,
      properties: {
        blueprint: text,
        target: {
          anyOf: [
            { type: 'string', enum: ['embedded'] },
            {
              type: 'object',
              required: ['kubernetes'],
              additionalProperties: false,
              properties: {
                kubernetes: {
                  type: 'object',
                  additionalProperties: false,
                  properties: { context: text, kubeconfig: text },
                },
              },
            },
          ],
        },
        domain: text,
        appsDomain: text,
        tls: {
          type: 'object',
          additionalProperties: false,
          properties: {
            issuer: { type: 'string', enum: ['local', 'letsencrypt', 'acme', 'files'] },
            acme: {
              type: 'object',
              additionalProperties: false,
              properties: { server: text, email: text },
            },
            files: {
              type: 'object',
              required: ['secret'],
              additionalProperties: false,
              properties: { secret: text },
            },
          },
        },
        expose: text,
        capabilities: {
          type: 'object',
          propertyNames: { enum: [...CAPABILITY_IDS] },
          additionalProperties: { anyOf: [...choice.anyOf, { type: 'array', minItems: 1, items: choice }] },
        },
        packages: { type: 'array', items: packageRequest },
        environments: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: {
              name,
              promotion: {
                type: 'object',
                required: ['from'],
                additionalProperties: false,
                properties: {
                  from: name,
                  requires: REQUIRES_SCHEMA,
                  rollback: {
                    type: 'object',
                    required: ['requires'],
                    additionalProperties: false,
                    description: 'What a rollback needs instead; absent: the same.',
                    properties: { requires: REQUIRES_SCHEMA },
                  },
                },
              },
            },
          },
        },
        teams: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: {
              name,
              members: { type: 'array', items: { type: 'string', pattern: '^(user|group):.+$' } },
              may: { type: 'array' },
            },
          },
        },
      },
    },
  },
} as const;
