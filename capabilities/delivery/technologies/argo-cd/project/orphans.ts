import { matchesGlob } from '../settings/glob.ts';
import { isKindPermitted } from './resource-permission.ts';
import type { ProjectSpec } from './spec.ts';

/** An object without an owner in a destination's namespace that no Application tracks. */
export interface Candidate {
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

/** Whether a project looks for objects that nobody delivers, and whether it warns of them. */
export function watchesOrphans({ orphanedResources }: ProjectSpec): { watches: boolean; warns: boolean } {
  return { watches: orphanedResources !== undefined, warns: orphanedResources?.warn === true };
}

/** Whether a project counts an object as one: it may be delivered, no cluster makes it by itself, nothing ignores it. */
export function isOrphan(spec: ProjectSpec, candidate: Candidate): boolean {
  const { group, kind, name } = candidate;
  if (!isKindPermitted(spec, { group, kind, namespaced: true }, name) || isMadeByCluster(candidate))
    return false;
  const ignore = spec.orphanedResources?.ignore ?? [];
  return !ignore.some(
    rule =>
      (!rule.kind || matchesGlob(kind, rule.kind)) &&
      matchesGlob(group, rule.group ?? '') &&
      (!rule.name || matchesGlob(name, rule.name)),
  );
}

function isMadeByCluster({ group, kind, namespace, name }: Candidate): boolean {
  if (group !== '') return false;
  if (kind === 'Service') return namespace === 'default' && name === 'kubernetes';
  return (
    (kind === 'ServiceAccount' && name === 'default') || (kind === 'ConfigMap' && name === 'kube-root-ca.crt')
  );
}

/** Condition `OrphanedResourceWarning` of an Application. */
export function orphanMessage(count: number): string {
  return `Application has ${count} orphaned resources`;
}
