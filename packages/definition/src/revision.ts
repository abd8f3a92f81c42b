import { hasReason, type Kind, type KubeObject, SlipwayError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { differences } from './difference.ts';
import type { PlatformDocument } from './document.ts';
import type { Lock } from './lock.ts';
import { SYSTEM_NAMESPACE } from './plan.ts';

/** Upstream's kind for what was before: immutable, numbered. */
interface ControllerRevision extends KubeObject {
  data: PlatformDocument & { lock?: Lock };
  revision: number;
}
const ControllerRevision: Kind<ControllerRevision> = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
};

const LABEL = 'slipway.dev/definition';
const ACTOR = 'slipway.dev/actor';
const CAUSE = 'slipway.dev/cause';

/** A definition as it was applied once. The newest one is what the next start takes. */
export interface Revision {
  revision: number;
  /** RFC 3339. */
  time: string;
  actor: string;
  /** `slipway up`, `slipway apply`, `rollback to 2`. */
  cause: string;
  document: PlatformDocument;
  /** Of a platform on a cluster: what it was made of. */
  lock?: Lock;
}

/** All revisions, oldest first. */
export async function listRevisions(client: Client): Promise<Revision[]> {
  const options = { namespace: SYSTEM_NAMESPACE, labelSelector: LABEL };
  const { items } = await client.list(ControllerRevision, options);
  return items.map(revisionOf).toSorted((a, b) => a.revision - b.revision);
}

function revisionOf({ metadata, revision, data }: Stored<ControllerRevision>): Revision {
  const { creationTimestamp = '', annotations = {} } = metadata;
  const actor = annotations[ACTOR] ?? 'unknown';
  const { lock, ...document } = data;
  const cause = annotations[CAUSE] ?? '';
  return { revision, time: creationTimestamp, actor, cause, document, ...(lock ? { lock } : {}) };
}

/**
 * Keeps a definition as the newest revision; one that is the newest already is not kept twice.
 * @throws SlipwayError DefinitionConflict when somebody else applied one at the same moment
 */
export async function recordRevision(
  client: Client,
  document: PlatformDocument,
  by: { actor: string; cause: string; lock?: Lock },
): Promise<Revision> {
  const { lock } = by;
  const newest = (await listRevisions(client)).at(-1);
  const isSame = newest && differences([newest.document, newest.lock], [document, lock]).length === 0;
  if (isSame) return newest;
  const revision = (newest?.revision ?? 0) + 1;
  const name = `definition-${revision}`;
  const labels = { [LABEL]: document.metadata.name };
  const annotations = { [ACTOR]: by.actor, [CAUSE]: by.cause };
  const kept: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace: SYSTEM_NAMESPACE, labels, annotations },
    revision,
    data: lock ? { ...document, lock } : document,
  };
  return revisionOf(await client.create(ControllerRevision, kept).catch(refuseSecond));
}

/** Numbers are names, so of two definitions at the same moment the server takes one. */
function refuseSecond(error: unknown): never {
  if (!hasReason(error, 'AlreadyExists')) throw error;
  const text =
    'definition: not applied: somebody else applied one at the same moment; look at slipway history, then apply again';
  throw new SlipwayError('DefinitionConflict', text);
}
