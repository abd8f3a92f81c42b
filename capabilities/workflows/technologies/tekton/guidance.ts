import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Pipelines of reusable tasks as Kubernetes objects, with signed provenance by Chains.',
  licence: 'Apache-2.0',
  cncf: 'incubating',
  maintenance: 'active; moved to the CNCF in March 2026, Pipelines is at 1.x',
  chooseWhen: 'tasks are shared by many teams, and provenance of builds is asked for',
  avoidWhen: 'graphs are made while they run, with loops over data: see Argo Workflows',
  switching: 'steps are containers, so their content moves; the pipelines around them are rewritten',
  homepage: 'https://tekton.dev',
  asOf: '2026-08-07',
};
