import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@slipway/client';
import { GitAccess, Secret } from '@slipway/kinds';
import { eventually } from '../eventually.fixture.ts';

/** What the suite for programs' accounts needs of a Git server, whoever runs it. */
export interface GitAccessGround {
  /** May do everything with GitAccesses and Secrets in `namespace`. */
  client: Client;
  namespace: string;
  /** Where clone URLs begin. */
  url: string;
  /** Two that are there: `<owner>/<name>`. */
  repositories: [string, string];
  /** What credentials may do with a repository, tried by Git itself. */
  rightsOf(
    repository: string,
    credentials: { username: string; password: string },
  ): Promise<'none' | 'read' | 'write'>;
  /** Where accounts are made: takes one away from the server, or its tokens, as somebody might by hand. */
  lose?(username: string, what: 'account' | 'tokens'): Promise<void>;
}

/** The suite that every server passes whose accounts are made for GitAccesses. Call it once with a ground that stays up. */
export function gitAccessConformance(name: string, ground: () => GitAccessGround): void {
  const keyIn = (object: string) => ({ namespace: ground().namespace, name: object });
  const ask = (object: string, spec: Partial<GitAccess['spec']> = {}) =>
    ground().client.create(GitAccess, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'GitAccess',
      metadata: keyIn(object),
      spec: {
        rights: 'read',
        url: ground().url,
        secret: { name: `${object}-git`, labels: { app: object } },
        ...spec,
      },
    });
  const secretOf = async (object: string) => {
    const secret = await ground().client.find(Secret, keyIn(`${object}-git`));
    const texts = Object.entries(secret?.data ?? {}).map(([key, value]) => [key, atob(value)]);
    return secret && (Object.fromEntries(texts) as Record<string, string>);
  };
  const credentialsOf = async (object: string) => {
    const { username = '', password = '' } = (await secretOf(object)) ?? {};
    return { username, password };
  };
  const conditionOf = async (object: string) =>
    (await ground().client.get(GitAccess, keyIn(object))).status?.conditions?.find(
      ({ type }) => type === 'Ready',
    );
  const ready = (object: string) =>
    eventually(
      `${object} is ready`,
      async () => (await conditionOf(object))?.status === 'True',
      () => conditionOf(object),
    );
  const rights = async (object: string) => {
    const { repositories, rightsOf } = ground();
    const credentials = await credentialsOf(object);
    return Promise.all(repositories.map(repository => rightsOf(repository, credentials)));
  };
  /** Given tokens reach what they reach. */
  const isManaged = () => ground().lose !== undefined;

  test(`${name}: a tool gets an account for what it named, and a Secret that says how to be it`, async () => {
    const [first] = ground().repositories;
    const url = `${ground().url}/${first}.git`;
    const keys = { password: 'token' };
    await ask('names', {
      url,
      repositories: [first],
      secret: { name: 'names-git', keys, labels: { a: 'b' } },
    });
    await ready('names');
    const secret = (await secretOf('names')) ?? {};
    assert.deepEqual(Object.keys(secret).toSorted(), ['token', 'url', 'username']);
    assert.equal(secret.url, url);
    const { metadata } = await ground().client.get(Secret, keyIn('names-git'));
    assert.equal(metadata.labels?.a, 'b');
    const credentials = { username: secret.username ?? '', password: secret.token ?? '' };
    const { status } = await ground().client.get(GitAccess, keyIn('names'));
    assert.equal(status?.username, credentials.username);
    const [named, other] = await Promise.all(
      ground().repositories.map(each => ground().rightsOf(each, credentials)),
    );
    assert.notEqual(named, 'none');
    if (isManaged()) assert.deepEqual([named, other], ['read', 'none']);
  });

  test(`${name}: whoever may write what it named may write nothing else`, async () => {
    await ask('writes', { rights: 'write', repositories: [ground().repositories[0]] });
    await ready('writes');
    const [named, other] = await rights('writes');
    assert.equal(named, 'write');
    if (isManaged()) assert.equal(other, 'none');
  });

  test(`${name}: whoever names nothing reaches every repository`, async () => {
    await ask('all');
    await ready('all');
    const reached = await rights('all');
    assert.ok(!reached.includes('none'), reached.join());
    if (isManaged()) assert.deepEqual(reached, ['read', 'read']);
  });

  test(`${name}: rights follow the wish`, async () => {
    await ask('grows', { repositories: [ground().repositories[0]] });
    await ready('grows');
    const spec = { rights: 'write', repositories: ground().repositories };
    await ground().client.patch(GitAccess, keyIn('grows'), { type: 'merge', body: { spec } });
    await eventually('both are written', async () => (await rights('grows')).join() === 'write,write');
    const less = { rights: 'read', repositories: ground().repositories.slice(1) };
    if (!isManaged()) return;
    await ground().client.patch(GitAccess, keyIn('grows'), { type: 'merge', body: { spec: less } });
    await eventually('one is read', async () => (await rights('grows')).join() === 'none,read');
  });

  test(`${name}: a Secret that is deleted comes back, and what was in it is of no use where accounts are made`, async () => {
    const named = [ground().repositories[0]];
    await ask('heals', { repositories: named });
    await ready('heals');
    const before = await credentialsOf('heals');
    await ground().client.delete(Secret, keyIn('heals-git'));
    await eventually('it reads again', async () => (await rights('heals'))[0] !== 'none');
    if (isManaged()) assert.equal(await ground().rightsOf(named[0] ?? '', before), 'none');
  });

  for (const what of ['account', 'tokens'] as const)
    test(`${name}: an access whose ${what} the server lost is made whole`, async t => {
      const { lose, rightsOf, repositories } = ground();
      if (!lose) return t.skip('its accounts are not ours');
      const object = `lost-${what}`;
      await ask(object, { repositories: [repositories[0]] });
      await ready(object);
      const { username } = await credentialsOf(object);
      await lose(username, what);
      await eventually('it reads again', async () => {
        return (await rightsOf(repositories[0], await credentialsOf(object))) === 'read';
      });
    });

  test(`${name}: a Secret that somebody else made is left alone`, async () => {
    const data = { mine: btoa('mine') };
    const metadata = keyIn('taken-git');
    await ground().client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data });
    await ask('taken', { repositories: [ground().repositories[0]] });
    const told = await eventually('told', () => conditionOf('taken'));
    assert.equal(told.reason, 'SecretTaken');
    assert.deepEqual((await ground().client.get(Secret, metadata)).data, data);
    await ground().client.delete(Secret, metadata);
    await ready('taken');
  });

  test(`${name}: a repository that is not there is waited for by name`, async () => {
    await ask('waits', { repositories: [`${ground().repositories[0]}-not-there`] });
    const told = await eventually('told', () => conditionOf('waits'));
    assert.equal(told.reason, 'RepositoryMissing');
    assert.ok(told.message.includes('-not-there'), told.message);
    assert.equal(await secretOf('waits'), undefined);
  });

  test(`${name}: a Secret of another name takes the place of the first`, async () => {
    await ask('moves', { repositories: [ground().repositories[0]] });
    await ready('moves');
    const body = { spec: { secret: { name: 'moved-git' } } };
    await ground().client.patch(GitAccess, keyIn('moves'), { type: 'merge', body });
    await eventually('the new one', () => ground().client.find(Secret, keyIn('moved-git')));
    await eventually('the old one is gone', async () => (await secretOf('moves')) === undefined);
  });

  test(`${name}: what was made goes with the wish`, async () => {
    const { client, repositories, rightsOf } = ground();
    await ask('goes', { repositories: [repositories[0]] });
    await ready('goes');
    const before = await credentialsOf('goes');
    await client.delete(GitAccess, keyIn('goes'));
    const isGone = async () => !(await client.find(GitAccess, keyIn('goes')));
    await eventually('it is gone', isGone, () => conditionOf('goes'));
    assert.equal(await secretOf('goes'), undefined);
    if (isManaged()) assert.equal(await rightsOf(repositories[0], before), 'none');
  });
}
