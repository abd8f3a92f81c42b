import type { KnownTechnology } from './known.ts';

export const dataGuidance: KnownTechnology[] = [
  {
    id: 'spark-operator',
    title: 'Spark Operator',
    capabilities: ['data'],
    guidance: {
      purpose: 'Runs Apache Spark applications, once or on a schedule, as Kubernetes objects.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; a part of Kubeflow, which graduated in July 2026',
      chooseWhen: 'data teams know Spark and shall use the platform’s rights, quotas and delivery',
      avoidWhen: 'data fits one machine: a query engine in one process is faster and simpler',
      switching: 'the applications stay; how they are submitted is rewritten',
      homepage: 'https://www.kubeflow.org/docs/components/spark-operator/',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'postgres',
    title: 'PostgreSQL (CloudNativePG)',
    capabilities: ['data'],
    guidance: {
      purpose: 'PostgreSQL clusters as Kubernetes objects: replicas, failover, backups, restore to a moment.',
      licence: 'Apache-2.0; PostgreSQL itself under the PostgreSQL licence',
      cncf: 'sandbox',
      maintenance: 'active; a release every few months',
      chooseWhen: 'services need a database each, made and removed with them, on your own clusters',
      avoidWhen: 'a cloud’s managed database is at hand and nobody wants to care for backups',
      switching: 'low for programs: the protocol is PostgreSQL’s; data moves by dump or replication',
      homepage: 'https://cloudnative-pg.io',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'kuberay',
    title: 'KubeRay',
    capabilities: ['data'],
    guidance: {
      purpose: 'Runs Ray clusters, jobs and model serving as Kubernetes objects.',
      licence: 'Apache-2.0',
      cncf: 'none',
      maintenance: 'active; by the Ray community, a project of the PyTorch Foundation',
      chooseWhen: 'Python programs are spread over many machines, or models are served with Ray',
      avoidWhen: 'one container serves the model well enough',
      switching: 'the programs stay Ray’s; how clusters are made is rewritten',
      homepage: 'https://docs.ray.io/en/latest/cluster/kubernetes/index.html',
      asOf: '2026-08-07',
    },
  },
];
