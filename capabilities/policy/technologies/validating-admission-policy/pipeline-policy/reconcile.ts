import { isDeepStrictEqual } from 'node:util';
import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { ClusterWorkflowTemplate, PipelinePolicy, PolicyException, Workload } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  terminal,
  watching,
} from '@slipway/runtime';
import { governedServices, templatesAskedFor } from './plan.ts';

/** Longer than this nobody sleeps at once (a timer takes no more than 24 days). */
const LONGEST_MS = 24 * 3_600_000;

/** Says of each policy who is governed by it, and whether what it asks for exists. */
export function pipelinePolicyController(): Controller {
  return controller<PipelinePolicy>({
    name: 'pipeline-policy',
    kind: PipelinePolicy,
    condition: 'Ready',
    watches: [
      watching<Workload>({
        kind: Workload,
        keysOf: (_workload, { cache }) =>
          cache(PipelinePolicy)
            .list()
            .map(({ metadata: { name } }) => ({ name })),
      }),
      watching<AnyObject>({
        kind: ClusterWorkflowTemplate,
        keysOf: (template, { cache }) =>
          cache(PipelinePolicy)
            .list()
            .filter(policy => templatesAskedFor(policy).some(({ name }) => name === template.metadata.name))
            .map(({ metadata: { name } }) => ({ name })),
      }),
    ],
    reconcile,
  });
}

async function reconcile(policy: Stored<PipelinePolicy>, context: Context): Promise<Outcome> {
  const { name } = policy.metadata;
  const services = governedServices(name, context.cache(Workload).list());
  const observedGeneration = policy.metadata.generation ?? 0;
  const { services: before, observedGeneration: seen } = policy.status ?? {};
  if (!isDeepStrictEqual([before, seen], [services, observedGeneration]))
    await updateStatus(context.client, PipelinePolicy, { name }, draft => {
      draft.status = { ...draft.status, services, observedGeneration };
    }).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  for (const asked of templatesAskedFor(policy)) {
    const template = context.cache(ClusterWorkflowTemplate).get({ name: asked.name });
    const templates = (template?.spec?.templates ?? []) as { name?: string }[];
    if (templates.some(each => each.name === asked.template)) continue;
    return terminal(
      'TemplateMissing',
      `steps: from: ClusterWorkflowTemplate ${asked.name} has no template ${JSON.stringify(asked.template)}; nothing that this policy governs can be delivered until it has`,
    );
  }
  return done;
}

/** Says of each exception whether it counts: an end is an end. */
export function policyExceptionController(): Controller {
  return controller<PolicyException>({
    name: 'policy-exception',
    kind: PolicyException,
    condition: 'Counts',
    watches: [
      watching<PipelinePolicy>({
        kind: PipelinePolicy,
        keysOf: ({ metadata }, { cache }) =>
          cache(PolicyException)
            .list()
            .filter(({ spec }) => spec.policy === metadata.name)
            .map(({ metadata: { name } }) => ({ name })),
      }),
    ],
    reconcile: async ({ spec }, { cache, clock }) => {
      const left = Date.parse(spec.until) - clock.now();
      if (!(left > 0)) return terminal('Ended', `it ended ${spec.until}; the policy counts again`);
      if (!cache(PipelinePolicy).get({ name: spec.policy }))
        return terminal('PolicyUnknown', `policy ${JSON.stringify(spec.policy)}: there is none of this name`);
      return doneFor(Math.min(left, LONGEST_MS));
    },
  });
}
