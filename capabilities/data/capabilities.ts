// Databases and data processing.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'data',
    title: 'Data',
    purpose: 'Databases and data processing as part of the platform, with its rights and its delivery.',
    choice: 'many',
    kinds: [
      'SparkApplication.sparkoperator.k8s.io/v1beta2',
      'ScheduledSparkApplication.sparkoperator.k8s.io/v1beta2',
      'Cluster.postgresql.cnpg.io/v1',
    ],
    technologies: ['spark-operator', 'postgres'],
  },
]);
