import type { Technology } from '@slipway/definition';
import {
  auditRules,
  branchProtectionDefinition,
  changeRequestDefinition,
  commitStatusDefinition,
} from '@slipway/kinds';
import { AUDIT_DOOR } from './audit.ts';
import { startEngine } from './engine.ts';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { upstream } from './upstream.ts';
import { wiring } from './wiring.ts';

/** Gitea: repositories over smart HTTP, and its REST API. */
export const gitea: Technology = {
  id: 'gitea',
  title: 'Gitea',
  capabilities: ['code-repositories', 'config-repositories'],
  guidance,
  version: '1.26.0',
  provides: ['git-server'],
  requires: [],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      maxPushBytes: {
        type: 'integer',
        minimum: 1024,
        default: 1024 ** 3,
        description: 'Largest pack that one push may send, in bytes.',
      },
      maxFileBytes: {
        type: 'integer',
        minimum: 1024,
        default: 64 * 1024 ** 2,
        description: 'Largest request body of the REST API, in bytes.',
      },
      webhookHosts: {
        type: 'array',
        items: { type: 'string' },
        default: ['loopback'],
        description:
          'Hosts that webhooks may call: names, `*.suffix`, or `loopback` for this machine; nothing else is called.',
      },
    },
  },
  rules: [
    {
      apiGroups: ['source.slipway.dev'],
      resources: ['repositories'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    {
      apiGroups: ['source.slipway.dev'],
      resources: ['repositories/status', 'changerequests/status'],
      verbs: ['get', 'update', 'patch'],
    },
    {
      apiGroups: ['source.slipway.dev'],
      resources: ['changerequests', 'branchprotections', 'commitstatuses'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    { apiGroups: ['slipway.dev'], resources: ['teams'], verbs: ['get', 'list', 'watch', 'create'] },
    {
      apiGroups: ['identity.slipway.dev'],
      resources: ['tokens'],
      verbs: ['get', 'list', 'create', 'delete'],
    },
    // Webhooks' secrets; one Secret for each hook, in the team's namespace.
    { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete'] },
    ...auditRules(AUDIT_DOOR),
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    // What a person asks of the REST API is done as that person: the audit names both.
    { apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['userextras/*', 'uids'], verbs: ['impersonate'] },
  ],
  kinds: async () => [changeRequestDefinition, branchProtectionDefinition, commitStatusDefinition],
  embedded: { start: startEngine, keeps: { repositories: ['repositories'] } },
  upstream,
  existing,
  wiring,
};
