import type { GitWish, Grant, Wisher } from '@slipway/definition';
import { GitAccess, Repository } from '@slipway/kinds';
import { objectNameOf } from '../repository-name.ts';

/** Owner of the platform's own repositories where the server lets us choose. */
export const PLATFORM_OWNER = 'slipway';
/** Where their Repository objects are. */
export const PLATFORM_NAMESPACE = 'slipway-system';

/** Where a Git server is, without slashes at the ends. */
export interface GitServerAt {
  /** For programs on the cluster. */
  url: string;
  publicUrl: string;
  /** Organization or group of the platform's own repositories. */
  owner: string;
}

/** An account for each wish, made by the controllers that follow GitAccesses; its Secret lies with who wished. */
export function gitGrant(wish: GitWish, { component, namespace }: Wisher, at: GitServerAt): Grant {
  const { name, rights, repository, secret, keys, labels } = wish;
  const path = repository === undefined ? '' : `/${at.owner}/${repository}.git`;
  const access: GitAccess = {
    apiVersion: `${GitAccess.group}/${GitAccess.version}`,
    kind: GitAccess.kind,
    metadata: { name: `${component}-${name}`, namespace },
    spec: {
      rights,
      ...(repository === undefined ? {} : { repositories: [`${at.owner}/${repository}`] }),
      secret: { name: secret, ...(keys ? { keys } : {}), ...(labels ? { labels } : {}) },
      url: `${at.url}${path}`,
    },
  };
  // Whoever only reads waits until somebody makes it.
  const isMade = repository !== undefined && rights === 'write';
  return {
    objects: [...(isMade ? [{ ...platformRepository(at.owner, repository) }] : []), { ...access }],
    facts: { url: `${at.url}${path}`, publicUrl: `${at.publicUrl}${path}`, secret },
  };
}

function platformRepository(owner: string, name: string): Repository {
  return {
    apiVersion: `${Repository.group}/${Repository.version}`,
    kind: Repository.kind,
    metadata: { name: objectNameOf(name), namespace: PLATFORM_NAMESPACE },
    spec: { owner, name, defaultBranch: 'main', private: true },
  };
}
