import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@slipway/client';
import { DELETE_WITH_EVERYTHING, Event, Repository, Team } from '@slipway/kinds';
import { eventually } from '../eventually.fixture.ts';

/** What the suite for repositories needs of a Git server, whoever runs it. */
export interface RepositoryGround {
  /** May do everything with Repositories and Teams; the namespace `team-<team>` is there. */
  client: Client;
  team: string;
  /** Where clone URLs begin, for programs on the cluster. */
  url: string;
  /** What is at the server: branch → commit. */
  branchesOf(path: string): Promise<Record<string, string> | undefined>;
  /** A person makes one in the team's organization, or pushes a commit, and its id is given. */
  make(path: string): Promise<void>;
  push(path: string, branch: string): Promise<{ commit: string; by: string }>;
  dropBranch(path: string, branch: string): Promise<void>;
  drop(path: string): Promise<void>;
}

/** The suite that every server passes whose repositories follow Repositories. Call it once with a ground that stays up. */
export function repositoryConformance(name: string, ground: () => RepositoryGround): void {
  const keyOf = (repository: string) => ({ namespace: `team-${ground().team}`, name: repository });
  const path = (repository: string) => `${ground().team}/${repository}`;
  const find = (repository: string) => ground().client.find(Repository, keyOf(repository));
  const ask = (repository: string, spec: Partial<Repository['spec']> = {}, more = {}) =>
    ground().client.create(Repository, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'Repository',
      metadata: { ...keyOf(repository), ...more },
      spec: { owner: ground().team, name: repository, ...spec },
    });
  const conditionOf = async (repository: string) =>
    (await find(repository))?.status?.conditions?.find(({ type }) => type === 'Ready');
  const ready = (repository: string) =>
    eventually(
      `${repository} is ready`,
      async () => (await conditionOf(repository))?.status === 'True' && find(repository),
      () => conditionOf(repository),
    );
  const toldOf = async (repository: string, reason: string) => {
    const { items } = await ground().client.list(Event, { namespace: keyOf(repository).namespace });
    return items.find(each => each.involvedObject.name === repository && each.reason === reason);
  };

  test(`${name}: a Repository is made with its branch, and told where it is`, async () => {
    await ask('makes', { description: 'Of the suite' });
    const { status } = await ready('makes');
    assert.equal(status?.url, `${ground().url}/${path('makes')}.git`);
    assert.match(status?.branches?.main ?? '', /^[0-9a-f]{40}$/);
    assert.deepEqual(status?.branches, await ground().branchesOf(path('makes')));
  });

  test(`${name}: a push is known within seconds, with who pushed; a branch that is gone is gone`, async () => {
    await ask('pushes');
    await ready('pushes');
    const { commit, by } = await ground().push(path('pushes'), 'next');
    await eventually('the push', async () => (await find('pushes'))?.status?.branches?.next === commit);
    const { status } = await eventually('who pushed', async () => {
      const found = await find('pushes');
      return found?.status?.pushedBy === by && found;
    });
    assert.ok(status?.pushedAt);
    const second = await ground().push(path('pushes'), 'next');
    await eventually('the next push', async () => {
      return (await find('pushes'))?.status?.branches?.next === second.commit;
    });
    await ground().dropBranch(path('pushes'), 'next');
    await eventually('the branch is gone', async () => {
      return Object.keys((await find('pushes'))?.status?.branches ?? {}).join() === 'main';
    });
  });

  test(`${name}: what a person makes in a team’s organization becomes the team’s`, async () => {
    const { client, team, make } = ground();
    const metadata = { name: team };
    await client.create(Team, { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata, spec: {} });
    await make(path('Found_there'));
    const { spec, status } = await eventually('it is found', async () => {
      const { items } = await client.list(Repository, { namespace: `team-${team}` });
      return items.find(each => each.spec.name === 'Found_there' && each.status?.url);
    });
    assert.equal(spec.owner, team);
    assert.equal(status?.url, `${ground().url}/${path('Found_there')}.git`);
  });

  test(`${name}: nobody has another’s repository by an object of his own`, async () => {
    await ask('theirs', { owner: 'others' });
    const told = await eventually('told', () => conditionOf('theirs'));
    assert.equal(told.reason, 'RepositoryNameMismatch');
    assert.equal(await ground().branchesOf('others/theirs'), undefined);
    await ground().client.delete(Repository, keyOf('theirs'));
  });

  test(`${name}: what the server lost is made anew, and told of`, async () => {
    await ask('lost');
    await ready('lost');
    await ground().drop(path('lost'));
    await eventually('it is there again', () => ground().branchesOf(path('lost')));
    await eventually('told', () => toldOf('lost', 'RepositoryMadeAnew'));
  });

  test(`${name}: what nobody pushed to goes with its object`, async () => {
    await ask('unused');
    await ready('unused');
    await ground().client.delete(Repository, keyOf('unused'));
    await eventually('the object is gone', async () => !(await find('unused')));
    assert.equal(await ground().branchesOf(path('unused')), undefined);
  });

  test(`${name}: what people pushed stays when the object goes, and brings the object back`, async () => {
    await ask('used');
    const before = await ready('used');
    const { commit } = await ground().push(path('used'), 'main');
    await ground().client.delete(Repository, keyOf('used'));
    await eventually('told', () => toldOf('used', 'RepositoryKept'));
    assert.equal((await ground().branchesOf(path('used')))?.main, commit);
    const after = await eventually('its object is there again', async () => {
      const found = await find('used');
      return found?.metadata.uid !== before.metadata.uid && found;
    });
    assert.equal(after.spec.name, 'used');
  });

  test(`${name}: an object that says so takes everything with it`, async () => {
    await ask('ends', {}, { annotations: { [DELETE_WITH_EVERYTHING]: 'true' } });
    await ready('ends');
    await ground().push(path('ends'), 'main');
    await ground().client.delete(Repository, keyOf('ends'));
    await eventually('the object is gone', async () => !(await find('ends')));
    assert.equal(await ground().branchesOf(path('ends')), undefined);
  });

  test(`${name}: the default branch follows the object once it is there`, async () => {
    await ask('turns');
    await ready('turns');
    const body = { spec: { defaultBranch: 'next' } };
    await ground().client.patch(Repository, keyOf('turns'), { type: 'merge', body });
    await eventually('told', async () => (await conditionOf('turns'))?.reason === 'BranchMissing');
    await ground().push(path('turns'), 'next');
    await ready('turns');
  });
}
