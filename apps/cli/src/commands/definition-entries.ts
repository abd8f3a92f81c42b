import { Option } from 'commander';
import type { Entry } from '../entry.ts';

/** What helps to write a definition; none of it needs a platform. */
export const definitionEntries: Entry[] = [
  {
    path: ['validate'],
    summary: 'check a definition or a package: every problem with its line; ends with 2 when there is one',
    options: [
      new Option('-f, --file <file>', 'the definition, or a package or its folder').default('platform.yaml'),
    ],
    examples: [
      'slipway validate',
      'slipway validate -f platform.yaml -o json',
      'slipway validate -f ./packages/spark',
    ],
    load: () => import('./validate.ts'),
  },
  {
    path: ['explain'],
    summary: 'what a field of platform.yaml, a technology, one of its parameters or a capability is',
    arguments: '[what]',
    examples: [
      'slipway explain',
      'slipway explain spec.environments.promotion',
      'slipway explain keycloak',
      'slipway explain gitea.maxPushBytes',
      'slipway explain ingress',
    ],
    load: () => import('./explain.ts'),
  },
];
