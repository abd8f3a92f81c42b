import { readFile } from 'node:fs/promises';
import { type AnyObject, apiVersionOf, type Kind, SlipwayError } from '@slipway/api';
import { Application, Workload } from '@slipway/kinds';
import { loadAll } from 'js-yaml';
import type { Action, ActionContext } from './action.ts';
import { inWorkspace } from './paths.ts';

const text = { type: 'string' };

interface WorkloadInput {
  name: string;
  owner: string;
  repository?: string;
  branch?: string;
  port?: number;
  environments?: string[];
  description?: string;
}

/** Makes a repository a service: from then on its pushes are built and delivered. */
export const workloadCreate: Action = {
  id: 'slipway:workload:create',
  description: 'Creates the service that delivers a repository.',
  local: false,
  input: {
    type: 'object',
    required: ['name', 'owner'],
    properties: {
      name: text,
      owner: text,
      repository: text,
      branch: text,
      port: { type: 'integer' },
      environments: { type: 'array', items: text },
      description: text,
    },
  },
  run: async context => {
    const { name, owner, repository = name, ...rest } = context.input as unknown as WorkloadInput;
    const namespace = `team-${owner}`;
    const spec = { repository, ...rest };
    const object = {
      apiVersion: apiVersionOf(Workload),
      kind: Workload.kind,
      metadata: { name, namespace },
      spec,
    };
    await context.create(Workload as unknown as Kind<AnyObject>, { namespace, name }, object as AnyObject);
    context.output('name', name);
    context.output('namespace', namespace);
    context.log(`service ${name} of team ${owner}`);
  },
};

interface ArgoCdInput {
  appName: string;
  appNamespace?: string;
  argoInstance?: string;
  projectName?: string;
  repoUrl: string;
  path: string;
  labelKey?: string;
  labelValue?: string;
}

/** CNOE's: an Application that delivers a folder of a repository. */
export const cnoeCreateArgocdApp: Action = {
  id: 'cnoe:create-argocd-app',
  description: 'Creates an Argo CD Application for a folder of a repository.',
  local: false,
  input: {
    type: 'object',
    required: ['appName', 'repoUrl', 'path'],
    properties: {
      appName: text,
      appNamespace: text,
      argoInstance: text,
      projectName: text,
      repoUrl: text,
      path: text,
      labelKey: text,
      labelValue: text,
    },
  },
  run: async context => {
    const input = context.input as unknown as ArgoCdInput;
    const namespace = context.run.metadata.namespace ?? '';
    const labels = input.labelKey && input.labelValue ? { [input.labelKey]: input.labelValue } : undefined;
    const object: AnyObject = {
      apiVersion: apiVersionOf(Application),
      kind: Application.kind,
      metadata: { name: input.appName, namespace, ...(labels ? { labels } : {}) },
      spec: {
        project: input.projectName ?? 'default',
        source: { repoURL: input.repoUrl, path: input.path, targetRevision: 'HEAD' },
        destination: {
          name: 'in-cluster',
          namespace: input.appNamespace ?? `${namespace.replace(/^team-/, '')}-dev`,
        },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
      },
    };
    await context.create(Application, { namespace, name: input.appName }, object);
    context.log(`application ${input.appName}`);
  },
};

interface ApplyInput {
  manifestString?: string;
  manifestObject?: Record<string, unknown>;
  manifestPath?: string;
  namespaced?: boolean;
}

/** CNOE's: applies manifests with the rights of whoever started the run. */
export const cnoeKubernetesApply: Action = {
  id: 'cnoe:kubernetes-apply',
  description: 'Applies Kubernetes manifests.',
  local: false,
  input: {
    type: 'object',
    properties: {
      manifestString: text,
      manifestObject: { type: 'object' },
      manifestPath: text,
      namespaced: { type: 'boolean' },
      clusterName: text,
    },
  },
  run: async context => {
    const objects = await manifestsOf(context, context.input as ApplyInput);
    if (objects.length === 0)
      throw new SlipwayError(
        'InvalidInput',
        'cnoe:kubernetes-apply: one of manifestString, manifestObject, manifestPath is required',
      );
    const applied: AnyObject[] = [];
    for (const object of objects) applied.push(await applyOne(context, object));
    context.output(
      'objects',
      applied.map(({ apiVersion, kind, metadata }) => ({
        apiVersion,
        kind,
        metadata: { name: metadata.name, namespace: metadata.namespace },
      })),
    );
  },
};

async function manifestsOf(context: ActionContext, input: ApplyInput): Promise<AnyObject[]> {
  if (input.manifestObject) return [input.manifestObject as unknown as AnyObject];
  const path = input.manifestPath;
  const source = path
    ? await readFile(inWorkspace(context.workspace, path, 'manifestPath'), 'utf8')
    : input.manifestString;
  return source ? (loadAll(source) as (AnyObject | null)[]).filter(document => document !== null) : [];
}

async function applyOne(context: ActionContext, object: AnyObject): Promise<AnyObject> {
  const kind = await context.client.discover(object.apiVersion, object.kind);
  if (!kind)
    throw new SlipwayError(
      'KindUnknown',
      `cnoe:kubernetes-apply: no ${object.kind} in ${object.apiVersion} is served here`,
    );
  const namespace = kind.namespaced
    ? (object.metadata?.namespace ?? context.run.metadata.namespace)
    : undefined;
  const name = object.metadata?.name;
  if (!name)
    throw new SlipwayError('InvalidInput', `cnoe:kubernetes-apply: ${object.kind} without metadata.name`);
  const key = { name, ...(namespace ? { namespace } : {}) };
  // What was there before stays when the run is undone: only what it creates goes into the inventory.
  const present = await context.client.find(kind, key);
  if (!present)
    await context.claim({ apiVersion: object.apiVersion, kind: object.kind, ...key }, async () => false);
  const applied = await context.client.apply(
    kind as Kind<AnyObject>,
    { ...object, metadata: { ...object.metadata, ...key } },
    { fieldManager: 'slipway-portal', force: true },
  );
  context.log(`${object.kind} ${name} applied`);
  return applied;
}
