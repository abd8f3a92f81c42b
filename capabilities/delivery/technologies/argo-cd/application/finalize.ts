import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Application, KEEP } from '@slipway/kinds';
import { type Context, done, doneFor, type Outcome } from '@slipway/runtime';
import type { KnownResource } from './compare.ts';
import { trackedBy } from './tracking.ts';

/** With one of these an Application takes what it made with it. */
const FINALIZERS = [
  'resources-finalizer.argocd.argoproj.io',
  'resources-finalizer.argocd.argoproj.io/foreground',
  'resources-finalizer.argocd.argoproj.io/background',
];

const AGAIN_MS = 500;

/** Deletes what the Application made, waits until it is gone, then lets the Application go. */
export async function finalize(application: Stored<AnyObject>, context: Context): Promise<Outcome> {
  const own = (application.metadata.finalizers ?? []).filter(finalizer => FINALIZERS.includes(finalizer));
  if (own.length === 0) return done;
  const background = own.some(finalizer => finalizer.endsWith('/background'));
  const { resources = [] } = (application.status ?? {}) as { resources?: KnownResource[] };
  let left = 0;
  for (const resource of resources)
    left += (await remove(resource, application, context, background)) ? 1 : 0;
  if (left > 0) return doneFor(AGAIN_MS);
  const key = { namespace: application.metadata.namespace ?? '', name: application.metadata.name };
  await mutate(context.client, Application, key, draft => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(
      finalizer => !FINALIZERS.includes(finalizer),
    );
  }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
  return done;
}

/** True while the resource is there. What another Application has taken over stays. */
async function remove(
  resource: KnownResource,
  application: AnyObject,
  { client }: Context,
  background: boolean,
): Promise<boolean> {
  const { group = '', version = 'v1', kind: kindName, namespace, name } = resource;
  const kind = await client.discover(group === '' ? version : `${group}/${version}`, kindName);
  if (!kind) return false;
  const key = namespace ? { namespace, name } : { name };
  const live = (await client.find(kind, key)) as Stored<AnyObject> | undefined;
  if (!live) return false;
  const owner = trackedBy(live);
  if (owner?.name !== application.metadata.name || owner?.namespace !== application.metadata.namespace)
    return false;
  const { annotations = {} } = live.metadata;
  if (annotations['argocd.argoproj.io/sync-options']?.includes('Delete=false')) return false;
  if (annotations[KEEP] === 'true') return false;
  if (live.metadata.deletionTimestamp) return true;
  await client
    .delete(kind, key, { propagationPolicy: background ? 'Background' : 'Foreground' })
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  return true;
}
