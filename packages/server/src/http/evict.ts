import {
  type KubeObject,
  type LabelSelector,
  matchesLabels,
  requirementsOf,
  StatusError,
} from '@slipway/api';
import { commit } from './commit.ts';
import { asObject, isRecord, parseBody } from './decode.ts';
import { removeOne } from './delete.ts';
import { type Exchange, successStatus, type Target, targetOf } from './exchange.ts';
import type { DeleteOptions } from './options.ts';
import { keyFor } from './read.ts';
import { notFound } from './refusals.ts';

interface Budget extends KubeObject {
  spec?: { selector?: LabelSelector };
  status?: {
    disruptionsAllowed?: number;
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
  };
}

const EVICTION = {
  kind: { group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions', namespaced: true },
};

/** `pods/eviction`: a deletion that disruption budgets may refuse. */
export async function evict(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const name = target.name ?? '';
  const { incoming, parts } = exchange;
  const eviction = asObject(
    parseBody(await incoming.body(), incoming.contentType),
    EVICTION,
  ) as KubeObject & {
    deleteOptions?: Record<string, unknown>;
  };
  const pod = parts.store.get('/pods', keyFor(target, name));
  if (!pod) throw notFound(target.info, name);
  const options = optionsOf(eviction.deleteOptions ?? {});
  const object = JSON.parse(pod.text) as KubeObject & { status?: { phase?: string } };
  const running = object.status?.phase === 'Running' && !object.metadata.deletionTimestamp;
  if (running && !options.dryRun) await useBudget(exchange, target, object);
  await removeOne(exchange, { target, name, options });
  exchange.answer = successStatus(201);
}

function optionsOf(given: Record<string, unknown>): DeleteOptions {
  const { gracePeriodSeconds, dryRun, preconditions } = given;
  return {
    dryRun: Array.isArray(dryRun) && dryRun.includes('All'),
    gracePeriodSeconds: typeof gracePeriodSeconds === 'number' ? gracePeriodSeconds : undefined,
    propagation: undefined,
    preconditions: isRecord(preconditions) ? preconditions : {},
  };
}

/** Takes one disruption from the budget that covers the pod. @throws StatusError TooManyRequests when none is left */
async function useBudget(exchange: Exchange, target: Target, pod: KubeObject): Promise<void> {
  const { registry, store, clock } = exchange.parts;
  const info = registry.byPath('policy', 'v1', 'poddisruptionbudgets');
  if (!info) return;
  const budgets: string[] = [];
  for (const entry of store
    .snapshot('policy/poddisruptionbudgets')
    .entries({ prefix: `${target.namespace}/` })) {
    const { spec } = JSON.parse(entry.text) as Budget;
    if (!spec?.selector || !matchesLabels(requirementsOf(spec.selector), pod.metadata.labels)) continue;
    budgets.push(entry.key.slice(entry.key.indexOf('/') + 1));
  }
  if (budgets.length > 1) {
    throw new StatusError(
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [name] = budgets;
  if (name === undefined) return;
  const { subresource: _pod, ...place } = target;
  const budgetTarget: Target = { ...place, info, name, subresource: 'status' };
  await commit(exchange, { target: budgetTarget, name, verb: 'update', dryRun: false }, async live => {
    if (!live) throw notFound(info, name);
    const budget = JSON.parse(live.text) as Budget;
    return {
      change: 'put',
      object: spent(budget, pod.metadata.name ?? '', new Date(clock.now()).toISOString()),
    };
  });
}

function spent(budget: Budget, pod: string, time: string): KubeObject {
  const { status = {}, metadata } = budget;
  const allowed = status.disruptionsAllowed ?? 0;
  const known = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  if (allowed <= 0 || !known) {
    throw new StatusError(
      'TooManyRequests',
      "Cannot evict pod as it would violate the pod's disruption budget.",
      {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: `The disruption budget ${metadata.name} needs more healthy pods than there are`,
          },
        ],
      },
    );
  }
  const disruptedPods = { ...status.disruptedPods, [pod]: `${time.slice(0, 19)}Z` };
  return { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } } as KubeObject;
}
