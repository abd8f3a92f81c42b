// The main job: an application goes from nothing to a live address, and its next versions follow by themselves.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';

interface ServiceReport {
  service: string;
  repository: string;
  environments: { name: string; url: string; image: string; healthy: boolean }[];
  runs: { workflow: string; phase: string }[];
  ms: number;
}

const CAPABILITIES = [
  'compute-platform',
  'code-repositories',
  'continuous-delivery',
  'workflow-orchestration',
  'artifact-registries',
  'identity',
  'certificates',
  'ingress',
  'developer-portal',
  'validation',
];

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
let platform: Platform;
let shop: ServiceReport;
let clone: string;

before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

test('up: every capability of the golden path answers its probe', () => {
  const healthy = platform.report.components.filter(each => each.healthy).map(each => each.capability);
  assert.deepEqual(
    CAPABILITIES.filter(id => !healthy.includes(id)),
    [],
  );
});

test('service create: a service made from the template answers with name and version', async () => {
  shop = await platform.json<ServiceReport>([
    'service',
    'create',
    '--template',
    'node-service',
    '--name',
    'shop',
    '--wait',
  ]);
  const [dev] = shop.environments;
  assert.ok(dev);
  assert.match(dev.image, /@sha256:[0-9a-f]{64}$/);
  const answer = await platform.fetch(dev.url);
  assert.equal(answer.status, 200);
  assert.match(answer.body, /shop.*0\.1\.0/s);
});

test('the Application is Synced and Healthy at a full commit id', { skip: kubectl }, async () => {
  const list = JSON.parse(await platform.kubectl(['get', 'applications.argoproj.io', '-A', '-o', 'json']));
  const app = list.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'shop-dev');
  assert.equal(app.status.sync.status, 'Synced');
  assert.equal(app.status.health.status, 'Healthy');
  assert.match(app.status.sync.revision, /^[0-9a-f]{40}$/);
});

test('git push: a new version goes live by itself', async () => {
  clone = join(platform.home, 'shop');
  await platform.git(['clone', '--quiet', shop.repository, clone]);
  await setVersion('9.8.7');
  await platform.git(['commit', '--quiet', '--all', '--message', 'version 9.8.7'], clone);
  await platform.git(['push', '--quiet'], clone);
  const url = shop.environments[0]?.url ?? '';
  await eventually('version 9.8.7 is live', 90_000, async () =>
    (await platform.fetch(url)).body.includes('9.8.7') ? true : undefined,
  );
});

test('git push: a version whose tests fail does not go live, and says so', async () => {
  await writeFile(
    join(clone, 'broken.test.js'),
    "import test from 'node:test';\ntest('broken on purpose', () => { throw new Error('broken on purpose'); });\n",
  );
  await setVersion('6.6.6');
  await platform.git(['add', '--all'], clone);
  await platform.git(['commit', '--quiet', '--message', 'version 6.6.6'], clone);
  const revision = (await platform.git(['rev-parse', 'HEAD'], clone)).trim();
  await platform.git(['push', '--quiet'], clone);
  const [service] = await eventually('the pipeline has failed', 90_000, async () => {
    const list = await platform.json<(ServiceReport & { runs: { revision: string; message?: string }[] })[]>([
      'service',
      'list',
    ]);
    return list.some(
      each => each.runs[0]?.revision === revision && ['Failed', 'Error'].includes(each.runs[0].phase),
    )
      ? list
      : undefined;
  });
  assert.match(JSON.stringify(service?.runs), /test/i, 'the message names the step that failed');
  const answer = await platform.fetch(shop.environments[0]?.url ?? '');
  assert.match(answer.body, /9\.8\.7/);
});

test('the repository answers 401 without credentials', async () => {
  const answer = await platform.fetch(`${shop.repository}/info/refs?service=git-upload-pack`);
  assert.equal(answer.status, 401);
});

async function setVersion(version: string): Promise<void> {
  const path = join(clone, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, `${JSON.stringify({ ...manifest, version }, undefined, 2)}\n`);
}
