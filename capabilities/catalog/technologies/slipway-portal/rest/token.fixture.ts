// Support for tests: who asks the REST API.
import { type Kind, SlipwayError } from '@slipway/api';
import { ClusterRole, ClusterRoleBinding, ServiceAccount, type TokenRequest } from '@slipway/kinds';
import type { PortalStage } from '../portal.fixture.ts';

/** A token of a new ServiceAccount with these rights everywhere. */
export async function tokenFor(
  { client }: Pick<PortalStage, 'client'>,
  account: string,
  rules: ClusterRole['rules'],
): Promise<string> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await client.create(ServiceAccount, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: account, namespace: 'default' },
  });
  await client.create(ClusterRole, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: account },
    ...(rules ? { rules } : {}),
  });
  await client.create(ClusterRoleBinding, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: account },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'default' }],
  });
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: 'default' },
    spec: {},
  };
  const made = await client.create(ServiceAccount as unknown as Kind<TokenRequest>, request, {
    subresource: 'token',
    name: account,
  });
  if (!made.status?.token) throw new SlipwayError('NoToken', 'no token');
  return made.status.token;
}
