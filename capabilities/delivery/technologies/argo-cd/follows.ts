import type { AnyObject } from '@slipway/api';
import { type Follows, type GitWish, type Granted, PLATFORM_REPOSITORY } from '@slipway/definition';

const API = 'argoproj.io/v1alpha1';
/** What the platform's own Applications may do; teams' are in others. */
const PROJECT = 'slipway';
const HERE = 'https://kubernetes.default.svc';

/** Argo CD knows a repository by the labels of its Secret. */
export const repositoryWish: GitWish = {
  name: PLATFORM_REPOSITORY,
  contract: 'git',
  rights: 'read',
  secret: PLATFORM_REPOSITORY,
  labels: { 'argocd.argoproj.io/secret-type': 'repository' },
};

/** An Application for each component; pruning is left to `slipway apply`, which knows the order in which things go. */
export const follows: Follows = {
  objects: ({ component, path, branch }, { namespace }, granted) => [
    {
      apiVersion: API,
      kind: 'Application',
      metadata: { name: `slipway-${component}`, namespace },
      spec: {
        project: PROJECT,
        source: {
          repoURL: urlOf(granted),
          targetRevision: branch,
          path,
        },
        destination: { server: HERE },
        syncPolicy: {
          automated: { prune: false, selfHeal: true },
          // Custom resources come with the tool that serves their kinds.
          syncOptions: ['ServerSideApply=true', 'SkipDryRunOnMissingResource=true'],
          retry: { limit: 10, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
        },
      },
    },
  ],
  nudge: () => ({ 'argocd.argoproj.io/refresh': 'normal' }),
  applied: object => {
    const { sync, operationState, conditions = [] } = ((object as { status?: unknown }).status ?? {}) as Told;
    const { phase, syncResult, message } = operationState ?? {};
    const synced = phase === 'Succeeded' ? syncResult?.revision : undefined;
    const revision = sync?.status === 'Synced' ? sync.revision : synced;
    const wrong = conditions.map(condition => `${condition.type}: ${condition.message}`).join('; ');
    const said = wrong || (phase && phase !== 'Succeeded' ? `${phase}: ${message ?? ''}` : undefined);
    return { ...(revision ? { revision } : {}), message: said ?? 'Argo CD has not applied it yet' };
  },
};

interface Told {
  sync?: { status?: string; revision?: string };
  operationState?: { phase?: string; message?: string; syncResult?: { revision?: string } };
  conditions?: { type: string; message: string }[];
}

/** The project of what the platform itself applies: from its repository alone, to anywhere on this cluster. */
export function platformProject(namespace: string, granted: Granted): AnyObject[] {
  if (!granted[PLATFORM_REPOSITORY]) return [];
  const everything = [{ group: '*', kind: '*' }];
  return [
    {
      apiVersion: API,
      kind: 'AppProject',
      metadata: { name: PROJECT, namespace },
      spec: {
        description: 'The platform’s own tools, from its repository alone.',
        sourceRepos: [urlOf(granted)],
        destinations: [{ server: HERE, namespace: '*' }],
        clusterResourceWhitelist: everything,
        namespaceResourceWhitelist: everything,
      },
    },
  ];
}

function urlOf(granted: Granted): string {
  return granted[PLATFORM_REPOSITORY]?.url ?? '';
}
