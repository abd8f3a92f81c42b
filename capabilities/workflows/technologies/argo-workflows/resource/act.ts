import {
  type AnyObject,
  hasReason,
  type Key,
  type Kind,
  messageOf,
  SlipwayError,
  type Stored,
} from '@slipway/api';
import type { Client, Patch } from '@slipway/client';
import { parseYaml } from '@slipway/render';
import { ANNOTATION, type ResourceTemplate } from '../model.ts';
import { fnv32a } from '../workflow/names.ts';

/** What one resource template does, for whom. */
export interface Action {
  resource: ResourceTemplate;
  namespace: string;
  /** `workflow uid/node id`: stands on what it creates. */
  node: string;
  /** The status already said Running before this process knew of it: it may have acted. */
  resumed: boolean;
  owner?: { apiVersion: string; kind: string; name: string; uid: string };
}

/** The object to look at from now on; undefined after a deletion. */
export interface Acted {
  kind: Kind<AnyObject>;
  key: Key;
}

const FIELD_MANAGER = 'argo-workflows';

/**
 * Does what a resource template says, once: a restart in the middle finds what it has made before.
 * @throws SlipwayError InvalidManifest, KindUnknown; StatusError of the API
 */
export async function act(client: Client, action: Action): Promise<Acted | undefined> {
  const { resource } = action;
  const selector = selectorOf(resource);
  if (selector !== undefined) return deleteSelected(client, action, selector);
  const object = manifestOf(resource);
  const kind = await kindOf(client, object);
  const namespace = kind.namespaced ? (object.metadata.namespace ?? action.namespace) : undefined;
  const name = object.metadata.name ?? generatedName(object, action.node);
  const key: Key = namespace ? { namespace, name } : { name };
  const complete: AnyObject = {
    ...object,
    metadata: {
      ...object.metadata,
      ...key,
      annotations: { ...object.metadata.annotations, [ANNOTATION.createdBy]: action.node },
      ...(resource.setOwnerReference && action.owner
        ? { ownerReferences: [{ ...action.owner, controller: true, blockOwnerDeletion: true }] }
        : {}),
    },
  };
  const typed = kind as Kind<AnyObject>;
  await verbs[resource.action]?.(client, typed, key, complete, action);
  return resource.action === 'delete' ? undefined : { kind: typed, key };
}

async function kindOf(client: Client, object: { apiVersion: string; kind: string }): Promise<Kind> {
  const kind = await client.discover(object.apiVersion, object.kind);
  if (kind) return kind;
  throw new SlipwayError('KindUnknown', `resource: no ${object.kind} in ${object.apiVersion} is served here`);
}

const SELECTOR = /^(?:--selector|-l)(?:=(.*))?$/;

/** `--selector` of a deletion that names no object. */
function selectorOf({ action, flags = [], manifest }: ResourceTemplate): string | undefined {
  const at = flags.findIndex(flag => SELECTOR.test(flag));
  if (action !== 'delete' || manifest?.trim() || at < 0) return undefined;
  return SELECTOR.exec(flags[at] ?? '')?.[1] ?? flags[at + 1];
}

/** As kubectl: nothing selected is no error. */
async function deleteSelected(
  client: Client,
  { resource, namespace }: Action,
  selector: string,
): Promise<undefined> {
  const word = resource.flags?.find(flag => !flag.startsWith('-') && flag !== selector) ?? '';
  const known = BUILT_IN[word.toLowerCase()];
  if (!known || selector === '')
    throw new SlipwayError(
      'InvalidManifest',
      `resource.flags: --selector needs a kind and labels, found ${JSON.stringify(resource.flags)}`,
    );
  const kind = (await kindOf(client, known)) as Kind<AnyObject>;
  const scope = kind.namespaced ? { namespace } : {};
  const { items } = await client.list(kind, { ...scope, labelSelector: selector });
  for (const { metadata } of items)
    await client.delete(kind, { ...scope, name: metadata.name }).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  return undefined;
}

type Verb = (
  client: Client,
  kind: Kind<AnyObject>,
  key: Key,
  object: AnyObject,
  action: Action,
) => Promise<unknown>;

