import type { PolicyRule, Technology } from '@slipway/definition';
import { entityDefinition, templateDefinition, templateRunDefinition } from '@slipway/kinds';
import { embedded } from './engine.ts';
import { insightKinds, insightRules } from './insights/rules.ts';
import { upstream } from './upstream.ts';

const RULES: PolicyRule[] = [
  ...insightRules,
  {
    apiGroups: ['catalog.slipway.dev'],
    resources: ['entities', 'entities/status'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['slipway.dev'], resources: ['teams'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['identity.slipway.dev'], resources: ['users'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['scaffolder.backstage.io'],
    resources: ['templates', 'templates/status'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  {
    apiGroups: ['slipway.dev'],
    resources: ['templateruns', 'templateruns/status'],
    verbs: ['get', 'list', 'watch', 'update', 'patch'],
  },
  { apiGroups: ['slipway.dev'], resources: ['workloads'], verbs: ['get', 'list', 'watch'] },
  // The Git server asks for these when a template publishes; the creator's own right is checked first.
  {
    apiGroups: ['source.slipway.dev'],
    resources: ['repositories'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
  },
  // Steps of a run act as whoever started it.
  { apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] },
  { apiGroups: ['authentication.k8s.io'], resources: ['userextras/*', 'uids'], verbs: ['impersonate'] },
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
];

/** The portal: Backstage's formats, our own pages. */
export const slipwayPortal: Technology = {
  id: 'slipway-portal',
  title: 'Slipway portal',
  capabilities: ['developer-portal'],
  guidance: {
    purpose: 'A catalog of what a team owns and golden paths that create it, in Backstage’s file formats.',
    licence: 'Apache-2.0',
    cncf: 'none',
    maintenance: 'part of this project',
    chooseWhen: 'catalog files and templates in Backstage’s formats should work without operating Backstage',
    avoidWhen: 'Backstage plugins written in React or Node are needed; then run Backstage itself',
    switching:
      'catalog-info.yaml and Template files stay as they are; plugins and pages of your own do not move',
    homepage: 'https://backstage.io/docs/features/software-catalog/',
    asOf: '2026-08-07',
  },
  provides: ['catalog', 'golden-paths'],
  requires: ['git-server', 'pipelines'],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      site: { type: 'string', description: 'Folder of the portal’s built pages.' },
      gitHosts: {
        type: 'array',
        items: { type: 'string', maxLength: 253 },
        description:
          'Hosts that stand for this platform’s Git server in templates written elsewhere, such as github.com.',
      },
    },
  },
  kinds: async () => [entityDefinition, templateDefinition, templateRunDefinition, ...insightKinds],
  rules: RULES,
  embedded,
  upstream,
  beside: { ...embedded, rules: RULES },
};
