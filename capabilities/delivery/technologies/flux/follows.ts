import type { AnyObject } from '@slipway/api';
import { type Follows, type GitWish, PLATFORM_REPOSITORY } from '@slipway/definition';

/** Flux reads `username` and `password` of the Secret that a GitRepository names. */
export const repositoryWish: GitWish = {
  name: PLATFORM_REPOSITORY,
  contract: 'git',
  rights: 'read',
  secret: PLATFORM_REPOSITORY,
};

/** A GitRepository and a Kustomization for each component; pruning is left to `slipway apply`, which knows the order. */
export const follows: Follows = {
  objects: ({ component, path, branch }, { namespace }, granted) => {
    const metadata = { name: `slipway-${component}`, namespace };
    const repository: AnyObject = {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: {
        interval: '1m',
        url: granted[PLATFORM_REPOSITORY]?.url ?? '',
        ref: { branch },
        // The artifact has nothing of the others.
        sparseCheckout: [path],
        secretRef: { name: granted[PLATFORM_REPOSITORY]?.secret ?? '' },
      },
    };
    const kustomization: AnyObject = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {
        interval: '10m',
        retryInterval: '30s',
        timeout: '5m',
        path: `./${path}`,
        prune: false,
        sourceRef: { kind: 'GitRepository', name: metadata.name },
        // What teams apply has the rights of their own accounts; this is the platform.
        serviceAccountName: 'kustomize-controller',
      },
    };
    return [repository, kustomization];
  },
  nudge: at => ({ 'reconcile.fluxcd.io/requestedAt': new Date(at).toISOString() }),
  applied: object => {
    const { artifact, lastAppliedRevision, conditions = [] } = (object as Told).status ?? {};
    // `main@sha1:<commit>`
    const revision = (artifact?.revision ?? lastAppliedRevision)?.split(':').at(-1);
    const ready = conditions.find(({ type }) => type === 'Ready');
    return { ...(revision ? { revision } : {}), message: ready?.message ?? 'Flux has not applied it yet' };
  },
};

interface Told {
  status?: {
    /** Of a GitRepository. */
    artifact?: { revision?: string };
    /** Of a Kustomization. */
    lastAppliedRevision?: string;
    conditions?: { type: string; message: string }[];
  };
}
