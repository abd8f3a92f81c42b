// One capability: Backstage's formats, served by an engine of our own and the portal's pages; on a cluster Backstage itself.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'developer-portal',
    title: 'Developer portal',
    purpose: 'One place to find every service and who owns it, and to create new ones on the golden path.',
    choice: 'one',
    kinds: [
      'Entity.catalog.slipway.dev/v1alpha1',
      'Template.scaffolder.backstage.io/v1beta3',
      'TemplateRun.slipway.dev/v1alpha1',
    ],
    technologies: ['slipway-portal', 'backstage'],
  },
]);
