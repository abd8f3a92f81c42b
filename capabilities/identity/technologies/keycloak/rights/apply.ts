import type { Client } from '@slipway/client';
import {
  ClusterRole,
  ClusterRoleBinding,
  Namespace,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES } from './cluster-roles.ts';
import { POLICIES, POLICY_BINDINGS } from './policies.ts';

/** Name that all of this engine's applies go under. */
export const MANAGER = 'keycloak';

/** Applies the platform's roles, its policies on people, and the namespace for identity's own Secrets. */
export async function applyRights(client: Client): Promise<void> {
  const options = { fieldManager: MANAGER, force: true };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
  await client.apply(Namespace, namespace, options);
  await Promise.all([
    applyRoles(client),
    ...POLICIES.map(policy => client.apply(ValidatingAdmissionPolicy, policy, options)),
    ...POLICY_BINDINGS.map(binding => client.apply(ValidatingAdmissionPolicyBinding, binding, options)),
  ]);
}

/** What people of teams may do, and everybody: all that is needed where people are somebody else's. */
export async function applyRoles(client: Client): Promise<void> {
  const options = { fieldManager: MANAGER, force: true };
  await Promise.all([
    ...CLUSTER_ROLES.map(role => client.apply(ClusterRole, role, options)),
    ...CLUSTER_ROLE_BINDINGS.map(binding => client.apply(ClusterRoleBinding, binding, options)),
  ]);
}
