import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, integer, mapOf, object, text, truth } from '../custom-resource.ts';

/**
 * A Git repository. Lives in the team's namespace; `spec.owner` is the organization (the team), `spec.name` the
 * repository's own name. source alone writes status, right after each push.
 */
export interface Repository extends KubeObject {
  spec: { owner: string; name: string; description?: string; defaultBranch?: string; private?: boolean };
  status?: {
    conditions?: Condition[];
    /** Clone URL for inside: `https://git.slipway.internal/<owner>/<name>.git`. */
    url?: string;
    /** Branch → full commit id. */
    branches?: Record<string, string>;
    pushedAt?: string;
    pushedBy?: string;
    /** Number of the newest change request; numbers are never given twice. */
    lastChange?: number;
  };
}
/** Annotation: with the value `true`, what people pushed goes with the object. */
export const DELETE_WITH_EVERYTHING = 'source.slipway.dev/delete-with-everything';

export const Repository: Kind<Repository> = {
  group: 'source.slipway.dev',
  version: 'v1alpha1',
  kind: 'Repository',
  plural: 'repositories',
  namespaced: true,
};
export const repositoryDefinition = definitionOf(Repository, {
  spec: object(
    {
      owner: text,
      name: text,
      description: text,
      defaultBranch: { type: 'string', default: 'main' },
      private: { ...truth, default: true },
    },
    ['owner', 'name'],
  ),
  status: {
    type: 'object',
    properties: { url: text, branches: mapOf(text), pushedAt: text, pushedBy: text, lastChange: integer },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  columns: [
    { name: 'Owner', type: 'string', jsonPath: '.spec.owner' },
    { name: 'Pushed', type: 'date', jsonPath: '.status.pushedAt' },
  ],
});
