import { type ListOf, StatusError, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { readJson, sendJson } from '@slipway/gateway';
import { Pod } from '@slipway/kinds';
import { ArgoWorkflowKind, ClusterTemplateKind, TemplateKind } from '../kinds.ts';
import { type ArgoWorkflow, LABEL } from '../model.ts';
import { isCompleted } from '../workflow/plan.ts';
import { plannedRetry, resubmitted, resumed, retried } from '../workflow/rerun.ts';
import { type Exchange, requireRight } from './exchange.ts';

/** Workflows are large documents. */
const MOST_BYTES = 4 * 1024 * 1024;
const GROUP = { group: 'argoproj.io', resource: 'workflows' } as const;

export async function listWorkflows(exchange: Exchange, [namespace = '']: string[]): Promise<void> {
  await requireRight(exchange, { verb: 'list', ...GROUP, namespace });
  const { searchParams } = exchange.url;
  const list: ListOf<Stored<ArgoWorkflow>> = await exchange.state.ports.client.list(ArgoWorkflowKind, {
    ...(namespace ? { namespace } : {}),
    ...option('labelSelector', searchParams.get('listOptions.labelSelector')),
    ...option('fieldSelector', searchParams.get('listOptions.fieldSelector')),
    ...option('continue', searchParams.get('listOptions.continue')),
    ...(searchParams.get('listOptions.limit')
      ? { limit: Number(searchParams.get('listOptions.limit')) }
      : {}),
  });
  const items = list.items.toSorted((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1,
  );
  sendJson(exchange.response, { metadata: list.metadata, items });
}

function option(name: string, value: string | null): Record<string, string> {
  return value ? { [name]: value } : {};
}

export async function getWorkflow(exchange: Exchange, [namespace = '', name = '']: string[]): Promise<void> {
  await requireRight(exchange, { verb: 'get', ...GROUP, namespace, name });
  sendJson(exchange.response, await exchange.state.ports.client.get(ArgoWorkflowKind, { namespace, name }));
}

export async function deleteWorkflow(
  exchange: Exchange,
  [namespace = '', name = '']: string[],
): Promise<void> {
  await requireRight(exchange, { verb: 'delete', ...GROUP, namespace, name });
  await exchange.state.ports.as(exchange.user).delete(ArgoWorkflowKind, { namespace, name });
  sendJson(exchange.response, {});
}

export async function createWorkflow(exchange: Exchange, [namespace = '']: string[]): Promise<void> {
  await requireRight(exchange, { verb: 'create', ...GROUP, namespace });
  const body = await readJson(exchange.request, MOST_BYTES);
  const workflow = body.workflow as ArgoWorkflow | undefined;
  if (!workflow?.metadata || !workflow.spec)
    throw new StatusError('BadRequest', 'workflow: metadata and spec are required');
  sendJson(exchange.response, await create(exchange, namespace, workflow));
}

function create(
  { state, user }: Exchange,
  namespace: string,
  workflow: ArgoWorkflow,
): Promise<Stored<ArgoWorkflow>> {
  const creator = user.username
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(-63);
  const { status: _status, ...rest } = workflow;
  const labels = { ...workflow.metadata.labels, [LABEL.creator]: creator };
  // As the caller: the audit then says who it was.
  return state.ports.as(user).create(ArgoWorkflowKind, {
    ...rest,
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { ...workflow.metadata, namespace, labels },
  });
}

interface SubmitOptions {
  parameters?: string[];
  name?: string;
  generateName?: string;
  entryPoint?: string;
  labels?: string;
  serviceAccount?: string;
}

/** `argo submit --from`: a workflow out of a WorkflowTemplate or ClusterWorkflowTemplate. */
export async function submitWorkflow(exchange: Exchange, [namespace = '']: string[]): Promise<void> {
  await requireRight(exchange, { verb: 'create', ...GROUP, namespace });
  const body = await readJson(exchange.request, MOST_BYTES);
  const name = String(body.resourceName ?? '');
  const kind = String(body.resourceKind ?? '').toLowerCase();
  const clusterScope = kind === 'clusterworkflowtemplate' || kind === 'cluster-workflow-template';
  if (!clusterScope && kind !== 'workflowtemplate' && kind !== 'workflow-template') {
    throw new StatusError(
      'BadRequest',
      `resourceKind ${JSON.stringify(body.resourceKind)}: WorkflowTemplate or ClusterWorkflowTemplate is expected`,
    );
  }
  const { client } = exchange.state.ports;
  const found = clusterScope
    ? await client.find(ClusterTemplateKind, { name })
    : await client.find(TemplateKind, { namespace, name });
  if (!found) throw new StatusError('NotFound', `${kind} ${JSON.stringify(name)} not found`);
  const options = (body.submitOptions ?? {}) as SubmitOptions;
  const label = clusterScope ? LABEL.clusterWorkflowTemplate : LABEL.workflowTemplate;
  const workflow: ArgoWorkflow = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: {
      ...(options.name ? { name: options.name } : { generateName: options.generateName ?? `${name}-` }),
      labels: { ...labelsOf(options.labels), [label]: name },
    },
    spec: {
      workflowTemplateRef: { name, ...(clusterScope ? { clusterScope } : {}) },
      arguments: { parameters: (options.parameters ?? []).map(parameterOf) },
      ...(options.entryPoint ? { entrypoint: options.entryPoint } : {}),
      ...(options.serviceAccount ? { serviceAccountName: options.serviceAccount } : {}),
    },
  };
  sendJson(exchange.response, await create(exchange, namespace, workflow));
}

function labelsOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter(Boolean);
  return Object.fromEntries(pairs.map(pair => pair.split('=', 2) as [string, string]));
}

