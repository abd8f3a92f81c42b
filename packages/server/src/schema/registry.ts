import type { CustomResourceDefinition } from '@slipway/kinds';
import { builtInInfos } from './built-in.ts';
import { customInfos } from './custom.ts';
import type { ResourceInfo } from './resource-info.ts';

/** Every resource the server serves: built-in ones from the start, custom ones as CRDs come and go. */
export interface Registry {
  /** By what stands in a path; `plural` without a subresource. */
  byPath(group: string, version: string, plural: string): ResourceInfo | undefined;
  byKind(group: string, version: string, kind: string): ResourceInfo | undefined;
  /** Built-in resources in discovery's order, then custom ones by group, version and name. */
  all(): readonly ResourceInfo[];
  /** Adds or replaces what this CRD declares. */
  addCustom(definition: CustomResourceDefinition): void;
  removeCustom(crdName: string): void;
  /** Adds a kind whose objects are never stored: a VirtualResource answers these verbs. */
  addComputed(definition: CustomResourceDefinition, verbs: string[]): void;
  /** Calls back after every change of custom resources; returns how to stop. */
  onChange(callback: () => void): () => void;
  /** Counts changes: derived documents are cached by it. */
  readonly revision: number;
}

/** A registry that knows Kubernetes' own resources. */
export function createRegistry(): Registry {
  const builtIn = builtInInfos();
  const custom = new Map<string, ResourceInfo[]>();
  const callbacks = new Set<() => void>();
  let index = indexOf(builtIn);
  let all: readonly ResourceInfo[] = builtIn;
  let revision = 1;

  function changed(): void {
    const added = [...custom.values()].flat().sort(byName);
    all = [...builtIn, ...added];
    index = indexOf(all);
    revision++;
    for (const callback of callbacks) callback();
  }

  return {
    byPath: (group, version, plural) => index.paths.get(`${group}/${version}/${plural}`),
    byKind: (group, version, kind) => index.kinds.get(`${group}/${version}/${kind}`),
    all: () => all,
    addCustom(definition) {
      custom.set(definition.metadata.name ?? '', customInfos(definition));
      changed();
    },
    addComputed(definition, verbs) {
      const infos = customInfos(definition).map(info => ({ ...info, verbs, subresources: [] }));
      custom.set(definition.metadata.name ?? '', infos);
      changed();
    },
    removeCustom(crdName) {
      if (custom.delete(crdName)) changed();
    },
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    get revision() {
      return revision;
    },
  };
}

function byName(a: ResourceInfo, b: ResourceInfo): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey({ kind }: ResourceInfo): string {
  return `${kind.group}/${kind.version}/${kind.plural}`;
}

interface Index {
  paths: Map<string, ResourceInfo>;
  kinds: Map<string, ResourceInfo>;
}

function indexOf(infos: readonly ResourceInfo[]): Index {
  const paths = new Map<string, ResourceInfo>();
  const kinds = new Map<string, ResourceInfo>();
  for (const info of infos) {
    const { group, version, plural, kind } = info.kind;
    paths.set(`${group}/${version}/${plural}`, info);
    if (!kinds.has(`${group}/${version}/${kind}`)) kinds.set(`${group}/${version}/${kind}`, info);
  }
  return { paths, kinds };
}
