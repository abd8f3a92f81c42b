import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { answerLsRefs } from './ls-refs.ts';
import { packet } from './pkt-line.ts';

const request = (...args: string[]) =>
  Buffer.concat([
    packet('command=ls-refs\n'),
    packet('agent=git/2.39.5'),
    packet('object-format=sha1'),
    Buffer.from('0001'),
    ...args.map(arg => packet(`${arg}\n`)),
    Buffer.from('0000'),
  ]);

describe('answerLsRefs()', () => {
  let folder = '';
  const git = (args: string[], input?: Buffer, env: Record<string, string> = {}) =>
    execFileSync('git', args, {
      cwd: folder,
      ...(input ? { input } : {}),
      env: { PATH: process.env.PATH ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...env },
    });
  /** What git itself answers. */
  const upstream = (body: Buffer) =>
    git(['-c', 'transfer.hideRefs=refs/slipway', 'upload-pack', '--stateless-rpc', folder], body, {
      GIT_PROTOCOL: 'version=2',
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-ls-refs-'));
    git(['init', '--quiet', '--bare', '--initial-branch', 'main', '.']);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const rows: { args: string[]; because: string }[] = [
    { args: ['symrefs', 'unborn', 'ref-prefix HEAD', 'ref-prefix refs/heads/'], because: 'a clone asks so' },
    { args: ['peel', 'symrefs', 'ref-prefix refs/heads/'], because: 'branches have nothing to peel' },
    { args: ['ref-prefix HEAD'], because: 'HEAD alone, without its target' },
    { args: ['ref-prefix refs/heads/ma'], because: 'a prefix is not a whole name' },
    { args: ['symrefs'], because: 'no prefix is everything but what is hidden' },
    { args: ['ref-prefix refs/none/'], because: 'nothing begins so' },
  ];
  const commit = () => {
    const tree = git(['mktree'], Buffer.from('')).toString().trim();
    const person = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    return git(['commit-tree', tree, '-m', 'x'], undefined, person).toString().trim();
  };

  for (const state of ['without commits', 'with branches, packed and loose']) {
    it(`says what git says, ${state}`, async () => {
      if (state !== 'without commits') {
        const id = commit();
        for (const ref of ['refs/heads/main', 'refs/heads/feature/a', 'refs/slipway/hidden'])
          git(['update-ref', ref, id]);
        git(['pack-refs', '--all']);
        git(['update-ref', 'refs/heads/later', id]);
      }
      for (const { args, because } of rows) {
        const body = request(...args);
        assert.equal((await answerLsRefs(folder, body))?.toString(), upstream(body).toString(), because);
      }
    });
  }

  it('leaves tags that have to be peeled to git', async () => {
    git(['update-ref', 'refs/tags/v1', commit()]);
    assert.equal(await answerLsRefs(folder, request('peel', 'ref-prefix refs/tags/')), undefined);
    const body = request('ref-prefix refs/tags/');
    assert.equal((await answerLsRefs(folder, body))?.toString(), upstream(body).toString());
  });

  for (const { body, because } of [
    { body: Buffer.concat([packet('command=fetch'), Buffer.from('0000')]), because: 'another command' },
    { body: request('odd'), because: 'an argument that is not known' },
    { body: request().subarray(0, -4), because: 'no end' },
    { body: Buffer.from('zzzz'), because: 'no packet' },
    { body: Buffer.from('00ffcommand=ls-refs'), because: 'a packet longer than the body' },
    { body: Buffer.alloc(0), because: 'nothing' },
  ]) {
    it(`leaves to git what is not such a request: ${because}`, async () => {
      assert.equal(await answerLsRefs(folder, body), undefined);
    });
  }
});
