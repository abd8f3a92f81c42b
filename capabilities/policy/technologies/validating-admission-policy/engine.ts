import { messageOf, SlipwayError } from '@slipway/api';
import type { Ports, Running } from '@slipway/definition';
import {
  Approval,
  ClusterRole,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@slipway/kinds';
import { approvalController } from './approval/reconcile.ts';
import { APPROVER_ROLE } from './approver/plan.ts';
import { approverController, MANAGER } from './approver/reconcile.ts';
import { PEOPLE_ONLY, PEOPLE_ONLY_BINDING, PEOPLE_ONLY_MESSAGE } from './people-only/policy.ts';
import { pipelinePolicyController, policyExceptionController } from './pipeline-policy/reconcile.ts';

/** The API server evaluates the policies; this engine brings the platform's own and judges Approvals. */
export async function startEngine({ client }: Ports): Promise<Running> {
  const options = { fieldManager: MANAGER, force: true };
  await client.apply(ValidatingAdmissionPolicy, PEOPLE_ONLY, options);
  await client.apply(ValidatingAdmissionPolicyBinding, PEOPLE_ONLY_BINDING, options);
  await client.apply(ClusterRole, APPROVER_ROLE, options);
  return {
    controllers: [
      approvalController(),
      approverController(),
      pipelinePolicyController(),
      policyExceptionController(),
    ],
    routes: [],
    probes: [{ capability: 'validation', name: 'a policy denies', check: () => denial(client) }],
    stop: async () => {},
  };
}

/** Tries what a policy forbids, without writing anything. */
async function denial(client: Ports['client']): Promise<string> {
  const object = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Promotion',
    name: 'probe',
    uid: 'probe',
    generation: 1,
  };
  const attempt: Approval = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Approval',
    metadata: { namespace: 'default', name: 'probe' },
    spec: { object, decision: 'Approve' },
  };
  const answer = await client.create(Approval, attempt, { dryRun: true }).then(() => 'allowed', messageOf);
  if (answer.includes(PEOPLE_ONLY_MESSAGE)) return 'an approval by a ServiceAccount was denied';
  throw new SlipwayError(
    'PolicyIdle',
    `policy ${PEOPLE_ONLY.metadata.name}: expected a denial, got: ${answer}`,
  );
}
