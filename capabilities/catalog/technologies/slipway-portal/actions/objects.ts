import { readFile } from 'node:fs/promises';
import { type AnyObject, apiVersionOf, type Kind, SlipwayError } from '@slipway/api';
import { Application, Workload } from '@slipway/kinds';
import { loadAll } from 'js-yaml';
import { parseRef } from '../entity/envelope.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { internalRepository } from '../git-server/hosts.ts';
import { MADE_BY, marked } from '../template-run/made-by.ts';
import type { ActionContext, LocalContext, OuterAction } from './action.ts';
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
export const workloadCreate: OuterAction = {
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
    const { name, owner: reference, repository = name, ...rest } = context.input as unknown as WorkloadInput;
    const owner = parseRef(reference, { kind: 'group' }).name;
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
  rehearse: async context => {
    const { name, owner: reference } = context.input as unknown as WorkloadInput;
    const owner = parseRef(reference, { kind: 'group' }).name;
    const namespace = `team-${owner}`;
    context.record({ apiVersion: apiVersionOf(Workload), kind: Workload.kind, namespace, name });
    context.output('name', name);
    context.output('namespace', namespace);
    context.log(`would create service ${name} of team ${owner}`);
  },
};

interface ArgoCdInput {
  appName: string;
  appNamespace?: string;
  namespace?: string;
  argoInstance?: string;
  projectName?: string;
  repoUrl: string;
  path: string;
  labelKey?: string;
  labelValue?: string;
}

/** CNOE's: an Application that delivers a folder of a repository. */
export const cnoeCreateArgocdApp: OuterAction = argoCdApp('cnoe:create-argocd-app');
/** Roadie's, with the same inputs. */
export const argocdCreateResources: OuterAction = argoCdApp('argocd:create-resources');

function argoCdApp(id: string): OuterAction {
  return {
    id,
    description: 'Creates an Argo CD Application for a folder of a repository.',
    local: false,
    input: {
      type: 'object',
      required: ['appName', 'repoUrl', 'path'],
      properties: {
        appName: text,
        appNamespace: text,
        namespace: text,
        argoInstance: text,
        projectName: text,
        repoUrl: text,
        path: text,
        labelKey: text,
        labelValue: text,
      },
    },
    run: async context => {
      const object = applicationOf(context);
      const { name, namespace = '' } = object.metadata as { name: string; namespace?: string };
      await context.create(Application, { namespace, name }, object);
      context.log(`application ${name}`);
    },
    rehearse: async context => {
      const { apiVersion, kind, metadata } = applicationOf(context);
      const { name, namespace = '' } = metadata as { name: string; namespace?: string };
      context.record({ apiVersion, kind, namespace, name });
      context.log(`would create application ${name}`);
    },
  };
}

