import type { Kind } from '@slipway/api';
import { matchesGlob } from '../settings/glob.ts';
import type { GroupKind, NamedGroupKind, ProjectSpec } from './spec.ts';

/** Whether a project's lists allow an object, wherever it goes. */
export function isKindPermitted(
  spec: ProjectSpec,
  kind: Pick<Kind, 'group' | 'kind' | 'namespaced'>,
  name: string,
): boolean {
  if (kind.namespaced) {
    const { namespaceResourceWhitelist: white, namespaceResourceBlacklist: black = [] } = spec;
    // A list that is there and empty allows nothing.
    return (white === undefined || lists(white, kind)) && !lists(black, kind);
  }
  const { clusterResourceWhitelist: white = [], clusterResourceBlacklist: black = [] } = spec;
  return lists(white, kind, name) && !lists(black, kind, name);
}

function lists(
  entries: (GroupKind | NamedGroupKind)[],
  kind: Pick<Kind, 'group' | 'kind'>,
  name?: string,
): boolean {
  return entries.some(entry => {
    if (!matchesGlob(kind.kind, entry.kind ?? '', '/') || !matchesGlob(kind.group, entry.group ?? '', '/'))
      return false;
    if (name === undefined || !('name' in entry) || !entry.name) return true;
    return matchesGlob(name, entry.name, '/');
  });
}
