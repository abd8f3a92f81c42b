// What every identity technology must do, on any engine. Run it with a platform that serves one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { SubjectAccessReview, Team, TokenReview, User } from '@slipway/kinds';
import { createToken } from './contract.ts';

/** A platform with one identity technology. */
export interface IdentityUnderTest {
  /** As an administrator. */
  client: Client;
  issuer: string;
  /** A GET over TLS, trusting the platform's authority. */
  get(url: string): Promise<{ status: number; body: string }>;
}

async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  assert.fail(`never so: ${what}`);
}

/** Call it after the platform is up. */
export function identityConformance(platform: () => IdentityUnderTest): void {
  describe('an identity technology', () => {
    const addUser = (name: string, spec: User['spec'] = {}) =>
      platform().client.create(User, {
        apiVersion: 'identity.slipway.dev/v1alpha1',
        kind: 'User',
        metadata: { name },
        spec,
      });
    const tokenOf = async (user: string) => {
      const { client } = platform();
      const options = { client, clock: systemClock, random: systemRandom, ttlMs: 3600_000 };
      return (await createToken({ ...options, user })).token;
    };
    const review = async (token: string) => {
      const { client } = platform();
      const object: TokenReview = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        metadata: {},
        spec: { token },
      };
      return (await client.create(TokenReview, object)).status;
    };
    const may = async (user: string, namespace: string) => {
      const { client } = platform();
      const resourceAttributes = {
        verb: 'get',
        group: 'source.slipway.dev',
        resource: 'repositories',
        namespace,
      };
      const answer = await client.create(SubjectAccessReview, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: { user, groups: ['system:authenticated'], resourceAttributes },
      });
      return answer.status?.allowed === true;
    };

    it('is an OpenID Connect issuer with keys', async () => {
      const { issuer, get } = platform();
      const document = JSON.parse((await get(`${issuer}/.well-known/openid-configuration`)).body);
      assert.equal(document.issuer, issuer);
      const { keys } = JSON.parse((await get(document.jwks_uri)).body);
      assert.ok(keys.length > 0);
      for (const key of keys) assert.equal(key.d, undefined, 'only public parts');
    });

    it('knows its tokens, with the groups of their user as they are now', async () => {
      await addUser('conformance-ann', { groups: ['one'] });
      const token = await tokenOf('conformance-ann');
      const groups = async () => (await review(token))?.user?.groups ?? [];
      await eventually(async () => (await groups()).includes('one'), 'the token is known');
      await mutate(platform().client, User, { name: 'conformance-ann' }, draft => {
        draft.spec.groups = ['two'];
      });
      await eventually(async () => (await groups()).includes('two'), 'the groups follow');
      assert.ok(!(await groups()).includes('one'));
    });

    it('knows nobody who is disabled', async () => {
      await addUser('conformance-dan');
      const token = await tokenOf('conformance-dan');
      await eventually(async () => (await review(token))?.authenticated === true, 'the token is known');
      await mutate(platform().client, User, { name: 'conformance-dan' }, draft => {
        draft.spec.disabled = true;
      });
      await eventually(async () => !(await review(token))?.authenticated, 'it is not any more');
    });

    it('gives a team’s members their rights, and nobody else', async () => {
      const { client } = platform();
      await client.create(Team, {
        apiVersion: 'slipway.dev/v1alpha1',
        kind: 'Team',
        metadata: { name: 'conformance' },
        spec: { members: ['user:conformance-ann'] },
      });
      await eventually(() => may('conformance-ann', 'team-conformance'), 'members may');
      assert.equal(await may('conformance-eve', 'team-conformance'), false);
      await mutate(client, Team, { name: 'conformance' }, draft => {
        draft.spec.members = [];
      });
      await eventually(
        async () => !(await may('conformance-ann', 'team-conformance')),
        'and not when they are none',
      );
    });
  });
}
