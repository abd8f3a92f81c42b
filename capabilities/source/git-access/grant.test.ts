// What the wish for Git comes to, and the names of accounts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExistingSettings, GitWish, Grant, UpstreamSettings } from '@slipway/definition';
import type { GitAccess } from '@slipway/kinds';
import { accountName } from '../technologies/gitea/admin/account-plan.ts';
import { gitea } from '../technologies/gitea/index.ts';
import { github } from '../technologies/github/index.ts';
import { gitlab } from '../technologies/gitlab/index.ts';

const wisher = { component: 'argo-cd', namespace: 'argocd' };
const wish = (more: Partial<GitWish> = {}): GitWish => ({
  name: 'git',
  contract: 'git',
  rights: 'read',
  secret: 'git',
  ...more,
});
const settings = {
  namespace: 'gitea',
  url: (host: string) => `https://${host}.acme.example`,
} as UpstreamSettings;
const at = (address: string) => ({ address }) as ExistingSettings;
const ours = (asked: GitWish) => gitea.upstream?.grants?.git?.(asked, wisher, settings);
const theirs =
  (technology: typeof gitea, address: string) =>
  (asked: GitWish): Grant | undefined =>
    technology.existing?.grants?.git?.(asked, wisher, at(address));
const inside = 'http://gitea.gitea.svc.cluster.local:3000';

const ROWS: {
  because: string;
  grant(asked: GitWish): Grant | undefined;
  asked: GitWish;
  url: string;
  publicUrl?: string;
  repositories?: string[];
  kinds: string[];
}[] = [
  {
    because: 'programs go to the Service, people to the public name',
    grant: ours,
    asked: wish(),
    url: inside,
    publicUrl: 'https://git.acme.example',
    kinds: ['GitAccess'],
  },
  {
    because: 'whoever only reads makes nothing',
    grant: ours,
    asked: wish({ repository: 'acme' }),
    url: `${inside}/slipway/acme.git`,
    publicUrl: 'https://git.acme.example/slipway/acme.git',
    repositories: ['slipway/acme'],
    kinds: ['GitAccess'],
  },
  {
    because: 'whoever writes has it made',
    grant: theirs(gitea, 'https://git.example.com'),
    asked: wish({ repository: 'acme', rights: 'write' }),
    url: 'https://git.example.com/slipway/acme.git',
    repositories: ['slipway/acme'],
    kinds: ['Repository', 'GitAccess'],
  },
  {
    because: 'GitHub’s address says the organization',
    grant: theirs(github, 'https://github.com/acme'),
    asked: wish({ repository: 'platform', rights: 'write' }),
    url: 'https://github.com/acme/platform.git',
    repositories: ['acme/platform'],
    kinds: ['Repository', 'GitAccess'],
  },
  {
    because: 'groups of GitLab are in groups',
    grant: theirs(gitlab, 'https://gitlab.example.com/acme/tools'),
    asked: wish({ repository: 'platform' }),
    url: 'https://gitlab.example.com/acme/tools/platform.git',
    repositories: ['acme/tools/platform'],
    kinds: ['GitAccess'],
  },
  {
    because: 'who names none reaches all, wherever they are',
    grant: theirs(github, 'https://github.com'),
    asked: wish(),
    url: 'https://github.com',
    kinds: ['GitAccess'],
  },
];
for (const row of ROWS)
  test(`the wish for Git comes to ${row.url}: ${row.because}`, () => {
    const { objects = [], facts } = row.grant(row.asked) ?? {};
    assert.deepEqual(facts, { url: row.url, publicUrl: row.publicUrl ?? row.url, secret: 'git' });
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      row.kinds,
    );
    const { metadata, spec } = objects.at(-1) as unknown as GitAccess;
    assert.deepEqual([metadata.namespace, metadata.name], ['argocd', 'argo-cd-git']);
    assert.deepEqual(spec.repositories, row.repositories);
  });

test('GitHub refuses a repository of the platform’s when its address names no organization', () => {
  assert.throws(() => theirs(github, 'https://github.com')(wish({ repository: 'platform' })), {
    code: 'OwnerMissing',
    message: /give its address with that, as https:\/\/github\.com\/acme/,
  });
});

test('accountName() gives each GitAccess a name that Gitea takes', () => {
  const keys = [
    { namespace: 'argocd', name: 'argo-cd-git' },
    { namespace: 'a', name: 'b-c' },
    { namespace: 'a-b', name: 'c' },
    { namespace: 'a-very-long-namespace-of-somebody', name: 'with.a.name-that--goes-on' },
  ];
  const names = ['acme', 'other'].flatMap(platform => keys.map(key => accountName(platform, key)));
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^(?=.{1,40}$)[a-z0-9]+([-._][a-z0-9]+)*$/);
});
