import { type KubeObject, StatusError, timestamp } from '@slipway/api';
import type { Entry } from '../store/store.ts';
import { validateByAdmission } from './admit.ts';
import { commit, type Decision, type Outcome } from './commit.ts';
import { parseEntry, storageOf } from './convert.ts';
import { entryAnswer, listAnswer, objectAnswer } from './encode.ts';
import { type Exchange, successStatus, type Target, targetOf } from './exchange.ts';
import { graceFor } from './grace.ts';
import { answersDeleted } from './kind-rules.ts';
import { type DeleteOptions, deleteOptions } from './options.ts';
import { detailsOf, notFound } from './refusals.ts';
import { selectionOf } from './selection.ts';

/** Endpoint: one object goes away, or begins to. */
export async function remove(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = await deleteOptions(exchange);
  const outcome = await removeOne(exchange, { target, name: target.name ?? '', options });
  const { entry, object } = outcome;
  if (!entry && answersDeleted(target.info)) {
    exchange.answer = objectAnswer(exchange, object, target.info);
    return;
  }
  if (entry && !options.dryRun) {
    exchange.answer = entryAnswer(exchange, entry, target.info);
    return;
  }
  exchange.answer = successStatus(200, {
    ...detailsOf(target.info, target.name ?? ''),
    ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
  });
}

/** Removes one object as a DELETE does; evictions come this way too. */
export async function removeOne(
  exchange: Exchange,
  removing: { target: Target; name: string; options: DeleteOptions },
): Promise<Outcome> {
  const { target, name, options } = removing;
  return commit(exchange, { target, name, verb: 'delete', dryRun: options.dryRun }, async live => {
    if (!live) throw notFound(target.info, name);
    const object = parseEntry(live, target.info);
    checkPreconditions(object, removing);
    await validateByAdmission(exchange, {
      operation: 'DELETE',
      target,
      name,
      oldObject: object,
      dryRun: options.dryRun,
    });
    return decideRemoval(exchange, object, options);
  });
}

function checkPreconditions(
  object: KubeObject,
  { target, name, options }: Parameters<typeof removeOne>[1],
): void {
  const { uid, resourceVersion } = options.preconditions;
  const { metadata } = object;
  const { kind } = target.info.kind;
  const details = { ...detailsOf(target.info, name), kind };
  const refuse = (what: string, wanted: string, found: string | undefined, more: string) => {
    const clause = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ${more}`;
    throw new StatusError(
      'Conflict',
      `Operation cannot be fulfilled on ${kind} "${name}": ${clause}`,
      details,
    );
  };
  if (uid !== undefined && uid !== metadata.uid) {
    refuse('UID', uid, metadata.uid, 'The object might have been deleted and then recreated');
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    refuse(
      'ResourceVersion',
      resourceVersion,
      metadata.resourceVersion,
      'The object might have been modified',
    );
  }
}

const OURS = ['orphan', 'foregroundDeletion'];

/** Finalizers after the propagation policy had its say (apiserver/pkg/registry/generic/registry/store.go). */
function finalizersFor(object: KubeObject, options: DeleteOptions): string[] {
  const present = object.metadata.finalizers ?? [];
  if (options.propagation === undefined) return present;
  const others = present.filter(finalizer => !OURS.includes(finalizer));
  if (options.propagation === 'Orphan') return [...others, 'orphan'];
  return options.propagation === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}

function decideRemoval(exchange: Exchange, object: KubeObject, options: DeleteOptions): Decision {
  const grace = graceFor(object, options.gracePeriodSeconds);
  const finalizers = finalizersFor(object, options);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  const waits = grace > 0 || finalizers.length > 0 || holdsNamespace(object);
  if (!waits) return { change: 'remove', object: atOnce(object) };
  const shorter = deletionTimestamp === undefined || grace < deletionGracePeriodSeconds;
  const same = finalizers.join() === (object.metadata.finalizers ?? []).join();
  if (!shorter && same) return { change: 'keep', object };
  return { change: 'put', object: dying(exchange, object, { grace, finalizers, shorter }) };
}

/** What had time left until now has none. */
function atOnce(object: KubeObject): KubeObject {
  if (object.metadata.deletionGracePeriodSeconds === undefined) return object;
  return { ...object, metadata: { ...object.metadata, deletionGracePeriodSeconds: 0 } };
}

function holdsNamespace(object: KubeObject): boolean {
  const { spec } = object as KubeObject & { spec?: { finalizers?: string[] } };
  return object.kind === 'Namespace' && (spec?.finalizers ?? []).length > 0;
}

function dying(
  exchange: Exchange,
  object: KubeObject,
  { grace, finalizers, shorter }: { grace: number; finalizers: string[]; shorter: boolean },
): KubeObject {
  const { finalizers: _before, ...metadata } = object.metadata;
  const first = metadata.deletionTimestamp === undefined;
  const counted = metadata.generation !== undefined && first;
  const times = {
    deletionTimestamp: timestamp(exchange.parts.clock.now() + grace * 1000),
    // Namespaces have a deletion of their own upstream, which knows no grace.
    ...(object.kind === 'Namespace' ? {} : { deletionGracePeriodSeconds: grace }),
  };
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(shorter ? times : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(counted ? { generation: (metadata.generation ?? 0) + 1 } : {}),
    },
  };
  if (object.kind !== 'Namespace') return marked;
  const { status } = object as KubeObject & { status?: object };
  return { ...marked, status: { ...status, phase: 'Terminating' } } as KubeObject;
}

/** Endpoint: everything a selection means. */
export async function removeCollection(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = await deleteOptions(exchange);
  const selection = selectionOf(exchange, target);
  const snapshot = exchange.parts.store.snapshot(storageOf(target.info));
  const entries: Entry[] = [];
  for (const entry of snapshot.entries({ prefix: selection.prefix })) {
    if (selection.matches(entry)) entries.push(entry);
  }
  await inParallel(entries, entry => removeEntry(exchange, { target, entry, options }));
  exchange.answer = listAnswer(exchange, entries, {
    info: target.info,
    metadata: { resourceVersion: String(exchange.parts.store.resourceVersion) },
  });
}

const AT_ONCE = 64;

async function inParallel(entries: Entry[], work: (entry: Entry) => Promise<void>): Promise<void> {
  for (let i = 0; i < entries.length; i += AT_ONCE)
    await Promise.all(entries.slice(i, i + AT_ONCE).map(work));
}

async function removeEntry(
  exchange: Exchange,
  { target, entry, options }: { target: Target; entry: Entry; options: DeleteOptions },
): Promise<void> {
  const slash = entry.key.indexOf('/');
  const name = entry.key.slice(slash + 1);
  const one: Target = { ...target, name, ...(slash < 0 ? {} : { namespace: entry.key.slice(0, slash) }) };
  try {
    await removeOne(exchange, { target: one, name, options });
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') return;
    throw error;
  }
}
