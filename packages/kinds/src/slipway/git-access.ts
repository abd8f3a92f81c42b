import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, listOf, mapOf, object, secretKey, secretName, text } from '../custom-resource.ts';

/** A program's account at the platform's Git server, and a Secret that says how to be it. */
export interface GitAccess extends KubeObject {
  spec: {
    rights: 'read' | 'write';
    /** `<owner>/<name>` of each that it reaches; absent: every repository there is and will be. */
    repositories?: string[];
    /** Secret of the same namespace that is written. */
    secret: {
      name: string;
      /** Names of its keys; absent: `url`, `username`, `password`. `url` is what the GitAccess's `spec.url` says. */
      keys?: { url?: string; username?: string; password?: string };
      labels?: Record<string, string>;
    };
    /** Where it leads, as programs on the cluster reach it: a clone URL, or what all of them begin with. */
    url: string;
  };
  status?: {
    conditions?: Condition[];
    /** The account's name at the server. */
    username?: string;
    /** How it came to be: `managed` is ours to end, `given` is not. */
    origin?: 'managed' | 'given';
  };
}
export const GitAccess: Kind<GitAccess> = {
  group: 'source.slipway.dev',
  version: 'v1alpha1',
  kind: 'GitAccess',
  plural: 'gitaccesses',
  namespaced: true,
};

export const gitAccessDefinition = definitionOf(GitAccess, {
  spec: object(
    {
      rights: { type: 'string', enum: ['read', 'write'] },
      repositories: {
        ...listOf({ type: 'string', maxLength: 255, pattern: '^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$' }),
        maxItems: 64,
      },
      secret: object(
        {
          name: secretName,
          keys: object({ url: secretKey, username: secretKey, password: secretKey }),
          labels: mapOf(text),
        },
        ['name'],
      ),
      url: { type: 'string', maxLength: 2048, pattern: '^https?://[^\\s#?@]+$' },
    },
    ['rights', 'secret', 'url'],
  ),
  columns: [
    { name: 'Rights', type: 'string', jsonPath: '.spec.rights' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  ],
});
