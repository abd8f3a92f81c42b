import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kind, systemClock } from '@slipway/api';
import { Namespace, Role, RoleBinding, ServiceAccount, type TokenRequest } from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import { createRegistryClient, parseReference } from '@slipway/oci';
import { startTestRegistry } from '../testbed.ts';
import { makeRights } from './rights.ts';

/** `serviceaccounts/<name>/token`. */
const { group, version, kind, plural, namespaced } = ServiceAccount;
const tokens: Kind<TokenRequest> = { group, version, kind, plural, namespaced };

test('the registry lets in whom the API knows, and gives each what RBAC gives', async () => {
  const kube = await startKube();
  const admin = kube.client();
  const registry = await startTestRegistry({ rights: makeRights(admin, systemClock) });
  const clients: { close(): void }[] = [];
  try {
    const rbac = 'rbac.authorization.k8s.io';
    const namespace = 'team-acme';
    await admin.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    for (const name of ['reader', 'writer', 'nobody']) {
      await admin.create(ServiceAccount, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace },
      });
      if (name === 'nobody') continue;
      const verbs = name === 'writer' ? ['get', 'update', 'delete'] : ['get'];
      const rules = [
        { apiGroups: ['artifacts.slipway.dev'], resources: ['images'], verbs, resourceNames: ['app'] },
      ];
      await admin.create(Role, {
        apiVersion: `${rbac}/v1`,
        kind: 'Role',
        metadata: { name, namespace },
        rules,
      });
      await admin.create(RoleBinding, {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name, namespace },
        roleRef: { apiGroup: rbac, kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      });
    }
    const as = async (name: string) => {
      const request = await admin.create(
        tokens,
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { namespace }, spec: {} },
        { name, subresource: 'token' },
      );
      const client = createRegistryClient({
        endpoint: () => ({ host: '127.0.0.1', port: registry.port, plain: true }),
        credentials: async () => ({ password: request.status?.token ?? '' }),
        attempts: 1,
      });
      clients.push(client);
      return async (repository: string, method: 'GET' | 'POST') => {
        const path = method === 'POST' ? 'blobs/uploads/' : 'tags/list';
        const answer = await client.send(parseReference(`registry.slipway.internal/${repository}`), {
          method,
          path,
        });
        answer.resume();
        return answer.statusCode;
      };
    };
    const [reader, writer, nobody] = [await as('reader'), await as('writer'), await as('nobody')];
    const rows: { status: Promise<number | undefined>; expected: number; because: string }[] = [
      { status: writer('acme/app', 'POST'), expected: 202, because: 'a writer may push' },
      { status: reader('acme/app', 'POST'), expected: 403, because: 'a reader may not push' },
      {
        status: reader('acme/app', 'GET'),
        expected: 404,
        because: 'a reader may look, and there is nothing yet',
      },
      { status: writer('acme/other', 'POST'), expected: 403, because: 'the right is for one image' },
      { status: writer('elsewhere/app', 'POST'), expected: 403, because: 'and for one team' },
      { status: nobody('acme/app', 'GET'), expected: 403, because: 'an identity alone gives nothing' },
      {
        status: nobody('slipway/host-base', 'GET'),
        expected: 404,
        because: 'what the platform brings may be pulled by all',
      },
      { status: writer('slipway/host-base', 'POST'), expected: 403, because: 'and pushed by nobody' },
    ];
    for (const { status, expected, because } of rows) assert.equal(await status, expected, because);
  } finally {
    for (const client of clients) client.close();
    await registry.close();
    await kube.stop();
  }
});
