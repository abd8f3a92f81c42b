import { type AnyObject, messageOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { EngineState } from '../engine-state.ts';
import type { ArgoWorkflow } from '../model.ts';
import { type Acted, act } from '../resource/act.ts';
import { judge, parametersOf } from '../resource/conditions.ts';
import type { ResourceOutcome, ResourceRequest } from './run.ts';

/** What this process has done for a resource node; gone after a restart, which is why acting is idempotent. */
export type ActedNodes = Map<string, Acted | undefined>;

/**
 * Acts for new resource nodes and looks again at the objects of running ones, with the rights of the workflow's
 * ServiceAccount. True when something changed, so that the workflow can go on at once.
 */
export async function advanceResources(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  requests: ResourceRequest[],
  before: ArgoWorkflow,
): Promise<boolean> {
  const { uid } = workflow.metadata;
  const outcomes = engine.resources.get(uid) ?? new Map<string, ResourceOutcome>();
  engine.resources.set(uid, outcomes);
  const changes = await Promise.all(
    requests.map(async request => {
      const resumed = before.status?.nodes?.[request.nodeId] !== undefined;
      const previous = outcomes.get(request.nodeId);
      const outcome = await advance(engine, workflow, request, resumed);
      outcomes.set(request.nodeId, outcome);
      return outcome.phase !== 'Running' || previous === undefined;
    }),
  );
  return changes.some(Boolean);
}

async function advance(
  engine: EngineState,
  workflow: Stored<ArgoWorkflow>,
  request: ResourceRequest,
  resumed: boolean,
): Promise<ResourceOutcome> {
  const { namespace = '', uid, name } = workflow.metadata;
  const { resource, outputs, nodeId, serviceAccount } = request;
  try {
    const client = engine.asServiceAccount(namespace, serviceAccount);
    const node = `${uid}/${nodeId}`;
    const known = engine.acted.has(node);
    const owner = { apiVersion: workflow.apiVersion, kind: workflow.kind, name, uid };
    if (!known) engine.acted.set(node, await act(client, { resource, namespace, node, resumed, owner }));
    const object = await look(client, engine.acted.get(node));
    const verdict = judge(resource, object);
    return { ...verdict, parameters: verdict.phase === 'Succeeded' ? parametersOf(outputs, object) : {} };
  } catch (error) {
    return { phase: 'Error', message: messageOf(error), parameters: {} };
  }
}

async function look(client: Client, acted: Acted | undefined): Promise<AnyObject | undefined> {
  return acted ? client.get(acted.kind, acted.key) : undefined;
}

/** A workflow that is over needs none of it any longer. */
export function forgetResources(engine: EngineState, { metadata }: Stored<ArgoWorkflow>): void {
  engine.resources.delete(metadata.uid);
  for (const node of engine.acted.keys()) if (node.startsWith(`${metadata.uid}/`)) engine.acted.delete(node);
}
