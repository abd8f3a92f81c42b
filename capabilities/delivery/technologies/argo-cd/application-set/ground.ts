import type { Stored } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import { AppProject, Repository } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { Jq } from '../application/diff/jq.ts';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import type { Clusters } from '../clusters/clusters.ts';
import { repositoryProblem } from '../project/project.ts';
import type { ArgoCdSettings } from '../settings/settings.ts';
import type { Ground } from './generators/ground.ts';
import type { GitTrees } from './git-tree.ts';
import type { LastLook } from './last-look.ts';
import type { ApplicationSet } from './spec.ts';
import { rendererOf } from './template/renderer.ts';

/** Asks for a look at Git now (webhooks do); taken away when it was done. */
export const REFRESH = 'argocd.argoproj.io/application-set-refresh';

/** How long one ApplicationSet may take to be generated. */
const LONGEST_MS = 30_000;

/** What the controller has. */
export interface Desk {
  ports: Ports;
  settings: ArgoCdSettings;
  clusters: Clusters;
  trees: GitTrees;
  jq: Jq;
  /** Counts changes of Argo CD's ConfigMaps and Secrets. */
  settingsVersion: number;
  /** By namespace and name of the ApplicationSet. */
  last: Map<string, LastLook>;
  /** Names of the platform's environments. */
  environments: string[];
}

/** What the generators of one ApplicationSet may ask of the world. */
export function groundOf(set: Stored<ApplicationSet>, context: Context, desk: Desk): Ground {
  const { goTemplate = false, goTemplateOptions = [] } = set.spec;
  const { clock, random } = context;
  const began = clock.now();
  const strict = [...goTemplateOptions.filter(each => !each.startsWith('missingkey=')), 'missingkey=error'];
  return {
    render: rendererOf({ goTemplate, options: goTemplateOptions, clock, random }),
    renderStrictly: rendererOf({ goTemplate, options: strict, clock, random }),
    isGoTemplate: goTemplate,
    breathe: async () => {
      await new Promise(resolve => setImmediate(resolve));
      if (clock.now() - began > LONGEST_MS)
        throw new Error(
          `the templates take more than ${LONGEST_MS / 1_000} s; make fewer Applications of one set`,
        );
    },
    clusters: () =>
      [...desk.settings.secrets('cluster')].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    newGitFileGlobbing: desk.settings.config().applicationSet.newGitFileGlobbing,
    openGit: async (repoURL, revision) => {
      const project = projectOf(set);
      checkRepository(set, repoURL, context, desk);
      return desk.trees.open({
        repoURL,
        revision,
        project,
        known: context.cache(Repository).list(),
        fresh: set.metadata.annotations?.[REFRESH] !== undefined,
        signal: context.signal,
      });
    },
  };
}

/** A project that depends on parameters is not known when they are looked for: only what all may use is used. */
function projectOf({ spec }: ApplicationSet): string {
  const project = String(spec.template?.spec?.project || 'default');
  return project.includes('{{') ? '' : project;
}

/** The engine reads every repository of the platform: an ApplicationSet must not lend that to its team. */
function checkRepository(
  set: Stored<ApplicationSet>,
  repoURL: string,
  context: Context,
  { environments }: Desk,
): void {
  const name = projectOf(set);
  const key = { namespace: CONTROL_NAMESPACE, name: name || 'default' };
  const project = context.cache(AppProject).get(key);
  if (!project)
    throw new Error(
      `error getting project ${name}: AppProject.argoproj.io ${JSON.stringify(name)} not found`,
    );
  if (set.metadata.namespace === CONTROL_NAMESPACE) return;
  const problem = repositoryProblem(
    {
      project,
      name: key.name,
      applicationNamespace: set.metadata.namespace ?? '',
      applicationName: set.metadata.name,
      environments,
    },
    repoURL,
  );
  if (problem) throw new Error(problem);
}
