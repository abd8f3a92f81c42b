import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Runs Apache Spark applications, once or on a schedule, as Kubernetes objects.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; a part of Kubeflow, which graduated in July 2026',
  chooseWhen: 'data teams know Spark and shall use the platform’s rights, quotas and delivery',
  avoidWhen: 'data fits one machine: a query engine in one process is faster and simpler',
  switching: 'the applications stay; how they are submitted is rewritten',
  homepage: 'https://www.kubeflow.org/docs/components/spark-operator/',
  asOf: '2026-08-07',
};
