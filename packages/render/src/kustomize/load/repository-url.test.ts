import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRepository, type RepositoryUrl } from './repository-url.ts';

const rows: [raw: string, expected: Partial<RepositoryUrl>, because: string][] = [
  [
    'https://github.com/org/repo//deploy/base?ref=v1.2.0',
    { url: 'https://github.com/org/repo', folder: 'deploy/base', ref: 'v1.2.0' },
    'two slashes end the repository',
  ],
  [
    'github.com/org/repo/deploy',
    { url: 'https://github.com/org/repo', folder: 'deploy' },
    'GitHub needs no scheme, and two parts are the repository',
  ],
  ['github.com/org/repo', { url: 'https://github.com/org/repo', folder: '' }, 'its root'],
  [
    'https://example.com/git/team/repo.git/deploy?ref=main&submodules=false&timeout=90',
    {
      url: 'https://example.com/git/team/repo.git',
      folder: '/deploy'.slice(1),
      ref: 'main',
      submodules: false,
      timeoutMs: 90_000,
    },
    '.git ends the repository; the query says how it is fetched',
  ],
  [
    'git@github.com:org/repo.git//deploy?ref=v1',
    { url: 'git@github.com:org/repo.git', folder: 'deploy', ref: 'v1' },
    'as scp writes it',
  ],
  [
    'ssh://git@example.com:2222/org/repo//x?timeout=1m30s',
    { url: 'ssh://git@example.com:2222/org/repo', folder: 'x', timeoutMs: 90_000 },
    'SSH with a port, and a duration in Go’s form',
  ],
  [
    'ssh://git@github.com/org/repo',
    { url: 'git@github.com:org/repo', folder: '' },
    'GitHub over SSH is written in one way',
  ],
  [
    'https://user@dev.azure.com/org/project/_git/repo/path?version=main',
    { url: 'https://user@dev.azure.com/org/project/_git/repo', folder: 'path', ref: 'main' },
    'behind _git comes one name; version is ref, too',
  ],
  ['file:///srv/git/repo', { url: 'file:///srv/git/repo', folder: '' }, 'a repository on this machine'],
  [
    'git::https://example.com/org/repo.git',
    { url: 'https://example.com/org/repo.git', folder: '' },
    'a prefix of other tools is dropped',
  ],
  [
    'https://example.com/org/repo?timeout=nonsense&submodules=maybe',
    { timeoutMs: 27_000, submodules: true },
    'what makes no sense is the default',
  ],
  [
    'https://example.com/org/repo//a/../b',
    { folder: 'a/../b' },
    'a folder may go up as long as it stays inside',
  ],
];
for (const [raw, expected, because] of rows) {
  test(`parseRepository() reads ${raw}: ${because}`, () => {
    const { url, folder, ref, submodules, timeoutMs } = parseRepository(raw) ?? {};
    const found = { url, folder, ref, submodules, timeoutMs };
    assert.deepEqual({ ...found, ...expected }, found);
  });
}

const paths: [raw: string, because: string][] = [
  ['../base', 'a path'],
  ['/srv/base', 'an absolute path'],
  ['base', 'a name'],
  ['example.com/org/repo', 'no scheme, and not GitHub'],
  ['github.com/org', 'half a repository'],
  ['https://example.com/org', 'half a repository, elsewhere'],
  ['https://github.com/org/repo//../x', 'it leaves the repository'],
  ['ftp://example.com/org/repo', 'a scheme that git is not given'],
];
for (const [raw, because] of paths) {
  test(`parseRepository() takes ${raw} for no repository: ${because}`, () => {
    assert.equal(parseRepository(raw), undefined);
  });
}
