import type { Technology } from '@slipway/definition';
import {
  auditRules,
  groupDefinition,
  oidcClientDefinition,
  teamDefinition,
  tokenDefinition,
  userDefinition,
} from '@slipway/kinds';
import { AUDIT_DOOR } from './audit.ts';
import { beside } from './beside.ts';
import { startEngine } from './engine.ts';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { upstream } from './upstream.ts';
import { wiring } from './wiring.ts';

/** Keycloak: one OpenID Connect issuer, at Keycloak's addresses. */
export const keycloak: Technology = {
  id: 'keycloak',
  title: 'Keycloak',
  capabilities: ['identity'],
  guidance,
  provides: ['oidc-issuer'],
  requires: [],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      realm: {
        type: 'string',
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        default: 'slipway',
        description: 'Name of the realm; part of the issuer’s address.',
      },
    },
  },
  kinds: async () => [userDefinition, groupDefinition, tokenDefinition, teamDefinition, oidcClientDefinition],
  rules: [
    {
      apiGroups: ['identity.slipway.dev'],
      resources: ['users', 'users/status', 'groups', 'groups/status', 'tokens', 'tokens/status'],
      verbs: ['get', 'list', 'watch', 'update', 'patch', 'delete'],
    },
    { apiGroups: ['identity.slipway.dev'], resources: ['tokens'], verbs: ['create'] },
    {
      apiGroups: ['identity.slipway.dev'],
      resources: ['oidcclients', 'oidcclients/status'],
      verbs: ['get', 'list', 'watch', 'update', 'patch'],
    },
    {
      apiGroups: ['slipway.dev'],
      resources: ['teams', 'teams/status', 'environments'],
      verbs: ['get', 'list', 'watch', 'update', 'patch'],
    },
    {
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    {
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
      // It hands out rights that it does not have itself, so it needs Kubernetes' leave to do that.
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'bind', 'escalate'],
    },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
      verbs: ['get', 'create', 'patch'],
    },
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['subjectaccessreviews'],
      verbs: ['create'],
    },
    ...auditRules(AUDIT_DOOR),
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: {
    start: startEngine,
    keeps: { files: ['signing-keys.json'], databases: ['artifacts.sqlite'] },
  },
  wiring,
  beside,
  upstream,
  existing,
};
