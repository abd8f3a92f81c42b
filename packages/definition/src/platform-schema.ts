import type { Schema } from '@slipway/kinds';
import { CAPABILITY_IDS } from './capability.ts';
import { SOURCE_SCHEMA } from './package/source-address.ts';
import { REQUIRES_SCHEMA } from './promotion-rule.ts';

const name: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 40 };
const text: Schema = { type: 'string', minLength: 1 };

/** A text with what it is, for people and editors. */
function say(description: string, ...examples: string[]) {
  return { ...text, description, ...(examples.length > 0 ? { examples } : {}) };
}

const engine = {
  description:
    'Who serves its API: this process, the tool itself on a cluster, or one that runs already. The target decides; only `existing` has to be said.',
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
          properties: {
            url: say('Where it is.', 'https://gitlab.example.com'),
            credentials: say('Name of a Secret in slipway-system.', 'gitlab-token'),
          },
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
      properties: {
        technology: say('Id of the technology.', 'argo-cd'),
        engine,
        parameters: {
          type: 'object',
          description: 'Settings of this technology; `slipway explain <technology>` lists them.',
        },
      },
    },
  ],
};

const packageRequest = {
  type: 'object',
  required: ['name', 'from'],
  additionalProperties: false,
  properties: {
    name: { ...name, description: 'What it is called in this platform.', examples: ['spark'] },
    from: {
      ...SOURCE_SCHEMA,
      description: 'Where it comes from: a path, a Git repository, an OCI artifact or a chart.',
    },
    parameters: { type: 'object', description: "By the package's own schema." },
    namespace: { ...name, description: 'Where its objects go.' },
    environments: {
      description: 'Parameters that are otherwise in one environment.',
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
      description: 'How the platform is called.',
      properties: {
        name: { ...name, description: 'Name of the platform, a DNS label.', examples: ['acme'] },
        labels: { type: 'object' },
        annotations: { type: 'object' },
      },
    },
    spec: {
      type: 'object',
      description: 'What the platform is; everything has a default.',
      additionalProperties: false,
      properties: {
        blueprint: say('A named starting point; everything else overrides it.', 'golden-path'),
        target: {
          description:
            'Where the platform stands: in one process on this machine, or on a cluster with the tools themselves.',
          default: 'embedded',
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
                  properties: {
                    context: say('A context of the kubeconfig; the current one unless named.', 'prod-eu'),
                    kubeconfig: say('File with that context.', '~/.kube/config'),
                  },
                },
              },
            },
          ],
        },
        domain: {
          ...say("The platform's own addresses are below it.", 'acme.localhost'),
          default: 'slipway.localhost',
        },
        appsDomain: {
          ...say('What teams run is below it; another site than the portal.', 'acme-apps.localhost'),
          default: 'slipway-apps.localhost',
        },
        tls: {
          description: 'Who signs the certificates.',
          type: 'object',
          additionalProperties: false,
          properties: {
            issuer: { type: 'string', enum: ['local', 'letsencrypt', 'acme', 'files'], default: 'local' },
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
        gitops: {
          type: 'boolean',
          description:
            'Whether what is installed on a cluster goes through the platform’s Git repository; by default wherever the chosen source and delivery tools can. `false` applies everything directly.',
        },
        expose: { ...say('Address to listen on.', 'loopback'), default: 'loopback' },
        capabilities: {
          description:
            'Which technology for what the platform does: one, or several where the capability holds several.',
          type: 'object',
          propertyNames: { enum: [...CAPABILITY_IDS] },
          additionalProperties: { anyOf: [...choice.anyOf, { type: 'array', minItems: 1, items: choice }] },
        },
        packages: {
          type: 'array',
          items: packageRequest,
          description: 'Bundles of others, with parameters.',
        },
        technologies: {
          type: 'array',
          items: text,
          description:
            'Technologies that the catalogue does not have: folders, git+https://… or oci://… addresses.',
        },
        environments: {
          description: 'The stages that services go through, in order.',
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: {
              name: { ...name, description: 'Name of the stage.', examples: ['prod'] },
              promotion: {
                description: 'How an image comes here; without it every successful build does.',
                type: 'object',
                required: ['from'],
                additionalProperties: false,
                properties: {
                  from: { ...name, description: 'The stage before.', examples: ['dev'] },
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
          description: 'Who works here, and what they may do.',
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: {
              name: { ...name, description: 'Name of the team.', examples: ['payments'] },
              members: {
                type: 'array',
                description: 'Users and groups.',
                items: { type: 'string', pattern: '^(user|group):.+$', examples: ['group:payments'] },
              },
              may: {
                type: 'array',
                description: 'Rights beyond reading: `create-services`, or `promote` with the stages.',
                examples: [['create-services', { promote: ['dev'] }]],
              },
            },
          },
        },
      },
    },
  },
} as const;