function parameterOf(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new StatusError(
      'BadRequest',
      `submitOptions.parameters: ${JSON.stringify(text)} is not name=value`,
    );
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** Everything that changes a workflow that is there. */
export async function changeWorkflow(
  exchange: Exchange,
  [namespace = '', name = '', verb = '']: string[],
): Promise<void> {
  const { client, random, clock } = exchange.state.ports;
  if (verb === 'resubmit') {
    await requireRight(exchange, { verb: 'create', ...GROUP, namespace });
    const original = await client.get(ArgoWorkflowKind, { namespace, name });
    sendJson(
      exchange.response,
      await create(
        exchange,
        namespace,
        resubmitted(original, Buffer.from(random.bytes(3)).toString('hex').slice(0, 5)),
      ),
    );
    return;
  }
  await requireRight(exchange, { verb: 'update', ...GROUP, namespace, name });
  const body = await readJson(exchange.request, MOST_BYTES);
  const before = await client.get(ArgoWorkflowKind, { namespace, name });
  if (verb === 'retry') await dropFailedPods(exchange, before);
  const changed = await mutate(
    exchange.state.ports.as(exchange.user),
    ArgoWorkflowKind,
    { namespace, name },
    draft => {
      Object.assign(draft, changes[verb]?.(draft, clock.now(), String(body.message ?? '')) ?? {});
    },
  );
  sendJson(exchange.response, changed);
}

const changes: Record<
  string,
  (draft: Stored<ArgoWorkflow>, now: number, message: string) => object | undefined
> = {
  retry: draft => retried(draft),
  resume: (draft, now) => resumed(draft, now),
  stop: (draft, _now, message) => change(draft, 'stop', message),
  terminate: (draft, _now, message) => change(draft, 'terminate', message),
  suspend: (draft, _now, message) => change(draft, 'suspend', message),
};

function change(draft: Stored<ArgoWorkflow>, verb: string, message: string): undefined {
  if (isCompleted(draft.status?.phase))
    throw new StatusError(
      'BadRequest',
      `workflow ${JSON.stringify(draft.metadata.name)} is over; it cannot ${verb}`,
    );
  if (verb === 'suspend') draft.spec.suspend = true;
  if (verb === 'stop') draft.spec.shutdown = 'Stop';
  if (verb === 'terminate') draft.spec.shutdown = 'Terminate';
  if (message && draft.status) draft.status.message = message;
}

/** Pods of what runs again have to go first: their names are the same. */
async function dropFailedPods({ state }: Exchange, workflow: Stored<ArgoWorkflow>): Promise<void> {
  const { podsToDelete } = plannedRetry(workflow);
  for (const name of podsToDelete) {
    await state.ports.client
      .delete(Pod, { namespace: workflow.metadata.namespace ?? '', name }, { gracePeriodSeconds: 0 })
      .catch(() => {});
  }
}
