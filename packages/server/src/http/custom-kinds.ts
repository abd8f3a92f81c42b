import type { CustomResourceDefinition } from '@slipway/kinds';
import type { StoreReader } from '../store/store.ts';
import type { Registry } from './machinery.ts';

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';

/** Serves what CRDs in the store declare, from now on and as they come and go. Returns what ends it. */
export function followCustomKinds(store: StoreReader, registry: Registry): () => void {
  for (const entry of store.snapshot(CRDS).entries({ prefix: '' }))
    registry.addCustom(definitionIn(entry.text));
  return store.subscribe(CRDS, event => {
    if (event.type === 'DELETED') registry.removeCustom(event.entry.key);
    if (event.type !== 'DELETED') registry.addCustom(definitionIn(event.entry.text));
  });
}

function definitionIn(text: string): CustomResourceDefinition {
  return JSON.parse(text) as CustomResourceDefinition;
}
