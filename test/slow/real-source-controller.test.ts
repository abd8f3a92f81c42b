// Flux's real source-controller against the real Kubernetes: what is in the real Gitea becomes an artifact.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { applyObjects, type Controller, isReady, readObject } from '../tools/controller.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';
import { startSourceController } from '../tools/source-controller.ts';

const skip = noRealCluster() || noTools('gitea', 'source-controller');
const TIMEOUT_MS = 40_000;
const namespace = 'default';
let folder: string;
let gitea: Gitea | undefined;
let cluster: RealCluster | undefined;
let controller: Controller | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-gitea-'));
  if (skip) return;
  gitea = await startGitea({ folder });
  cluster = await realCluster();
  if (cluster) controller = await startSourceController(cluster);
});
after(async () => {
  await controller?.stop();
  await cluster?.stop();
  await gitea?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Artifact {
  status: { artifact: { url: string; revision: string; digest: string } };
}

test('a private repository of Gitea becomes an artifact', { skip }, async () => {
  assert.ok(gitea && cluster);
  const here = cluster;
  const { username, password } = gitea.admin;
  const repository = `/repos/${username}/shop`;
  await gitea.api('POST', '/user/repos', { name: 'shop', private: true, auto_init: true });
  const content = Buffer.from('kind: ConfigMap\n').toString('base64');
  const { commit } = await gitea.api<{ commit: { sha: string } }>('POST', `${repository}/contents/web.yaml`, {
    content,
    message: 'Web',
    branch: 'main',
  });
  await applyObjects(
    here,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'gitea', namespace },
      stringData: { username, password },
    },
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop', namespace },
      spec: {
        interval: '1m',
        url: `${gitea.url}/${username}/shop.git`,
        ref: { branch: 'main' },
        secretRef: { name: 'gitea' },
      },
    },
  );
  await eventually('synced', TIMEOUT_MS, () => isReady(here, 'gitrepository', 'shop'));
  const { status } = await readObject<Artifact>(here, 'gitrepository', 'shop');
  assert.equal(status.artifact.revision, `main@sha1:${commit.sha}`);
  const { status: code, headers } = await ask(status.artifact.url);
  assert.deepEqual({ code, type: headers['content-type'] }, { code: 200, type: 'application/gzip' });
});
