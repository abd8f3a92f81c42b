import { type AnyObject, type LabelSelector, matchesLabels, requirementsOf } from '@slipway/api';
import type { Cluster } from '../clusters/cluster.ts';
import { type ProjectSpec, projectSpecOf } from './spec.ts';

export interface ProjectSurroundings {
  /** All AppProjects. */
  projects: AnyObject[];
  /** `globalProjects` of argocd-cm. */
  globalProjects: { projectName: string; labelSelector: LabelSelector }[];
  /** Addresses of repositories whose Secrets name this project. */
  repositories: string[];
  /** Clusters whose Secrets name this project. */
  clusters: Cluster[];
}

/** Lists that a global project adds to. */
const MERGED = [
  'clusterResourceWhitelist',
  'clusterResourceBlacklist',
  'namespaceResourceWhitelist',
  'namespaceResourceBlacklist',
  'syncWindows',
  'sourceRepos',
  'destinations',
  'destinationServiceAccounts',
] as const;

/** A project with its own repositories and clusters, and with what the global projects over it add. */
export function effectiveProject(project: AnyObject, around: ProjectSurroundings): AnyObject {
  const own = projectSpecOf(project);
  const destinations = around.clusters.flatMap(({ server, namespaces }) =>
    (namespaces.length > 0 ? namespaces : ['*']).map(namespace => ({ server, namespace })),
  );
  const spec: ProjectSpec = {
    ...own,
    sourceRepos: [...(own.sourceRepos ?? []), ...around.repositories],
    destinations: [...(own.destinations ?? []), ...destinations],
  };
  return { ...project, spec: globalsOf(project, around).reduce(merged, spec) as Record<string, unknown> };
}

function globalsOf(project: AnyObject, { projects, globalProjects }: ProjectSurroundings): ProjectSpec[] {
  return globalProjects.flatMap(({ projectName, labelSelector }) => {
    if (projectName === project.metadata.name) return [];
    if (!matchesLabels(requirementsOf(labelSelector), project.metadata.labels ?? {})) return [];
    const found = projects.find(({ metadata }) => metadata.name === projectName);
    return found ? [projectSpecOf(found)] : [];
  });
}

function merged(spec: ProjectSpec, global: ProjectSpec): ProjectSpec {
  const lists = MERGED.flatMap(field => {
    const list = [...(spec[field] ?? []), ...(global[field] ?? [])];
    return list.length > 0 ? [[field, list]] : [];
  });
  return { ...spec, ...Object.fromEntries(lists) };
}
