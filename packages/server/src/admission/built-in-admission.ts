import type { Clock, Random } from '@slipway/api';
import { checkEscalation } from '../authz/escalation.ts';
import type { RbacIndex } from '../authz/rbac-index.ts';
import type { Admission, Authorize } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { defaultTolerations } from './default-tolerations.ts';
import { jobSelector } from './job-selector.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { admissionChain } from './plugin.ts';
import { priorityPlugin } from './pod-priority.ts';
import { podSecurity } from './pod-security.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccountPlugin } from './service-account.ts';
import { serviceAddresses } from './service-addresses.ts';
import { servicePlugin } from './service-plugin.ts';

export interface AdmissionOptions {
  store: StoreReader;
  clock: Clock;
  random: Random;
  index: RbacIndex;
  authorize: Authorize;
}

/** Everything that is on in a plain cluster, in upstream's order; quota comes last, for a refused object uses nothing. */
export function builtInAdmission(options: AdmissionOptions): { admission: Admission; close(): void } {
  const { store, index, authorize } = options;
  const addresses = serviceAddresses(options);
  const admission = admissionChain([
    namespaceLifecycle(store),
    limitRanger(store),
    serviceAccountPlugin(options),
    priorityPlugin(store),
    runtimeClass(store),
    defaultTolerations,
    jobSelector,
    servicePlugin(addresses),
    podSecurity(store),
    { name: 'RbacEscalation', validate: call => checkEscalation(index, authorize, call) },
    resourceQuota(options),
  ]);
  return { admission, close: addresses.close };
}
