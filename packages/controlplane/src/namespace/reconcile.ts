import { hasReason, type Kind, type KubeObject, keyOf, messageOf, type Stored } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { Namespace, Pod } from '@slipway/kinds';
import { type Context, type Controller, controller, done, doneFor, type Outcome } from '@slipway/runtime';
import { deletionConditions, type Remaining, type Round } from './plan.ts';

const FINALIZER = 'kubernetes';
/** Pods need their grace; what waits for others is looked at again this soon, then less often. */
const AGAIN_MS = 250;
const AT_ONCE = 32;

/** Empties a namespace that is being deleted, of every kind the server serves, then lets it go. */
export const namespaceController: Controller = controller<Namespace>({
  name: 'namespace-controller',
  kind: Namespace,
  reconcile: reconcileNamespace,
});

async function reconcileNamespace(namespace: Stored<Namespace>, context: Context): Promise<Outcome> {
  if (!namespace.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(FINALIZER)) return done;
  const round = await emptyNamespace(context.client, namespace.metadata.name);
  const open = round.failures.length > 0 || round.discoveryFailure !== undefined;
  const left = round.remaining.some(one => one.objects.length > 0);
  await writeConditions(context, namespace, round, open || left);
  if (open || left) return doneFor(AGAIN_MS);
  await finalize(context, namespace);
  return done;
}

async function emptyNamespace(client: Client, namespace: string): Promise<Round> {
  let kinds: Kind[];
  try {
    kinds = (await client.kinds()).filter(kind => kind.namespaced);
  } catch (error) {
    return { failures: [], remaining: [], discoveryFailure: messageOf(error) };
  }
  // What pods rely on (policies, above all) outlives them (KEP-5080).
  const pods = await emptyKinds(client, [Pod], namespace);
  if (pods.failures.length > 0 || pods.remaining.some(one => one.objects.length > 0)) return pods;
  return emptyKinds(client, kinds, namespace);
}

async function emptyKinds(client: Client, kinds: Kind[], namespace: string): Promise<Round> {
  const failures: Round['failures'] = [];
  const remaining = await Promise.all(
    kinds.map(kind =>
      emptyKind(client, kind, namespace).catch(error => {
        failures.push({ kind, message: messageOf(error) });
        return { kind, objects: [] };
      }),
    ),
  );
  return { failures, remaining };
}

/** Deletes all objects of a kind and says which are still there. */
async function emptyKind(client: Client, kind: Kind, namespace: string): Promise<Remaining> {
  const { items } = await client.list(kind, { namespace }).catch(emptyWhenGone);
  const alive = items.filter(object => !object.metadata.deletionTimestamp);
  for (let i = 0; i < alive.length; i += AT_ONCE) {
    await Promise.all(alive.slice(i, i + AT_ONCE).map(object => remove(client, kind, object)));
  }
  if (items.length === 0) return { kind, objects: [] };
  return { kind, objects: (await client.list(kind, { namespace }).catch(emptyWhenGone)).items };
}

/** A kind may go away while we look: then nothing of it is left. */
function emptyWhenGone(error: unknown): { items: Stored<KubeObject>[] } {
  if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return { items: [] };
  throw error;
}

async function remove(client: Client, kind: Kind, object: Stored<KubeObject>): Promise<void> {
  await client.delete(kind, keyOf(object), { propagationPolicy: 'Background' }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
}

async function writeConditions(
  context: Context,
  namespace: Stored<Namespace>,
  round: Round,
  problems: boolean,
): Promise<void> {
  const present = namespace.status?.conditions;
  // A namespace that empties at once says nothing on its way out.
  if (!problems && !present) return;
  const now = context.clock.now();
  const change = (draft: Stored<Namespace>) => {
    const conditions = deletionConditions(round, draft.status?.conditions, now);
    draft.status = { ...draft.status, conditions };
  };
  await mutate(context.client, Namespace, keyOf(namespace), change, { subresource: 'status' }).catch(
    error => {
      if (!hasReason(error, 'NotFound')) throw error;
    },
  );
}

async function finalize(context: Context, namespace: Stored<Namespace>): Promise<void> {
  const change = (draft: Stored<Namespace>) => {
    const finalizers = (draft.spec?.finalizers ?? []).filter(finalizer => finalizer !== FINALIZER);
    draft.spec = { ...draft.spec, finalizers };
  };
  await mutate(context.client, Namespace, keyOf(namespace), change, { subresource: 'finalize' }).catch(
    error => {
      if (!hasReason(error, 'NotFound')) throw error;
    },
  );
}
