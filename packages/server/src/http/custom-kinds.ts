import { setImmediate } from 'node:timers/promises';
import type { KubeObject, Transport } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { establishCrd, type Named, validateCrd } from '../crd/index.ts';
import type { Registry } from '../schema/index.ts';
import type { Entry, StoreReader } from '../store/store.ts';
import { removeInstances } from './remove-instances.ts';
import type { Admission, AdmissionCall } from './seams.ts';

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
/** Keeps a CRD until its objects are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

interface Following {
  store: StoreReader;
  registry: Registry;
  /** Acts as a member of `system:masters`. */
  transport: Transport;
  failed(crd: string, error: unknown): void;
}

/** Serves what CRDs in the store declare, from now on and as they come and go. Returns what ends it. */
export function followCustomKinds({ store, registry, transport, failed }: Following): () => void {
  const stop = new AbortController();
  const dying = new Set<string>();
  const take = (definition: CustomResourceDefinition) => {
    const { name = '', deletionTimestamp, finalizers = [] } = definition.metadata;
    registry.addCustom(definition);
    if (!deletionTimestamp || !finalizers.includes(CLEANUP) || dying.has(name)) return;
    dying.add(name);
    removeInstances({ store, transport, definition, signal: stop.signal })
      .catch(error => failed(name, error))
      .finally(() => dying.delete(name));
  };
  for (const entry of store.snapshot(CRDS).entries({ prefix: '' })) take(definitionIn(entry));
  const unsubscribe = store.subscribe(CRDS, event => {
    if (event.type === 'DELETED') registry.removeCustom(event.entry.key);
    if (event.type !== 'DELETED') take(definitionIn(event.entry));
  });
  return () => {
    stop.abort();
    unsubscribe();
  };
}

/** What is asked of all CRDs whenever one is written: parsing them all again would take long. */
const named = new WeakMap<Entry, Named>();

function definitionIn(entry: Entry): CustomResourceDefinition {
  const definition = JSON.parse(entry.text) as CustomResourceDefinition;
  const { metadata, spec } = definition;
  named.set(entry, {
    metadata: { name: metadata.name ?? '' },
    spec: { group: spec.group, names: spec.names },
  });
  return definition;
}

function namesIn(entry: Entry): Named {
  return named.get(entry) ?? definitionIn(entry);
}

function isDefinition(call: AdmissionCall): boolean {
  return (
    call.info.kind.group === 'apiextensions.k8s.io' && call.info.kind.plural === 'customresourcedefinitions'
  );
}

/** Checks CRDs and gives them the names, conditions and finalizer that upstream's controllers would. */
export function customKindAdmission(store: StoreReader, clock: { now(): number }): Admission {
  return {
    mutate: call => {
      if (!isDefinition(call) || call.subresource !== undefined || !call.object) return undefined;
      return established(call, call.object as CustomResourceDefinition, { store, clock });
    },
    validate: () => {},
  };
}

async function established(
  call: AdmissionCall,
  definition: CustomResourceDefinition,
  { store, clock }: { store: StoreReader; clock: { now(): number } },
): Promise<KubeObject> {
  validateCrd(definition, call.oldObject as CustomResourceDefinition | undefined);
  // Either half takes long where there are many rules.
  await setImmediate();
  const others = [...store.snapshot(CRDS).entries({ prefix: '' })].map(namesIn);
  const rest = others.filter(other => other.metadata.name !== definition.metadata.name);
  return withCleanup(establishCrd(definition, rest, clock.now()), call.operation === 'CREATE');
}

function withCleanup(definition: KubeObject, created: boolean): KubeObject {
  const { finalizers = [] } = definition.metadata;
  if (!created || finalizers.includes(CLEANUP)) return definition;
  return { ...definition, metadata: { ...definition.metadata, finalizers: [...finalizers, CLEANUP] } };
}
