import type { Capability } from '../capability.ts';

/** Ids of the map that nothing serves yet: what they are for, so that the map has no hole. */
export const PLANNED_CAPABILITIES: Omit<Capability, 'technologies' | 'kinds'>[] = [
  {
    id: 'signing',
    title: 'Signing',
    purpose: 'What runs can be proven to come from your pipelines, unchanged.',
    choice: 'one',
  },
  {
    id: 'secret-repositories',
    title: 'Secret repositories',
    purpose: 'Secrets are kept encrypted, read by policy, and every access is on record.',
    choice: 'one',
  },
  {
    id: 'secret-management',
    title: 'Secret management',
    purpose: 'Services get the secrets they need when they need them, and new ones without a release.',
    choice: 'many',
  },
  {
    id: 'service-discovery',
    title: 'Service discovery',
    purpose: 'Services find each other by name, wherever they run.',
    choice: 'many',
  },
  {
    id: 'mesh',
    title: 'Service mesh',
    purpose: 'Traffic between services is encrypted, authorized and measured without their doing.',
    choice: 'many',
  },
  {
    id: 'infrastructure-as-code',
    title: 'Infrastructure as code',
    purpose: 'Databases, buckets and networks are ordered as files and kept as they say.',
    choice: 'many',
  },
  {
    id: 'data',
    title: 'Data',
    purpose: 'Databases and data processing as part of the platform, with its rights and its delivery.',
    choice: 'many',
  },
  {
    id: 'validation',
    title: 'Validation',
    purpose: 'What breaks the rules is refused before it runs, with the reason.',
    choice: 'many',
  },
  {
    id: 'observability',
    title: 'Observability',
    purpose: 'Metrics, logs and traces tell what happens, and why.',
    choice: 'many',
  },
];
