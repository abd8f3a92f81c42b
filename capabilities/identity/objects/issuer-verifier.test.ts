import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { issuerVerifier } from './issuer-verifier.ts';

const ISSUER = 'https://id.acme.example/realms/slipway';
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let current: Keys;
let other: Keys;
/** What the issuer shows, and how often it was asked. */
let shown: object[] = [];
let asked = 0;

before(async () => {
  [current, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  shown = [{ ...(await exportJWK(current.publicKey)), kid: 'current', alg: 'ES256' }];
});

const verifier = () =>
  issuerVerifier({
    issuer: ISSUER,
    clientId: 'portal',
    clock: systemClock,
    read: async url => {
      asked++;
      return url.endsWith('/keys') ? { keys: shown } : { jwks_uri: `${ISSUER}/keys` };
    },
  });

function token(
  claims: JWTPayload,
  { kid = 'current', key = current.privateKey, lifeS = 60 } = {},
): Promise<string> {
  const now = Math.floor(systemClock.now() / 1000);
  const usual = { sub: 'u-1', azp: 'portal', preferred_username: 'ann', groups: ['operators'] };
  return new SignJWT({ iss: ISSUER, ...usual, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setExpirationTime(now + lifeS)
    .sign(key);
}

test('a person is who the issuer says, with groups that count', async () => {
  const groups = ['operators', 'system:masters', 'slipway:people', 7] as string[];
  assert.deepEqual(await verifier()(await token({ groups })), {
    username: 'ann',
    uid: 'u-1',
    groups: ['operators', 'slipway:people', 'system:authenticated'],
  });
});

const REFUSED: { because: string; make: () => Promise<string> }[] = [
  { because: 'it was given to another client', make: () => token({ azp: 'elsewhere' }) },
  { because: 'it is over', make: () => token({}, { lifeS: -1 }) },
  { because: 'another issuer gave it', make: () => token({ iss: 'https://evil.example' }) },
  { because: 'another key signed it', make: () => token({}, { key: other.privateKey }) },
  { because: 'nobody may be Kubernetes itself', make: () => token({ preferred_username: 'system:admin' }) },
  { because: 'it is no token', make: async () => 'slp_1_x' },
];
test('anything else is nobody', async () => {
  const verify = verifier();
  for (const { because, make } of REFUSED) assert.equal(await verify(await make()), undefined, because);
});

test('keys are asked for once, and again when a token has a newer one', async () => {
  asked = 0;
  const verify = verifier();
  await verify(await token({}));
  await verify(await token({}));
  assert.equal(asked, 2, 'the description and the keys');
});
