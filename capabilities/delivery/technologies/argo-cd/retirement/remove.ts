import { type AnyObject, hasReason, type Key, type Kind, type Stored } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { DELETE_WITH_EVERYTHING, KEEP, Repository, type Retirement, Workflow } from '@slipway/kinds';
import type { Doors } from './gather.ts';
import type { PlannedItem } from './plan.ts';

/** Who removes what. */
export interface Remover {
  /** As delivery itself. */
  client: Client;
  /** As the person who confirmed. */
  person: Client;
  who: string;
  retirement: Stored<Retirement>;
  doors: Doors;
}

const CASCADE = 'resources-finalizer.argocd.argoproj.io';

/** Removes one item, or begins to; what is gone already is fine. What its owner takes is left to that. */
export async function removeItem(remover: Remover, item: PlannedItem): Promise<void> {
  const { doors, retirement, who } = remover;
  if (item.kind === 'Image' && !item.apiVersion) return doors.images?.remove(item);
  if (item.kind === 'Folder' && !item.apiVersion) {
    const at = item.name.lastIndexOf('/');
    const folder = { repository: item.name.slice(0, at), path: item.name.slice(at + 1) };
    const receipt = `${retirement.metadata.namespace}/${retirement.metadata.name}`;
    const message = `${folder.path}: retired\n\nRetirement: ${receipt}\nBy: ${who}\n`;
    return (await doors.folders())?.remove(folder, { message, author: who });
  }
  if (item.by === 'owner' || item.thing?.deleting) return;
  await removeObject(item.by === 'person' ? remover.person : remover.client, remover.client, item);
}

async function removeObject(as: Client, client: Client, item: PlannedItem): Promise<void> {
  const kind = await client.discover(item.apiVersion ?? '', item.kind);
  if (!kind) return;
  const key = keyOfItem(item);
  if (item.kind === 'Application') await takeAlong(client, kind, key);
  if (item.kind === Repository.kind) await takeEverything(client, kind, key);
  await as
    .delete(kind, key, {
      propagationPolicy: 'Background',
      ...(item.uid ? { preconditions: { uid: item.uid } } : {}),
    })
    .catch(unlessGone);
}

function keyOfItem({ namespace, name }: PlannedItem): Key {
  return namespace ? { namespace, name } : { name };
}

/** An Application without its finalizer would leave behind what it applied. */
async function takeAlong(client: Client, kind: Kind, key: Key): Promise<void> {
  await mutate(client, kind as Kind<AnyObject>, key, draft => {
    const finalizers = draft.metadata.finalizers ?? [];
    if (!finalizers.some(each => each.startsWith(CASCADE)))
      draft.metadata.finalizers = [...finalizers, CASCADE];
  }).catch(unlessGone);
}

/** A Git server that people push to keeps what they pushed, unless the object says otherwise. */
async function takeEverything(client: Client, kind: Kind, key: Key): Promise<void> {
  const body = { metadata: { annotations: { [DELETE_WITH_EVERYTHING]: 'true' } } };
  await client.patch(kind, key, { type: 'merge', body }).catch(unlessGone);
}

/** What stays must not go with its owner, nor with the Application that applied it. */
export async function letGo(client: Client, planned: PlannedItem[]): Promise<void> {
  const going = new Set(planned.flatMap(({ action, uid }) => (action === 'Remove' && uid ? [uid] : [])));
  for (const item of planned) {
    const { thing, action } = item;
    if (action !== 'Keep' || !thing) continue;
    const isOwned = thing.owners.some(uid => going.has(uid));
    const isApplied = thing.tracked !== undefined && thing.annotations[KEEP] !== 'true';
    if (!isOwned && !isApplied) continue;
    const kind = await client.discover(thing.apiVersion, thing.kind);
    if (!kind) continue;
    await mutate(client, kind as Kind<AnyObject>, keyOfItem(item), ({ metadata }) => {
      const owners = (metadata.ownerReferences ?? []).filter(({ uid }) => !going.has(uid));
      metadata.ownerReferences = owners;
      if (isApplied) metadata.annotations = { ...metadata.annotations, [KEEP]: 'true' };
    }).catch(unlessGone);
  }
}

/** Ends pipelines as `argo terminate` does: no further step begins. */
export async function stopRuns(client: Client, planned: PlannedItem[]): Promise<void> {
  for (const item of planned) {
    const over = ['Succeeded', 'Failed', 'Error'].includes(item.thing?.phase ?? '');
    if (item.kind !== 'Workflow' || item.action !== 'Remove' || over) continue;
    const body = { spec: { shutdown: 'Terminate' } };
    await client.patch(Workflow, keyOfItem(item), { type: 'merge', body }).catch(unlessGone);
  }
}

function unlessGone(error: unknown): void {
  if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
}
