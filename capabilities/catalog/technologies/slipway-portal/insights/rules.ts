import type { PolicyRule } from '@slipway/definition';
import {
  attestationDefinition,
  reportDefinition,
  scoreCheckDefinition,
  scorecardDefinition,
} from '@slipway/kinds';

const READ = ['get', 'list', 'watch'];

/** Kinds of `insights.slipway.dev`. */
export const insightKinds = [
  scoreCheckDefinition,
  scorecardDefinition,
  reportDefinition,
  attestationDefinition,
];

/** What insights read, and the only things they write: reports, and the scorecards that come with the product. */
export const insightRules: PolicyRule[] = [
  {
    apiGroups: ['insights.slipway.dev'],
    resources: ['reports', 'reports/status', 'scorecards', 'checks'],
    verbs: [...READ, 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['insights.slipway.dev'], resources: ['attestations'], verbs: READ },
  { apiGroups: ['argoproj.io'], resources: ['applications', 'workflows'], verbs: READ },
  { apiGroups: ['artifacts.slipway.dev'], resources: ['builds'], verbs: READ },
  { apiGroups: ['source.slipway.dev'], resources: ['branchprotections'], verbs: READ },
  { apiGroups: ['identity.slipway.dev'], resources: ['groups'], verbs: READ },
  {
    apiGroups: ['slipway.dev'],
    resources: ['promotions', 'teams', 'components', 'environments', 'capabilities', 'platforms'],
    verbs: READ,
  },
  {
    apiGroups: ['apps'],
    resources: ['controllerrevisions'],
    verbs: READ,
  },
];