const verbs: Record<string, Verb> = {
  get: async () => undefined,
  create: async (client, kind, key, object, { node }) => {
    try {
      await client.create(kind, object, { fieldManager: FIELD_MANAGER });
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
      const present: Stored<AnyObject> = await client.get(kind, key);
      if (present.metadata.annotations?.[ANNOTATION.createdBy] !== node) throw error;
    }
  },
  apply: (client, kind, _key, object) =>
    client.apply(kind, object, { fieldManager: FIELD_MANAGER, force: true }),
  replace: async (client, kind, key, object) => {
    const present = await client.get(kind, key);
    return client.update(kind, {
      ...object,
      metadata: { ...object.metadata, resourceVersion: present.metadata.resourceVersion },
    });
  },
  delete: async (client, kind, key, _object, { resumed, resource }) => {
    try {
      await client.delete(kind, key);
    } catch (error) {
      const tolerated =
        resumed ||
        resource.flags?.some(flag => flag === '--ignore-not-found' || flag === '--ignore-not-found=true');
      if (!hasReason(error, 'NotFound') || !tolerated) throw error;
    }
  },
  patch: async (client, kind, key, object, { resumed, resource }) => {
    const strategy = resource.mergeStrategy || 'strategic';
    // A JSON patch may not be idempotent; a node that was already running has applied it.
    if (strategy === 'json' && resumed) return;
    await client.patch(kind, key, patchOf(strategy, resource, object, kind), { fieldManager: FIELD_MANAGER });
  },
};

function patchOf(strategy: string, resource: ResourceTemplate, object: AnyObject, kind: Kind): Patch {
  if (strategy === 'json') {
    const [operations] = resource.flags?.length ? parse(resource.manifest ?? '') : [];
    if (!Array.isArray(operations))
      throw new SlipwayError(
        'InvalidManifest',
        'resource.manifest: mergeStrategy json needs a list of operations',
      );
    return { type: 'json', body: operations as { op: string; path: string }[] };
  }
  // Custom resources know no strategic merge.
  const builtIn = !kind.group.includes('.') || kind.group.endsWith('.k8s.io');
  return strategy === 'strategic' && builtIn
    ? { type: 'strategic', body: object }
    : { type: 'merge', body: object };
}

/** The object of a manifest; flags `kind name` stand for it, or name what it patches, as upstream's kubectl takes them. */
function manifestOf({ manifest, flags, action }: ResourceTemplate): AnyObject {
  const documents = parse(manifest ?? '');
  if (documents.length > 1)
    throw new SlipwayError('InvalidManifest', 'resource.manifest: one object is expected, not several');
  const [document] = documents;
  if (document === undefined || Array.isArray(document)) return fromFlags(flags ?? [], action);
  const object = document as AnyObject;
  const isTyped = typeof object === 'object' && object.apiVersion && object.kind;
  if (typeof object === 'object' && !isTyped && action === 'patch' && flags?.length) {
    const target = fromFlags(flags, action);
    return { ...object, ...target, metadata: { ...object.metadata, ...target.metadata } };
  }
  if (!isTyped)
    throw new SlipwayError('InvalidManifest', 'resource.manifest: apiVersion and kind are required');
  return { ...object, metadata: { ...object.metadata } };
}

function parse(manifest: string): unknown[] {
  try {
    return parseYaml(manifest, 'resource.manifest').map(({ value }) => value);
  } catch (cause) {
    throw new SlipwayError('InvalidManifest', `${messageOf(cause)}: is not YAML`, { cause });
  }
}

const BUILT_IN: Record<string, { apiVersion: string; kind: string }> = {
  pod: { apiVersion: 'v1', kind: 'Pod' },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  service: { apiVersion: 'v1', kind: 'Service' },
  configmap: { apiVersion: 'v1', kind: 'ConfigMap' },
  cm: { apiVersion: 'v1', kind: 'ConfigMap' },
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  job: { apiVersion: 'batch/v1', kind: 'Job' },
  workflow: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow' },
  workflows: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow' },
};

function fromFlags(flags: string[], action: string): AnyObject {
  const words = flags.filter(flag => !flag.startsWith('-')).flatMap(flag => flag.split('/'));
  const known = BUILT_IN[words[0]?.toLowerCase() ?? ''];
  const unsupported = flags.find(flag => flag.startsWith('-') && !/^--ignore-not-found(=true)?$/.test(flag));
  if (unsupported)
    throw new SlipwayError(
      'Unsupported',
      `resource.flags: ${unsupported} is not supported; name the object in resource.manifest`,
    );
  if (known && words[1]) return { ...known, metadata: { name: words[1] } };
  throw new SlipwayError('InvalidManifest', `resource: ${action} needs a manifest that names the object`);
}

/** As generateName, but the same again after a restart. */
function generatedName(object: AnyObject, node: string): string {
  const prefix = object.metadata.generateName;
  if (!prefix)
    throw new SlipwayError(
      'InvalidManifest',
      `resource.manifest: metadata.name or generateName is required for ${object.kind}`,
    );
  delete object.metadata.generateName;
  return `${prefix}${fnv32a(node).toString(36).padStart(5, '0').slice(-6)}`;
}
