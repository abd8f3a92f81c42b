// Who may be a person here, and that somebody always can administer the platform.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf } from '@slipway/api';
import { ConfigMap, User } from '@slipway/kinds';
import { startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

let site: TestIssuer;
before(async () => {
  site = await startIssuer();
});
after(() => site.stop());

const ADMINS = ['platform-admins'];
const patch = (name: string, spec: object) =>
  site.client.patch(User, { name }, { type: 'merge', body: { spec } });
const isKnown = (names: string) =>
  until(async () => {
    const key = { namespace: 'slipway-system', name: 'platform-admins' };
    return (await site.client.find(ConfigMap, key))?.data?.names === names;
  }, `the admins are ${names}`);

const reserved: { name: string; spec: User['spec']; says: RegExp; because: string }[] = [
  {
    name: 'local-admin',
    spec: {},
    says: /command line's own user/,
    because: 'the command line has this name',
  },
  {
    name: 'eve',
    spec: { groups: ['system:masters'] },
    says: /reserved/,
    because: 'Kubernetes’ own groups carry rights',
  },
  { name: 'eve', spec: { groups: ['slipway:people'] }, says: /reserved/, because: 'so do the platform’s' },
  {
    name: 'system:serviceaccount:default:builder',
    spec: {},
    says: /Invalid value/,
    because: 'no object may have a service account’s name',
  },
];
for (const { name, spec, says, because } of reserved) {
  test(`a user ${name} ${JSON.stringify(spec)} is refused: ${because}`, async () => {
    await assert.rejects(site.addUser(name, spec), says);
  });
}

test('the last platform admin is neither removed nor disabled, however it is tried', async () => {
  await site.addUser('ada', { groups: ADMINS });
  await isKnown('ada');
  const attempts: [string, () => Promise<unknown>][] = [
    ['delete', () => site.client.delete(User, { name: 'ada' })],
    ['disable', () => patch('ada', { disabled: true })],
    ['leave the group', () => patch('ada', { groups: ['others'] })],
    ['no groups at all', () => patch('ada', { groups: null })],
  ];
  for (const [what, attempt] of attempts) {
    const answer = await attempt().then(() => 'allowed', messageOf);
    assert.match(answer, /last member of platform-admins who can sign in; put somebody else/, what);
  }
  await patch('ada', { email: 'ada@example.org' });
});

test('with another who can sign in, an admin may go; somebody disabled is no other', async () => {
  await site.addUser('ben', { groups: ADMINS });
  await isKnown('ada,ben');
  await patch('ben', { disabled: true });
  await isKnown('ada');
  await assert.rejects(site.client.delete(User, { name: 'ada' }), /last member/);
  await site.client.delete(User, { name: 'ben' });
  await site.addUser('cleo', { groups: ADMINS });
  await isKnown('ada,cleo');
  await site.client.delete(User, { name: 'ada' });
  await isKnown('cleo');
  await assert.rejects(patch('cleo', { disabled: true }), /last member/);
});
