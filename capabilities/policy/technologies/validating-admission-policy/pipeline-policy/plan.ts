import type { Stored } from '@slipway/api';
import type { GovernedService, PipelinePolicy, Workload } from '@slipway/kinds';

/** Who a policy governs and how each stands to it, as delivery wrote it into the services; sorted. */
export function governedServices(policy: string, workloads: Stored<Workload>[]): GovernedService[] {
  return workloads
    .flatMap(({ metadata, status }): GovernedService[] => {
      const own = status?.policies?.find(each => each.policy === policy);
      if (!own || metadata.deletionTimestamp) return [];
      const { verdict, message, until } = own;
      return [
        {
          namespace: metadata.namespace ?? '',
          name: metadata.name,
          verdict,
          ...(message ? { message } : {}),
          ...(until ? { until } : {}),
        },
      ];
    })
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
}

/** Templates of the platform that a policy asks for. */
export function templatesAskedFor({ spec }: PipelinePolicy): { name: string; template: string }[] {
  return (spec.steps ?? []).flatMap(({ from }) =>
    from ? [{ name: from.clusterWorkflowTemplate, template: from.template }] : [],
  );
}
