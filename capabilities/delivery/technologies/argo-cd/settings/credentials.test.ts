import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCredentials } from './credentials.ts';
import { argoSecret } from './settings.fixture.ts';

const repository = (name: string, texts: Record<string, string>) => argoSecret('repository', name, texts);
const template = (name: string, texts: Record<string, string>) => argoSecret('repo-creds', name, texts);

const SHOP = 'https://git.example.test/shop/app.git';
const secrets = {
  repositories: [
    repository('all', { url: SHOP, username: 'all', password: 'a' }),
    repository('of-project', { url: SHOP, username: 'project', password: 'p', project: 'shop' }),
    repository('bare', { url: 'https://git.example.test/shop/bare', type: 'git', insecure: 'true' }),
    repository('ssh', { url: 'git@git.example.test:shop/key.git', sshPrivateKey: 'KEY' }),
    repository('charts', { url: 'https://charts.example.test', type: 'helm', name: 'charts' }),
  ],
  templates: [
    template('host', { url: 'https://git.example.test', username: 'host', password: 'h' }),
    template('folder', { url: 'https://git.example.test/shop', username: 'folder', password: 'f' }),
    template('registry', { url: 'registry.example.test', type: 'helm', enableOCI: 'true', username: 'r' }),
    template('ssh', { url: 'git@git.example.test:other', sshPrivateKey: 'OTHER', proxy: 'http://proxy:1' }),
  ],
};

const rows: { url: string; project?: string; gives: object; because: string }[] = [
  { url: SHOP, project: 'shop', gives: { username: 'project' }, because: 'the project has its own' },
  { url: SHOP, project: 'web', gives: { username: 'all' }, because: 'another project takes the one for all' },
  {
    url: 'https://GIT.example.test/shop/app',
    gives: { username: 'all', inherited: false },
    because: 'case and .git make no other repository',
  },
  {
    url: 'https://git.example.test/shop/bare.git',
    gives: { username: 'folder', insecure: true, inherited: true, secret: 'bare' },
    because: 'a repository without credentials takes the longest template, and keeps what it says itself',
  },
  {
    url: 'https://git.example.test/else/x',
    gives: { username: 'host', secret: '', inherited: true },
    because: 'a template serves repositories that no Secret names',
  },
  {
    url: 'https://elsewhere.example.test/x',
    gives: { username: '', inherited: false },
    because: 'nobody knows it: without credentials',
  },
  {
    url: 'ssh://git@git.example.test/shop/key',
    gives: { sshPrivateKey: 'KEY' },
    because: 'both spellings of SSH are one',
  },
  {
    url: 'git@git.example.test:other/x.git',
    gives: { sshPrivateKey: 'OTHER', proxy: 'http://proxy:1' },
    because: 'a template for SSH, too, and its proxy goes with it',
  },
  {
    url: 'registry.example.test/charts',
    gives: { type: 'helm', enableOCI: true, username: 'r' },
    because: 'an OCI registry has no scheme, and the template says what it is',
  },
  {
    url: 'https://charts.example.test',
    gives: { type: 'helm', name: 'charts', username: '' },
    because: 'a chart repository that asks nobody',
  },
];
for (const { url, project = 'default', gives, because } of rows) {
  test(`findCredentials() of ${url} in ${project}: ${because}`, () => {
    const found = findCredentials(secrets, url, project);
    for (const [field, value] of Object.entries(gives))
      assert.equal(found[field as keyof typeof found], value, field);
  });
}

const refused: { texts: Record<string, string>; message: RegExp; because: string }[] = [
  {
    texts: { githubAppPrivateKey: 'k', githubAppID: '1' },
    message: /Secret "x": githubAppPrivateKey is not supported/,
    because: 'GitHub would have to be asked for a token',
  },
  {
    texts: { gcpServiceAccountKey: '{}' },
    message: /gcpServiceAccountKey is not supported/,
    because: 'Google would',
  },
  {
    texts: { useAzureWorkloadIdentity: 'true' },
    message: /useAzureWorkloadIdentity is not supported/,
    because: 'Azure would',
  },
  {
    texts: { insecure: 'perhaps' },
    message: /insecure is "perhaps"; allowed: true or false/,
    because: 'a typo',
  },
  { texts: { type: 'svn' }, message: /type is "svn"; allowed: git, helm or oci/, because: 'no such type' },
];
for (const { texts, message, because } of refused) {
  test(`findCredentials() refuses ${Object.keys(texts)[0]}: ${because}`, () => {
    const url = 'https://git.example.test/refused';
    const repositories = [repository('x', { url, ...texts })];
    assert.throws(() => findCredentials({ repositories, templates: [] }, url, 'default'), message);
  });
}

test('findCredentials() does not refuse what is switched off', () => {
  const url = 'https://git.example.test/off';
  const repositories = [repository('x', { url, useAzureWorkloadIdentity: 'false', username: 'ann' })];
  assert.equal(findCredentials({ repositories, templates: [] }, url, 'default').username, 'ann');
});

const servers: { type: string; secret: string; url: string; named: boolean; because: string }[] = [
  {
    type: 'repository',
    secret: 'https://git.example.test/a.git',
    url: 'https://git.example.test/a',
    named: true,
    because: 'the repository itself',
  },
  {
    type: 'repo-creds',
    secret: 'https://git.example.test',
    url: 'https://git.example.test/a.git',
    named: true,
    because: 'its server',
  },
  {
    type: 'repo-creds',
    secret: 'git@git.example.test:acme',
    url: 'git@git.example.test:acme/a.git',
    named: true,
    because: 'its server, over SSH',
  },
  {
    type: 'repo-creds',
    secret: 'https://',
    url: 'https://git.example.test/a.git',
    named: false,
    because: 'every server',
  },
  {
    type: 'repo-creds',
    secret: 'https://git.exam',
    url: 'https://git.example.test/a.git',
    named: false,
    because: 'the beginning of a name',
  },
  {
    type: 'repo-creds',
    secret: 'http://127.0.0.1:80',
    url: 'http://127.0.0.1:8081/a.git',
    named: false,
    because: 'another port of the same machine',
  },
  {
    type: 'repository',
    secret: 'https://git.example.test/b.git',
    url: 'https://git.example.test/a.git',
    named: false,
    because: 'another repository',
  },
];
for (const { type, secret, url, named, because } of servers)
  test(`findCredentials() ${named ? 'believes' : 'does not believe'} that a Secret names a server: ${because}`, () => {
    const found = argoSecret(type, 'r', { url: secret, username: 'ann', password: 'word' });
    const all = {
      repositories: [],
      templates: [],
      [type === 'repository' ? 'repositories' : 'templates']: [found],
    };
    assert.equal(findCredentials(all, url, 'default').namesServer, named);
  });
