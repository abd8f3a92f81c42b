import type { UpstreamSettings } from '@slipway/definition';

export interface Parameters {
  title: string;
  signIn: 'gateway' | 'oidc';
  image?: { registry: string; repository: string; tag: string };
  locations: string[];
  replicas: number;
  storage: string;
}

const text = { type: 'string', minLength: 1 };

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    title: { ...text, default: 'Platform', description: 'What stands at the top of every page.' },
    signIn: {
      enum: ['gateway', 'oidc'],
      default: 'gateway',
      description:
        'gateway: a proxy before Backstage signs people in, who are all one guest inside, as its published image can; oidc: Backstage does, with an image of yours that has the module auth-backend-module-oidc-provider.',
    },
    image: {
      type: 'object',
      additionalProperties: false,
      required: ['registry', 'repository', 'tag'],
      properties: { registry: text, repository: text, tag: text },
      description: 'An image of yours with your plugins; absent: the published one.',
    },
    locations: {
      type: 'array',
      items: { type: 'string', pattern: '^https://' },
      default: [],
      description: 'Addresses of catalog files (catalog-info.yaml) that are read in.',
    },
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1, description: 'Backends.' },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '4Gi',
      description: 'Size of the volume of its own PostgreSQL.',
    },
  },
};

export function parametersOf({ parameters: given }: UpstreamSettings): Parameters {
  return given as unknown as Parameters;
}
