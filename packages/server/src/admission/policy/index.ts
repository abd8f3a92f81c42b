// Policies that users write as objects: policy-kinds (their form), policy-store (which are bound), matches (which
// writes they mean), evaluation (what their expressions see), validating-policies and mutating-policies (what follows).

import type { Admission } from '../../http/seams.ts';
import { admissionChain } from '../plugin.ts';
import { checkedExpressions } from './checked-expressions.ts';
import type { PolicyPorts } from './evaluation.ts';
import { mutatingPolicies } from './mutating-policies.ts';
import { policyStore } from './policy-store.ts';
import { validatingPolicies } from './validating-policies.ts';

/** Admission by the policies in the store, and the check of policies themselves. */
export function policyAdmission(ports: PolicyPorts): { admission: Admission; close(): void } {
  const policies = policyStore(ports.store);
  const admission = admissionChain([
    checkedExpressions,
    mutatingPolicies(policies, ports),
    validatingPolicies(policies, ports),
  ]);
  return { admission, close: policies.close };
}
