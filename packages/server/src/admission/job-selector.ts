import type { Job } from '@slipway/kinds';
import { type AdmissionPlugin, isResource } from './plugin.ts';

/** A Job that names no selector selects the pods that carry its uid (batch/job strategy `generateSelector`). */
export const jobSelector: AdmissionPlugin = {
  name: 'JobSelector',
  mutate: call => {
    if (call.operation !== 'CREATE' || !isResource(call, 'batch', 'jobs') || !call.object) return undefined;
    const job = structuredClone(call.object) as Job;
    const { uid = '', name = '' } = job.metadata;
    if (job.spec.manualSelector) return undefined;
    const prefix = 'batch.kubernetes.io';
    const labels = {
      ...job.spec.template.metadata?.labels,
      [`${prefix}/controller-uid`]: uid,
      [`${prefix}/job-name`]: name,
      'controller-uid': uid,
      'job-name': name,
    };
    job.spec.template.metadata = { ...job.spec.template.metadata, labels };
    job.spec.selector = {
      matchLabels: { ...job.spec.selector?.matchLabels, [`${prefix}/controller-uid`]: uid },
    };
    return job;
  },
};
