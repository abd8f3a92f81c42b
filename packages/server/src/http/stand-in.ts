import { apiVersionOf, type KubeObject } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import * as kinds from '@slipway/kinds';
import type { ResourceInfo } from '../schema/resource-info.ts';

type Info = ResourceInfo;
export interface Registry {
  byPath(group: string, version: string, plural: string): Info | undefined;
  byKind(group: string, version: string, kind: string): Info | undefined;
  all(): Info[];
  addCustom(crd: CustomResourceDefinition): void;
  removeCustom(name: string): void;
  onChange(listener: () => void): () => void;
}
const subs = (names: string[]) => names.map(name => ({ name, verbs: ['get', 'patch', 'update'] }));
function infoOf(kind: typeof kinds.Pod, custom = false, crdName?: string): Info {
  return {
    kind: kind as never,
    singular: kind.kind.toLowerCase(),
    listKind: `${kind.kind}List`,
    shortNames: [],
    categories: [],
    verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    subresources: subs([
      'status',
      'scale',
      'log',
      'exec',
      'attach',
      'portforward',
      'binding',
      'eviction',
      'finalize',
      'approval',
    ]),
    schema: {} as never,
    columns: [],
    custom,
    storageVersion: kind.version,
    selectableFields: [],
    ...(crdName ? { crdName } : {}),
  };
}
export function createRegistry(): Registry {
  const infos = new Map<string, Info>();
  const add = (i: Info) => infos.set(`${i.kind.group}/${i.kind.version}/${i.kind.plural}`, i);
  for (const value of Object.values(kinds)) {
    const kind = value as Partial<typeof kinds.Pod>;
    if (typeof kind === 'object' && kind.plural && !('apiVersion' in kind))
      add(infoOf(kind as typeof kinds.Pod));
  }
  const extra: [string, string, string, string, boolean][] = [
    ['', 'v1', 'LimitRange', 'limitranges', true],
    ['', 'v1', 'ResourceQuota', 'resourcequotas', true],
    ['', 'v1', 'Node', 'nodes', false],
    ['', 'v1', 'PersistentVolume', 'persistentvolumes', false],
    ['', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true],
    ['', 'v1', 'Event', 'events', true],
    ['', 'v1', 'Endpoints', 'endpoints', true],
    ['policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
    ['coordination.k8s.io', 'v1', 'Lease', 'leases', true],
    ['discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', true],
    ['scheduling.k8s.io', 'v1', 'PriorityClass', 'priorityclasses', false],
    ['storage.k8s.io', 'v1', 'StorageClass', 'storageclasses', false],
    ['apps', 'v1', 'ControllerRevision', 'controllerrevisions', true],
  ];
  for (const [group, version, kind, plural, namespaced] of extra)
    if (!infos.has(`${group}/${version}/${plural}`))
      add(infoOf({ group, version, kind, plural, namespaced }));
  const listeners = new Set<() => void>();
  return {
    byPath: (g, v, p) => infos.get(`${g}/${v}/${p}`),
    byKind: (g, v, k) =>
      [...infos.values()].find(i => i.kind.group === g && i.kind.version === v && i.kind.kind === k),
    all: () => [...infos.values()],
    addCustom: crd => {
      for (const v of crd.spec.versions) {
        add(
          infoOf(
            {
              group: crd.spec.group,
              version: v.name,
              kind: crd.spec.names.kind,
              plural: crd.spec.names.plural,
              namespaced: crd.spec.scope === 'Namespaced',
            },
            true,
            crd.metadata.name,
          ),
        );
      }
      for (const l of listeners) l();
    },
    removeCustom: name => {
      for (const [key, i] of infos) if (i.crdName === name) infos.delete(key);
    },
    onChange: l => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
  };
}
const clone = <T>(v: T): T => structuredClone(v);
export function applyJsonPatch(doc: unknown, ops: unknown[]): unknown {
  const out = clone(doc) as Record<string, unknown>;
  for (const op of ops as { op: string; path: string; value?: unknown }[]) {
    const steps = op.path
      .split('/')
      .slice(1)
      .map(s => s.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    let at: Record<string, unknown> = out;
    for (const s of steps) at = at[s] as Record<string, unknown>;
    if (op.op === 'remove') Array.isArray(at) ? at.splice(Number(last), 1) : delete at[last];
    else if (Array.isArray(at) && op.op === 'add')
      at.splice(last === '-' ? at.length : Number(last), 0, op.value);
    else at[last] = op.value;
  }
  return out;
}
export function applyMergePatch(doc: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const out: Record<string, unknown> =
    typeof doc === 'object' && doc !== null && !Array.isArray(doc) ? { ...doc } : {};
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete out[k];
    else out[k] = applyMergePatch(out[k], v);
  }
  return out;
}
export function applyStrategicPatch(doc: unknown, patch: unknown, _info: Info): unknown {
  return applyMergePatch(doc, patch);
}
export function serverSideApply(o: {
  live: KubeObject | undefined;
  applied: KubeObject;
  manager: string;
  force: boolean;
  info: Info;
  now: string;
  subresource?: string;
}): { object: KubeObject; changed: boolean } {
  return { object: applyMergePatch(o.live ?? {}, o.applied) as KubeObject, changed: true };
}
export function trackUpdate(o: {
  live: KubeObject | undefined;
  updated: KubeObject;
  manager: string;
  info: Info;
  now: string;
  subresource?: string;
  operation: 'Apply' | 'Update';
}): KubeObject {
  return o.updated;
}
export function validateObject(
  object: KubeObject,
  _info: Info,
  _mode: string,
): { object: KubeObject; warnings: string[] } {
  return { object, warnings: [] };
}
export function defaultObject(object: KubeObject, _info: Info): KubeObject {
  return object;
}
export function tableOf(
  info: Info,
  objects: KubeObject[],
  o: { includeObject: 'None' | 'Metadata' | 'Object'; now: number },
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }],
    rows: objects.map(object => ({
      cells: [object.metadata.name],
      object:
        o.includeObject === 'None'
          ? undefined
          : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
    _: info.kind.kind.slice(0, 0),
  };
}
export function discoveryDocument(path: string, _accept: string, registry: Registry): unknown {
  const root = (g: string) => (g === '' ? 'api' : 'apis');
  const groups = [...new Set(registry.all().map(i => i.kind.group))].filter(g => g !== '');
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  const gv = (group: string) =>
    [
      ...new Set(
        registry
          .all()
          .filter(i => i.kind.group === group)
          .map(i => i.kind.version),
      ),
    ].map(version => ({ groupVersion: `${group}/${version}`, version }));
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map(name => ({ name, versions: gv(name), preferredVersion: gv(name)[0] })),
    };
  const m = /^\/(api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  if (!m) return undefined;
  const resources = registry
    .all()
    .filter(i => i.kind.group === (m[2] ?? '') && i.kind.version === m[3])
    .map(i => ({
      name: i.kind.plural,
      singularName: i.singular,
      namespaced: i.kind.namespaced,
      kind: i.kind.kind,
      verbs: i.verbs,
    }));
  return resources.length
    ? {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: apiVersionOf({ group: m[2] ?? '', version: m[3] ?? '' }),
        resources,
        _: root('').slice(0, 0),
      }
    : undefined;
}
export function openApiDocument(
  _path: string,
  _accept: string,
  _registry: Registry,
): { contentType: string; body: string | Uint8Array } | undefined {
  return undefined;
}
