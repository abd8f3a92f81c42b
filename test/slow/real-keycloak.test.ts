// The real Keycloak: a realm, a client and a user made by its API, and a token that its keys vouch for.
import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask } from '../plain-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Keycloak, startKeycloak, tokenOf } from '../tools/keycloak.ts';

const skip = noTools('keycloak');
let folder: string;
let keycloak: Keycloak | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-keycloak-'));
  keycloak = await startKeycloak({ folder });
});
after(async () => {
  await keycloak?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a realm, a client and a user give a token that the realm’s keys vouch for', { skip }, async () => {
  assert.ok(keycloak);
  const { url, manage } = keycloak;
  await manage('POST', '', { realm: 'platform', enabled: true });
  await manage('POST', '/platform/clients', {
    clientId: 'portal',
    secret: 'for-the-test',
    directAccessGrantsEnabled: true,
  });
  await manage('POST', '/platform/users', {
    username: 'ann',
    enabled: true,
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: 'Example',
    credentials: [{ type: 'password', value: 'for-the-test', temporary: false }],
  });
  const issuer = `${url}/realms/platform`;
  const { id_token = '' } = await tokenOf(issuer, {
    grant_type: 'password',
    client_id: 'portal',
    client_secret: 'for-the-test',
    username: 'ann',
    password: 'for-the-test',
    scope: 'openid',
  });
  const [head = '', claims = '', signature = ''] = id_token.split('.');
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const { body } = await ask(`${issuer}/protocol/openid-connect/certs`);
  const { keys } = JSON.parse(body) as { keys: (JsonWebKey & { kid: string })[] };
  const key = keys.find(each => each.kid === kid);
  assert.ok(key);
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(isSigned);
  const { iss, aud, preferred_username } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.deepEqual(
    { iss, aud, preferred_username },
    { iss: issuer, aud: 'portal', preferred_username: 'ann' },
  );
});
