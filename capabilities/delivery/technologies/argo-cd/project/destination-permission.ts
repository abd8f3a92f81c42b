import type { Cluster } from '../clusters/cluster.ts';
import { matchesGlob } from '../settings/glob.ts';
import type { ProjectDestination, ProjectSpec } from './spec.ts';

/** Where something goes: a cluster by its address and name, and a namespace of it. */
export interface Target {
  server: string;
  name: string;
  namespace: string;
}

/** Whether a project allows a destination; `projectClusters` are those whose Secrets name the project. */
export function isDestinationPermitted(
  spec: ProjectSpec,
  target: Target,
  projectClusters: Cluster[] = [],
): boolean {
  if (!matchesSome(spec.destinations ?? [], target)) return false;
  if (!spec.permitOnlyProjectScopedClusters) return true;
  return projectClusters.some(({ name, server }) => name === target.name || server === target.server);
}

/** As upstream: entries in order; one that denies and does not hold ends the search. */
function matchesSome(destinations: ProjectDestination[], target: Target): boolean {
  let permitted = false;
  for (const { server = '', name = '', namespace = '' } of destinations) {
    const nameFits = target.name !== '' && fits(name, target.name);
    const serverFits = target.server !== '' && fits(server, target.server);
    const namespaceFits = fits(namespace, target.namespace);
    if ((nameFits || serverFits) && namespaceFits) {
      permitted = true;
      continue;
    }
    if (!nameFits && denies(name)) return false;
    if (!serverFits && denies(server) && namespaceFits) return false;
    if (!namespaceFits && denies(namespace) && serverFits) return false;
  }
  return permitted;
}

function denies(pattern: string): boolean {
  return pattern.startsWith('!');
}

function fits(pattern: string, text: string): boolean {
  if (denies(pattern)) return !matchesGlob(text, pattern.slice(1));
  return matchesGlob(text, pattern);
}
