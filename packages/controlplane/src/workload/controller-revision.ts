import { hasReason, type Kind, type KubeObject, keyOf, type Stored } from '@slipway/api';
import type { PodTemplateSpec } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { claim } from './claim.ts';
import { canonical, templateHash } from './hash.ts';
import { controllerReference } from './owner.ts';

/** A template as it was, so that pods of it can be made again (`kubectl rollout undo`). */
export interface ControllerRevision extends KubeObject {
  data: { spec: { template: PodTemplateSpec & { $patch?: string } } };
  revision: number;
}
export const ControllerRevision: Kind<ControllerRevision> = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
};

/** On pods, and on the revisions of DaemonSets. */
export const REVISION_LABEL = 'controller-revision-hash';
/** On the revisions of StatefulSets. */
const STATEFUL_LABEL = 'controller.kubernetes.io/hash';

type Owner = KubeObject & {
  spec: {
    template: PodTemplateSpec;
    selector: { matchLabels?: Record<string, string> };
    revisionHistoryLimit?: number;
  };
  status?: { collisionCount?: number };
};

export interface Revisions {
  /** Of the template as it is now. */
  update: Stored<ControllerRevision>;
  /** All, oldest first. */
  all: Stored<ControllerRevision>[];
}

/** The owner's revisions with one for its template now; an old equal one is taken up again with a new number. */
export async function syncRevisions<T extends Owner>(
  context: Context,
  ownerKind: Kind<T>,
  owner: Stored<T>,
): Promise<Revisions> {
  const { selector } = owner.spec;
  const claimed = await claim({ ownerKind, owner, selector, kind: ControllerRevision, context });
  const all = claimed.sort((a, b) => a.revision - b.revision);
  const wanted = canonical(withoutPatch(owner.spec.template));
  const next = (all.at(-1)?.revision ?? 0) + 1;
  const equal = all.findLast(revision => canonical(withoutPatch(revision.data.spec.template)) === wanted);
  if (equal && equal === all.at(-1)) return { update: equal, all };
  if (equal) {
    const update = await context.client.update<ControllerRevision>(ControllerRevision, {
      ...equal,
      revision: next,
    });
    return { update, all: [...all.filter(revision => revision !== equal), update] };
  }
  const update = await create(context, revisionOf(ownerKind, owner, next), owner);
  return { update, all: [...all, update] };
}

function withoutPatch({
  $patch: _patch,
  ...template
}: PodTemplateSpec & { $patch?: string }): PodTemplateSpec {
  return template;
}

function revisionOf(ownerKind: Kind, owner: Stored<Owner>, revision: number): ControllerRevision {
  const { template } = owner.spec;
  const hash = templateHash(template, owner.status?.collisionCount ?? 0);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      labels: {
        ...template.metadata?.labels,
        [ownerKind.kind === 'StatefulSet' ? STATEFUL_LABEL : REVISION_LABEL]: hash,
      },
      ownerReferences: [controllerReference(ownerKind, owner)],
    },
    data: { spec: { template: { ...structuredClone(template), $patch: 'replace' } } },
    revision,
  };
}

async function create(
  context: Context,
  wanted: ControllerRevision,
  owner: Stored<Owner>,
): Promise<Stored<ControllerRevision>> {
  try {
    return await context.client.create<ControllerRevision>(ControllerRevision, wanted);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    const present = await context.client.get(ControllerRevision, { ...keyOf(wanted) });
    const ours = present.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid);
    if (ours && canonical(present.data) === canonical(wanted.data)) return present;
    const other = {
      ...wanted,
      metadata: { ...wanted.metadata, name: `${wanted.metadata.name}-${wanted.revision}` },
    };
    return await context.client.create<ControllerRevision>(ControllerRevision, other);
  }
}

/** Deletes revisions beyond the owner's history limit; those in use stay. */
export async function truncateRevisions(
  context: Context,
  owner: Owner,
  { all }: Revisions,
  inUse: (revision: Stored<ControllerRevision>) => boolean,
): Promise<void> {
  const idle = all.filter(revision => !inUse(revision));
  const surplus = idle.slice(0, Math.max(0, idle.length - (owner.spec.revisionHistoryLimit ?? 10)));
  for (const revision of surplus) {
    await context.client.delete(ControllerRevision, keyOf(revision)).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  }
}
