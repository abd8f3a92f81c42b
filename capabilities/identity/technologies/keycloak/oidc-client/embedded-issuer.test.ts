import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { CustomResourceDefinition, oidcClientDefinition, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { CLIENT_LABEL } from '../../../objects/clients.ts';
import { oidcClientConformance } from '../../../oidc-client/conformance.ts';
import { oidcClients } from '../../../oidc-client/reconcile.ts';
import { rolesOf } from '../provider/claims.ts';
import { openClients } from '../provider/clients.ts';
import { embeddedIssuer } from './embedded-issuer.ts';

const RESYNC_MS = 200;
let kube: Kube;
before(async () => {
  kube = await startKube();
  await kube.client().create(CustomResourceDefinition, oidcClientDefinition);
  const issuer = embeddedIssuer({ issuer: 'https://id.acme.example/realms/slipway', random: systemRandom });
  kube.runtime.add([oidcClients(issuer, RESYNC_MS)], kube.client());
  await kube.runtime.start();
});
after(() => kube.stop());

oidcClientConformance('keycloak, embedded', () => ({
  client: kube.client(),
  namespace: 'default',
  // As the engine itself reads them.
  clientAt: async clientId => {
    const found = await openClients({ client: kube.client(), clock: systemClock }).find(clientId);
    if (!found) return undefined;
    const { redirect_uris: redirects = [], client_secret: secret } = found.metadata;
    return { redirects, ...(secret ? { secret } : {}) };
  },
  lose: async clientId => {
    const { items } = await kube.client().list(Secret, { labelSelector: `${CLIENT_LABEL}=true` });
    const lost = items.find(({ data }) => atob(data?.client_id ?? '') === clientId);
    await kube.client().delete(Secret, { namespace: 'default', name: lost?.metadata.name ?? '' });
  },
}));

test('rolesOf() gives the roles of a person’s groups, and no claim where a client has none', () => {
  const roles = { admin: ['platform-admins'], viewer: ['everyone', 'guests'] };
  assert.deepEqual(rolesOf({ groups: ['guests'] }, roles), { roles: ['viewer'] });
  assert.deepEqual(rolesOf({ groups: [] }, roles), { roles: [] });
  assert.deepEqual(rolesOf({ groups: ['guests'] }, undefined), {});
});
