// The invariants of ARCHITECTURE.md that only a running platform can show.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, has, type Platform, run, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const linux = process.platform === 'linux' ? false : 'needs /proc';
const CANARY = 'canary-7d1f0c55e0b94f6f';
let platform: Platform;

before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

test('11: every listener of the platform is on loopback', { skip: linux }, () => {
  const sockets = new Set(socketInodes(platform.report.pid));
  const open = ['tcp', 'tcp6'].flatMap(name =>
    readFileSync(`/proc/${platform.report.pid}/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === '0A' && sockets.has(fields[9] ?? ''))
      .map(fields => fields[1] ?? ''),
  );
  assert.ok(open.length >= 3, 'gateway, plain HTTP and API listen');
  const outside = open.filter(
    address =>
      !/^(0100007F|00000000000000000000000001000000|0000000000000000FFFF00000100007F):/.test(address),
  );
  assert.deepEqual(outside, []);
});

test('12: a secret leaves nowhere: not in files, logs, events, process lists or the audit', {
  skip: kubectl,
}, async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'canary', namespace: 'default' },
    stringData: { password: CANARY },
  };
  await platform.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(secret));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'canary', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox',
          command: ['sh', '-c', 'test -n "$PASSWORD" && test -s /secret/password && sleep 300'],
          env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'canary', key: 'password' } } }],
          volumeMounts: [{ name: 'secret', mountPath: '/secret' }],
        },
      ],
      volumes: [{ name: 'secret', secret: { secretName: 'canary' } }],
    },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(pod));
  await platform.kubectl(['wait', '--for=condition=Ready', 'pod/canary', '--timeout=60s']);
  assert.equal((await run('ps', ['-eo', 'args'])).stdout.includes(CANARY), false, 'process list');
  assert.equal(
    (await platform.kubectl(['get', 'events', '-A', '-o', 'yaml'])).includes(CANARY),
    false,
    'events',
  );
  const encoded = Buffer.from(CANARY).toString('base64').replace(/=+$/, '');
  const own = filesBelow(platform.report.data).filter(path => !mountedForPod(path));
  const leaks = own.filter(path => {
    const content = readFileSync(path, 'latin1');
    return content.includes(CANARY) || content.includes(encoded);
  });
  assert.deepEqual(leaks, []);
  assert.equal(platform.progress().includes(CANARY), false, 'standard error');
});

test('14: a pod cannot read the data folder', { skip: kubectl }, async t => {
  if (platform.report.driver === 'process')
    return t.skip('the process driver does not isolate files, and says so');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'nosy', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox',
          command: ['sh', '-c', `cat '${platform.report.kubeconfig}'; ls '${platform.report.data}'`],
        },
      ],
    },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(pod));
  await eventually('the pod has ended', 60_000, async () =>
    (await platform.kubectl(['get', 'pod', 'nosy', '-o', 'jsonpath={.status.phase}'])) === 'Failed'
      ? true
      : undefined,
  );
  const log = await platform.kubectl(['logs', 'nosy']);
  assert.match(log, /No such file|cannot (access|open)/i);
  assert.doesNotMatch(log, /current-context|kubeconfig\n/);
});

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.slice(1) ?? [];
    } catch {
      return [];
    }
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && statSync(path).size < 64 * 1024 * 1024 ? [path] : [];
  });
}

/** Secret volumes of running pods are files that the pod reads; they live in memory where the system has it. */
function mountedForPod(path: string): boolean {
  return /\/(volumes|pods)\//.test(path);
}