function applicationOf(context: LocalContext): AnyObject {
  const input = context.input as unknown as ArgoCdInput;
  const namespace = context.run.metadata.namespace ?? '';
  const labels = input.labelKey && input.labelValue ? { [input.labelKey]: input.labelValue } : undefined;
  const place = input.appNamespace ?? input.namespace ?? `${namespace.replace(/^team-/, '')}-dev`;
  return {
    apiVersion: apiVersionOf(Application),
    kind: Application.kind,
    metadata: { name: input.appName, namespace, ...(labels ? { labels } : {}) },
    spec: {
      project: input.projectName ?? 'default',
      source: { repoURL: storedUrl(context, input.repoUrl), path: input.path, targetRevision: 'HEAD' },
      destination: { name: 'in-cluster', namespace: place },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}

/** Repositories here are stored by their internal name, whatever name a template knows the Git server by. */
function storedUrl({ gitHosts, run }: LocalContext, url: string): string {
  const found = internalRepository(gitHosts, url);
  if (!found) return url;
  // Templates made for one administrator's repositories name that one; here every repository is a team's.
  const own =
    found.owner === 'giteaAdmin' ? (run.metadata.namespace ?? '').replace(/^team-/, '') : found.owner;
  return `https://${GIT_HOST}/${own}/${found.name}.git`;
}

interface ApplyInput {
  manifestString?: string;
  /** As older templates call it. */
  manifest?: string;
  manifestObject?: Record<string, unknown>;
  manifestPath?: string;
  namespaced?: boolean;
}

/** CNOE's: applies manifests with the rights of whoever started the run. */
export const cnoeKubernetesApply: OuterAction = kubernetesApply('cnoe:kubernetes:apply');
/** The name it has in older templates. */
export const cnoeKubernetesApplyOld: OuterAction = kubernetesApply('cnoe:kubernetes-apply');

function kubernetesApply(id: string): OuterAction {
  return {
    id,
    description: 'Applies Kubernetes manifests.',
    local: false,
    input: {
      type: 'object',
      properties: {
        manifest: text,
        manifestString: text,
        manifestObject: { type: 'object' },
        manifestPath: text,
        namespaced: { type: 'boolean' },
        clusterName: { enum: ['in-cluster', ''] },
      },
    },
    output: { objects: 'what was applied: apiVersion, kind, metadata' },
    run: async context => {
      const applied: AnyObject[] = [];
      for (const object of await manifestsOf(context, id)) applied.push(await applyOne(context, object));
      context.output('objects', applied.map(shown));
    },
    rehearse: async context => {
      const objects = await manifestsOf(context, id);
      for (const { apiVersion, kind, metadata } of objects) {
        const namespace = metadata?.namespace ?? context.run.metadata.namespace ?? '';
        context.record({ apiVersion, kind, namespace, name: metadata?.name ?? '' });
        context.log(`would apply ${kind} ${metadata?.name}`);
      }
      context.output('objects', objects.map(shown));
    },
  };
}

function shown({ apiVersion, kind, metadata }: AnyObject): Record<string, unknown> {
  return { apiVersion, kind, metadata: { name: metadata?.name, namespace: metadata?.namespace ?? null } };
}

async function manifestsOf(context: LocalContext, id: string): Promise<AnyObject[]> {
  const { manifestObject, manifestPath, manifestString, manifest } = context.input as ApplyInput;
  const objects = manifestObject
    ? [manifestObject as unknown as AnyObject]
    : parsed(
        manifestPath
          ? await readFile(inWorkspace(context.workspace, manifestPath, 'manifestPath'), 'utf8')
          : (manifestString ?? manifest ?? ''),
      );
  if (objects.length === 0)
    throw new SlipwayError(
      'InvalidInput',
      `${id}: one of manifestString, manifestObject, manifestPath is required`,
    );
  for (const { apiVersion, kind, metadata } of objects)
    if (!apiVersion || !kind || !metadata?.name)
      throw new SlipwayError(
        'InvalidInput',
        `${id}: ${kind ?? 'a document'} without apiVersion, kind or metadata.name`,
      );
  return objects;
}

function parsed(source: string): AnyObject[] {
  return (loadAll(source) as (AnyObject | null)[]).filter(document => document !== null);
}

async function applyOne(context: ActionContext, object: AnyObject): Promise<AnyObject> {
  const kind = await context.client.discover(object.apiVersion, object.kind);
  if (!kind)
    throw new SlipwayError(
      'KindUnknown',
      `cnoe:kubernetes:apply: no ${object.kind} in ${object.apiVersion} is served here`,
    );
  const namespace = kind.namespaced
    ? (object.metadata?.namespace ?? context.run.metadata.namespace)
    : undefined;
  const name = object.metadata?.name ?? '';
  const key = { name, ...(namespace ? { namespace } : {}) };
  // What was there before stays when the run is undone: only what it creates goes into the inventory.
  const present = await context.client.find(kind, key);
  const made = { apiVersion: object.apiVersion, kind: object.kind, ...key };
  if (!present) await context.claim(made, async () => false);
  const ours = present?.metadata.annotations?.[MADE_BY] === context.run.metadata.uid;
  const own = present && !ours ? object : marked(object, context.run);
  try {
    const whole = { ...own, metadata: { ...own.metadata, ...key } };
    const options = { fieldManager: 'slipway-portal', force: true };
    const applied = await context.client.apply(kind as Kind<AnyObject>, whole, options);
    context.log(`${object.kind} ${name} applied`);
    return applied;
  } catch (error) {
    // Refused: there is nothing to remove later.
    const there = await context.client.find(kind, key).catch(() => true);
    if (!present && !there) await context.disclaim(made);
    throw error;
  }
}
