// Two ids of the map, one technology: Gitea's API over the system's git. A repository of configuration is a repository.
import { defineCapabilities } from '@slipway/definition';

const kinds = [
  'Repository.source.slipway.dev/v1alpha1',
  'ChangeRequest.source.slipway.dev/v1alpha1',
  'BranchProtection.source.slipway.dev/v1alpha1',
  'CommitStatus.source.slipway.dev/v1alpha1',
];

export const capabilities = defineCapabilities([
  {
    id: 'code-repositories',
    title: 'Code repositories',
    purpose: 'Teams keep their code in Git, and every push is an event the platform sees at once.',
    choice: 'one',
    kinds,
    technologies: ['gitea', 'github', 'gitlab'],
  },
  {
    id: 'config-repositories',
    title: 'Configuration repositories',
    purpose: 'What runs in an environment is written in Git, one repository for each environment.',
    choice: 'one',
    kinds,
    technologies: ['gitea', 'github', 'gitlab'],
  },
]);
