import type { Condition, Kind, KubeObject } from '@slipway/api';
import {
  definitionOf,
  integer,
  listOf,
  mapOf,
  object,
  secretKey,
  secretName,
  text,
  truth,
} from '../custom-resource.ts';

/** What makes a tool's sign-in work: a client of the platform's one issuer, and a Secret that says how to be it. */
export interface OidcClient extends KubeObject {
  spec: {
    /** Its id at the issuer; whoever asked for an id first has it. */
    clientId: string;
    /** Where a sign-in may end, as URLs. */
    redirects: string[];
    /** Where a sign-out may end, as URLs. */
    signedOut?: string[];
    /** Roles of this client, and which groups have them. */
    roles?: Record<string, string[]>;
    /** No client secret: a program on people's machines, with PKCE. */
    isPublic?: boolean;
    /** Secret of the same namespace that is written. */
    secret: {
      name: string;
      /** Names of its keys; absent: `clientId`, `clientSecret`, `issuer`. A public client has no `clientSecret`. */
      keys?: { clientId?: string; clientSecret?: string; issuer?: string };
      labels?: Record<string, string>;
    };
  };
  status?: {
    conditions?: Condition[];
    /** The issuer that knows the client. */
    issuer?: string;
    /** How it came to be known there: `managed` and `registered` are ours to end, `given` is not. */
    origin?: 'managed' | 'registered' | 'given';
  };
}
export const OidcClient: Kind<OidcClient> = {
  group: 'identity.slipway.dev',
  version: 'v1alpha1',
  kind: 'OidcClient',
  plural: 'oidcclients',
  namespaced: true,
};

/** An absolute URL of any scheme, for programs on people's machines have their own. */
const url = { type: 'string', maxLength: 2048, pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$' };

export const oidcClientDefinition = definitionOf(OidcClient, {
  spec: {
    ...object(
      {
        clientId: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
        redirects: { ...listOf(url), maxItems: 64 },
        signedOut: { ...listOf(url), maxItems: 64 },
        roles: mapOf({ ...listOf(text), maxItems: 64 }),
        isPublic: truth,
        secret: object(
          {
            name: secretName,
            keys: object({ clientId: secretKey, clientSecret: secretKey, issuer: secretKey }),
            labels: mapOf(text),
          },
          ['name'],
        ),
      },
      ['clientId', 'redirects', 'secret'],
    ),
    'x-kubernetes-validations': [
      {
        rule: 'self.clientId == oldSelf.clientId',
        message: 'clientId cannot change: delete this OidcClient and make another',
      },
    ],
  },
  columns: [
    { name: 'Client', type: 'string', jsonPath: '.spec.clientId' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  ],
});

/** How one key of a generated Secret is made: random characters, or a text that is no secret (a user's name). */
export type GeneratedKey = { length: number; alphabet?: 'alphanumeric' | 'hex' } | { text: string };

/** Credentials that nobody chooses: a Secret of the same name, made once and kept, made anew when it is gone. */
export interface GeneratedSecret extends KubeObject {
  spec: { keys: Record<string, GeneratedKey>; labels?: Record<string, string> };
  status?: { conditions?: Condition[] };
}
export const GeneratedSecret: Kind<GeneratedSecret> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'GeneratedSecret',
  plural: 'generatedsecrets',
  namespaced: true,
};
export const generatedSecretDefinition = definitionOf(GeneratedSecret, {
  spec: object(
    {
      keys: mapOf({
        ...object({
          length: { ...integer, minimum: 16, maximum: 1024 },
          alphabet: { type: 'string', enum: ['alphanumeric', 'hex'] },
          text: { type: 'string', maxLength: 4096 },
        }),
        'x-kubernetes-validations': [
          {
            rule: 'has(self.text) != has(self.length) && !(has(self.text) && has(self.alphabet))',
            message: 'either length (with alphabet) or text',
          },
        ],
      }),
      labels: mapOf(text),
    },
    ['keys'],
  ),
  columns: [{ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }],
});
