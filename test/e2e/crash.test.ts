// `kill -9` in the middle of things: what was acknowledged is there again, and everything converges.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
let platform: Platform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

test('addresses and objects are the same after kill -9', { skip: kubectl }, async () => {
  const { portal, api } = platform.report;
  await platform.kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
  await platform.crash();
  await platform.restart();
  assert.deepEqual([platform.report.portal, platform.report.api], [portal, api]);
  assert.equal(await platform.kubectl(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}']), 'b');
});

test('kill -9 in a rollout: it goes on to the new version', { skip: kubectl, timeout: 180_000 }, async () => {
  const deployment = (text: string) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 'main',
                image: 'busybox',
                command: ['sh', '-c', `echo ${text}; while true; do sleep 1; done`],
              },
            ],
          },
        },
      },
    });
  await platform.kubectl(['apply', '-f', '-'], deployment('first'));
  await platform.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  await platform.kubectl(['apply', '-f', '-'], deployment('second'));
  await platform.crash();
  await platform.restart();
  await platform.kubectl(['rollout', 'status', 'deployment/web', '--timeout=90s']);
  const pods = JSON.parse(await platform.kubectl(['get', 'pods', '-l', 'app=web', '-o', 'json']));
  const running = pods.items.filter(
    (pod: { metadata: { deletionTimestamp?: string } }) => !pod.metadata.deletionTimestamp,
  );
  assert.equal(running.length, 2);
  assert.ok(running.every((pod: object) => JSON.stringify(pod).includes('echo second')));
});

test('kill -9 in a push: the repository is whole, and the same push works again', {
  timeout: 180_000,
}, async () => {
  const report = await platform.json<{ repository: string }>([
    'service',
    'create',
    '--name',
    'pushed',
    '--wait',
  ]);
  const clone = join(platform.home, 'pushed');
  await platform.git(['clone', '--quiet', report.repository, clone]);
  await writeFile(join(clone, 'large.bin'), randomBytes(24 * 1024 * 1024));
  await platform.git(['add', '--all'], clone);
  await platform.git(['commit', '--quiet', '--message', 'large'], clone);
  const pushing = platform.git(['push', '--quiet'], clone).then(
    () => 'acknowledged',
    () => 'refused',
  );
  await new Promise(resolve => setTimeout(resolve, 150));
  await platform.crash();
  const outcome = await pushing;
  await platform.restart();
  const wanted = (await platform.git(['rev-parse', 'HEAD'], clone)).trim();
  const found = (await platform.git(['ls-remote', 'origin', 'refs/heads/main'], clone)).split('\t')[0];
  if (outcome === 'acknowledged') assert.equal(found, wanted, 'an acknowledged push is there');
  await platform.git(['push', '--quiet'], clone);
  assert.equal(
    (await platform.git(['ls-remote', 'origin', 'refs/heads/main'], clone)).split('\t')[0],
    wanted,
  );
});

test('kill -9 in an image upload: nothing half is served, and the same upload works again', {
  timeout: 120_000,
}, async () => {
  const token = await adminToken();
  const registry = `https://registry.${new URL(platform.report.portal).host}`;
  const blob = randomBytes(32 * 1024 * 1024);
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const first = upload(registry, token, blob, digest).catch(() => 0);
  await new Promise(resolve => setTimeout(resolve, 60));
  await platform.crash();
  const acknowledged = (await first) === 201;
  await platform.restart();
  const before = await call('HEAD', `${registry}/v2/default/blob/blobs/${digest}`, token);
  if (acknowledged) assert.equal(before.status, 200, 'an acknowledged upload is there');
  assert.equal(await upload(registry, token, blob, digest), 201);
  const after = await call('GET', `${registry}/v2/default/blob/blobs/${digest}`, token);
  assert.equal(createHash('sha256').update(after.body).digest('hex'), digest.slice(7));
});

test('the processes of pods end with the platform', {
  skip: process.platform === 'linux' && !kubectl ? false : 'needs /proc and kubectl',
}, async () => {
  await eventually('a pod runs', 60_000, async () => ((await marked()).length > 0 ? true : undefined));
  await platform.crash();
  await eventually('no process of a pod is left', 10_000, async () =>
    (await marked()).length === 0 ? true : undefined,
  );
  await platform.restart();
});

/** Processes of the Deployment above, by their command. */
async function marked(): Promise<string[]> {
  const child = spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text.split('\n').filter(line => line.includes('echo second; while true'));
}

async function adminToken(): Promise<string> {
  const config = JSON.parse(await readFile(platform.report.kubeconfig, 'utf8'));
  return config.users[0].user.token;
}

async function upload(registry: string, token: string, blob: Buffer, digest: string): Promise<number> {
  const started = await call('POST', `${registry}/v2/default/blob/blobs/uploads/`, token);
  const location = new URL(started.location ?? '', registry);
  location.searchParams.set('digest', digest);
  return (await call('PUT', location.href, token, blob)).status;
}

async function call(
  method: string,
  url: string,
  token: string,
  body?: Buffer,
): Promise<{ status: number; body: Buffer; location?: string }> {
  const { hostname, port, pathname, search } = new URL(url);
  const ca = await readFile(platform.report.ca, 'utf8');
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        servername: hostname,
        path: `${pathname}${search}`,
        method,
        ca,
        headers: {
          host: `${hostname}:${port}`,
          authorization: `Basic ${Buffer.from(`local-admin:${token}`).toString('base64')}`,
          ...(body ? { 'content-length': body.length, 'content-type': 'application/octet-stream' } : {}),
        },
      },
      answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { location } = answer.headers;
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks),
            ...(location ? { location } : {}),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
