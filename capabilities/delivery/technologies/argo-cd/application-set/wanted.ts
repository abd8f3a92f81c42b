import type { AnyObject, Stored } from '@slipway/api';
import { normalizeSpec } from './normalize-spec.ts';
import type { ApplicationSet } from './spec.ts';
import { isEmpty, isMap } from './template/merge-template.ts';

/** What others put on an Application and no ApplicationSet takes away. */
const KEPT_ANNOTATIONS = [
  'notified.notifications.argoproj.io',
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/hydrate',
];
/** Finalizers that the application controller adds by itself, and their stages. */
const KEPT_FINALIZERS = [
  'pre-delete-finalizer.argocd.argoproj.io',
  'post-delete-finalizer.argocd.argoproj.io',
];

export interface Kept {
  annotations: string[];
  labels: string[];
}

/**
 * A generated Application over the one that is there: fields that are to stay keep the values they have.
 * @throws Error when another controller owns it
 */
export function wantedApplication(
  set: ApplicationSet,
  generated: AnyObject,
  live: Stored<AnyObject> | undefined,
  kept: Kept,
): AnyObject {
  const { preservedFields } = set.spec;
  const { metadata } = generated;
  const keep = (present: Record<string, string> | undefined, keys: string[]) =>
    Object.fromEntries(Object.entries(present ?? {}).filter(([key]) => keys.includes(key)));
  const annotations = [...KEPT_ANNOTATIONS, ...(preservedFields?.annotations ?? []), ...kept.annotations];
  const labels = [...(preservedFields?.labels ?? []), ...kept.labels];
  const staying = (live?.metadata.finalizers ?? []).filter(each =>
    KEPT_FINALIZERS.some(prefix => each.startsWith(prefix)),
  );
  const wanted: AnyObject = {
    ...generated,
    metadata: withoutEmpty({
      ...metadata,
      labels: { ...metadata.labels, ...keep(live?.metadata.labels, labels) },
      annotations: { ...metadata.annotations, ...keep(live?.metadata.annotations, annotations) },
      finalizers: [...new Set([...(metadata.finalizers ?? []), ...staying])],
      ownerReferences: ownersOf(set, live),
    }),
    spec: normalizeSpec(generated.spec ?? {}),
  };
  return live ? withIgnored(set, wanted, live) : wanted;
}

function withoutEmpty<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as T;
}

function ownersOf(set: ApplicationSet, live: Stored<AnyObject> | undefined) {
  const { name = '', uid = '' } = set.metadata;
  const others = (live?.metadata.ownerReferences ?? []).filter(
    owner => !(owner.kind === 'ApplicationSet' && owner.name === name),
  );
  const other = others.find(owner => owner.controller);
  if (other)
    throw new Error(
      `Object ${live?.metadata.namespace}/${live?.metadata.name} is already owned by another ${other.kind} controller ${other.name}`,
    );
  const own = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return [...others, own];
}

/** `ignoreApplicationDifferences`: what those pointers name stays as it is. */
export function withIgnored(set: ApplicationSet, wanted: AnyObject, live: AnyObject): AnyObject {
  const pointers = (set.spec.ignoreApplicationDifferences ?? [])
    .filter(({ name }) => !name || name === wanted.metadata.name)
    .flatMap(({ jsonPointers = [] }) => jsonPointers);
  if (pointers.length === 0) return wanted;
  const copy = structuredClone(wanted);
  for (const pointer of pointers) keepAt(copy, live, pointer.split('/').slice(1).map(unescaped));
  return copy;
}

/** RFC 6901, section 4. */
function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function keepAt(target: unknown, live: unknown, [head, ...rest]: string[]): void {
  if (head === undefined || !isContainer(target)) return;
  const from = isContainer(live) ? live[head] : undefined;
  if (rest.length > 0) {
    // What is ignored may stand in a part that the template does not have.
    if (!isContainer(target[head]) && isContainer(from)) target[head] = Array.isArray(from) ? [] : {};
    keepAt(target[head], from, rest);
    return;
  }
  if (from === undefined) delete target[head];
  if (from !== undefined) target[head] = from;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return isMap(value) || Array.isArray(value);
}
