// What every compute technology keeps, asked only through the Kubernetes API, so that any engine can be asked.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { ConfigMap, type Container, Event, Pod, type PodSpec, Secret, Service } from '@slipway/kinds';

export interface Subject {
  client: Client;
  /** Has `sh`, `cat`, `sleep`, `node`; PATH is set. */
  image: string;
  namespace: string;
  /** What this engine's driver cannot do, with the reason. */
  lacks: { ownFiles?: string; ownNetwork?: string; limits?: string };
}

interface Row {
  name: string;
  needs?: keyof Subject['lacks'];
  check(subject: Subject): Promise<void>;
}

/** Asks `subject` for everything in the contract; a string says why there is none here. */
export function computeConformance(title: string, subject: () => Subject | string): void {
  describe(title, () => {
    for (const { name, needs, check } of rows) {
      test(name, async context => {
        const asked = subject();
        if (typeof asked === 'string') return context.skip(asked);
        const reason = needs && asked.lacks[needs];
        if (reason) return context.skip(reason);
        await check(asked);
      });
    }
  });
}

let count = 0;

export function podOf(
  subject: Subject,
  spec: Omit<PodSpec, 'containers' | 'initContainers'> & {
    containers: Partial<Container>[];
    initContainers?: Partial<Container>[];
  },
  annotations = {},
): Pod {
  const { initContainers: inits, containers, ...rest } = spec;
  const image = subject.image;
  const withImage = (list: Partial<Container>[] | undefined) =>
    list?.map((one, index) => ({ name: `c${index}`, image, ...one }));
  const initContainers = withImage(inits)?.map((one, index) => ({
    ...one,
    name: `init${index}`,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${++count}`,
      namespace: subject.namespace,
      labels: { pod: `pod-${count}` },
      annotations,
    },
    spec: {
      terminationGracePeriodSeconds: 5,
      ...rest,
      containers: withImage(containers) as PodSpec['containers'],
      ...(initContainers ? { initContainers: initContainers as PodSpec['containers'] } : {}),
    },
  };
}

/** Reads until it is so; fails with what was last seen. */
export async function until(
  subject: Subject,
  pod: Pod,
  isSo: (pod: Stored<Pod> | undefined) => unknown,
  timeoutMs = 20_000,
): Promise<Stored<Pod>> {
  const key = { namespace: subject.namespace, name: pod.metadata.name ?? '' };
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await subject.client.find(Pod, key);
    if (isSo(found)) return found as Stored<Pod>;
    if (Date.now() > end)
      assert.fail(`not within ${timeoutMs} ms: ${isSo}\n${JSON.stringify(found?.status, null, 1)}`);
    await sleep(20);
  }
}

export const isOver = (pod: Pod | undefined) =>
  pod?.status?.phase === 'Succeeded' || pod?.status?.phase === 'Failed';
export const isReady = (pod: Pod | undefined) =>
  pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

async function runToEnd(subject: Subject, pod: Pod): Promise<Stored<Pod>> {
  await subject.client.create(Pod, pod);
  return until(subject, pod, isOver);
}

function end(pod: Pod, container = 'c0') {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return all.find(one => one.name === container)?.state?.terminated;
}

async function logOf(subject: Subject, pod: Pod, container = 'c0'): Promise<string> {
  let text = '';
  const key = { namespace: subject.namespace, name: pod.metadata.name ?? '' };
  for await (const chunk of subject.client.logs(key, { container })) text += chunk;
  return text;
}

/** A command that leaves its output where `kubectl describe` shows it. */
const say = (script: string) => ['sh', '-c', `{ ${script}; } > "$OUT"`];
const OUT = { name: 'OUT', value: '/dev/termination-log' };

const rows: Row[] = [
  {
    name: 'a pod that succeeds is Succeeded, with exit code, times and last words',
    needs: 'ownFiles',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: say('echo done'), env: [OUT] }],
      });
      const ended = await runToEnd(subject, pod);
      const { startedAt, finishedAt, containerID, ...rest } = end(ended) ?? { exitCode: -1 };
      assert.equal(ended.status?.phase, 'Succeeded');
      assert.deepEqual(rest, { exitCode: 0, reason: 'Completed', message: 'done\n' });
      assert.ok(startedAt && finishedAt && containerID);
      const conditions = Object.fromEntries(
        (ended.status?.conditions ?? []).map(one => [one.type, one.reason ?? one.status]),
      );
      assert.equal(conditions.Ready, 'PodCompleted');
      assert.equal(conditions.Initialized, 'PodCompleted');
    },
  },
  {
    name: 'a pod that fails is Failed, with its exit code',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', 'echo no >&2; exit 9'] }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(end(ended)?.exitCode, 9);
      assert.equal(end(ended)?.reason, 'Error');
      assert.equal(await logOf(subject, pod), 'no\n', 'its log can be read after its end');
    },
  },
  {
    name: 'environment from ConfigMaps, Secrets, fields and resources, with references',
    check: async subject => {
      const { client, namespace } = subject;
      const metadata = { namespace };
      await client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, name: 'env' },
        data: { COLOR: 'blue', 'a.b': 'x' },
      });
      await client.create(Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, name: 'env' },
        stringData: { KEY: 's3cret' },
      });
      const env = [
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'env', key: 'KEY' } } },
        { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x', optional: true } } },
        { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'ALL', value: '$(NAME) $(COLOR) $(MISSING) $$(NAME)' },
      ];
      const command = ['sh', '-c', 'echo "$ALL|$KEY|$LIMIT|$GONE-|$1"', 'x', '$(COLOR)'];
      const container = {
        command,
        env,
        envFrom: [{ configMapRef: { name: 'env' } }],
        resources: { limits: { memory: '256Mi' } },
      };
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [container] });
      await runToEnd(subject, pod);
      assert.equal(
        await logOf(subject, pod),
        `${pod.metadata.name} blue $(MISSING) $(NAME)|s3cret|256|-|blue\n`,
      );
    },
  },
  {
    name: 'init containers run one after another, before the others',
    check: async subject => {
      const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
      const step = (text: string) => ({
        command: ['sh', '-c', `echo ${text} >> "$SLIPWAY_ROOT/shared/log"`],
        volumeMounts,
      });
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [step('one'), step('two')],
        containers: [{ command: ['sh', '-c', 'cat "$SLIPWAY_ROOT/shared/log"'], volumeMounts }],
        volumes: [{ name: 'shared', emptyDir: {} }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(await logOf(subject, pod), 'one\ntwo\n');
      assert.deepEqual(
        ended.status?.initContainerStatuses?.map(one => one.ready),
        [true, true],
      );
    },
  },
  {
    name: 'an init container that fails for good fails the pod, and the others never run',
    check: async subject => {
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [{ command: ['sh', '-c', 'exit 4'] }],
        containers: [{ command: ['sleep', '100'] }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(ended.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing');
    },
  },
  {
    name: 'a sidecar starts before the main container and ends after it',
    check: async subject => {
      const sidecar = { restartPolicy: 'Always', command: ['sh', '-c', 'echo side; sleep 1000'] };
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        initContainers: [sidecar],
        containers: [{ command: ['sh', '-c', 'sleep 0.3'] }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Succeeded');
      assert.ok(end(ended, 'init0'), 'the sidecar has ended too');
      assert.equal(await logOf(subject, pod, 'init0'), 'side\n');
    },
  },
  {
    name: 'a crash loops with a growing pause, and says so',
    check: async subject => {
      const pod = podOf(subject, { containers: [{ command: ['sh', '-c', 'exit 3'] }] });
      await subject.client.create(Pod, pod);
      const looping = await until(
        subject,
        pod,
        found => found?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
      );
      const [status] = looping.status?.containerStatuses ?? [];
      assert.match(
        status?.state?.waiting?.message ?? '',
        /^back-off 10s restarting failed container=c0 pod=/,
      );
      assert.equal(status?.lastState?.terminated?.exitCode, 3);
      assert.equal(status?.restartCount, 1);
      assert.equal(looping.status?.phase, 'Running');
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
    },
  },
  {
    name: 'a ConfigMap that is not there is waited for, by name',
    check: async subject => {
      const { client, namespace } = subject;
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [
          { command: ['sh', '-c', 'echo "$LATE"'], envFrom: [{ configMapRef: { name: 'late' } }] },
        ],
      });
      await client.create(Pod, pod);
      const waiting = await until(
        subject,
        pod,
        found =>
          found?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
      );
      assert.equal(
        waiting.status?.containerStatuses?.[0]?.state?.waiting?.message,
        'configmap "late" not found',
      );
      await client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'late' },
        data: { LATE: 'here' },
      });
      await until(subject, pod, isOver);
      assert.equal(await logOf(subject, pod), 'here\n');
    },
  },
  {
    name: 'a command that is not there is a StartError',
    check: async subject => {
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [{ command: ['no-such-program'] }] });
      const ended = await runToEnd(subject, pod);
      assert.equal(end(ended)?.reason, 'StartError');
      assert.equal(end(ended)?.exitCode, 128);
      assert.match(end(ended)?.message ?? '', /no-such-program/);
    },
  },
  {
    name: 'deletion lets a container end by itself, then removes the object',
    check: async subject => {
      const { client, namespace } = subject;
      const script =
        'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) }); setInterval(() => {}, 1000); console.log("up")';
      const pod = podOf(subject, {
        containers: [{ command: ['node', '-e', script] }],
        terminationGracePeriodSeconds: 30,
      });
      await client.create(Pod, pod);
      await until(subject, pod, isReady);
      for (let tries = 0; tries < 200 && !(await logOf(subject, pod)).includes('up'); tries++)
        await sleep(20);
      const begun = Date.now();
      await client.delete(Pod, { namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
      assert.ok(Date.now() - begun < 20_000, 'it does not wait for the whole grace');
    },
  },
  {
    name: 'a deadline ends the pod',
    check: async subject => {
      const pod = podOf(subject, {
        activeDeadlineSeconds: 1,
        containers: [{ command: ['sleep', '1000'] }],
        terminationGracePeriodSeconds: 1,
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(ended.status?.phase, 'Failed');
      assert.equal(ended.status?.reason, 'DeadlineExceeded');
    },
  },
  {
    name: 'a liveness probe that fails restarts the container',
    check: async subject => {
      const livenessProbe = {
        exec: { command: ['sh', '-c', 'exit 1'] },
        periodSeconds: 1,
        failureThreshold: 1,
      };
      const pod = podOf(subject, {
        containers: [{ command: ['sleep', '1000'], livenessProbe }],
        terminationGracePeriodSeconds: 1,
      });
      await subject.client.create(Pod, pod);
      await until(subject, pod, found => (found?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
      const events = await eventsOf(subject, pod);
      assert.ok(
        events.some(one => one.reason === 'Unhealthy' && one.message?.startsWith('Liveness probe failed')),
      );
      assert.ok(events.some(one => one.reason === 'Killing' && one.message?.includes('will be restarted')));
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
    },
  },
  {
    name: 'a Service is found by name, and leads to ready pods only',
    needs: 'ownNetwork',
    check: async subject => {
      const { client, namespace } = subject;
      const script = 'require("http").createServer((q, r) => r.end("served")).listen(8080)';
      const server = podOf(subject, {
        containers: [
          {
            command: ['node', '-e', script],
            ports: [{ name: 'web', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 'web' }, periodSeconds: 1 },
          },
        ],
      });
      await client.create(Service, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace, name: 'shop' },
        spec: {
          selector: { pod: server.metadata.labels?.pod ?? '' },
          ports: [{ port: 80, targetPort: 'web' }],
        },
      });
      await client.create(Pod, server);
      await until(subject, server, isReady);
      const ask = `(async () => { for (let i = 0; i < 50; i++) { try { console.log(await (await fetch(process.argv[1])).text()); return } catch { await new Promise(r => setTimeout(r, 100)) } } })()`;
      for (const name of ['shop', `shop.${namespace}`, `shop.${namespace}.svc.cluster.local`]) {
        const pod = podOf(subject, {
          restartPolicy: 'Never',
          containers: [{ command: ['node', '-e', ask, `http://${name}/`] }],
        });
        await runToEnd(subject, pod);
        assert.equal(await logOf(subject, pod), 'served\n', name);
      }
      await client.delete(Pod, { namespace, name: server.metadata.name ?? '' });
    },
  },
  {
    name: 'a mounted ConfigMap follows its object; one file of it by subPath does not',
    needs: 'ownFiles',
    check: async subject => {
      const { client, namespace } = subject;
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'live' },
        data: { a: 'old' },
      };
      await client.create(ConfigMap, map);
      const script = 'until grep -q new /live/a; do sleep 0.05; done; cat /live/a /fixed';
      const volumeMounts = [
        { name: 'live', mountPath: '/live' },
        { name: 'live', mountPath: '/fixed', subPath: 'a' },
      ];
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', script], volumeMounts }],
        volumes: [{ name: 'live', configMap: { name: 'live' } }],
      });
      await client.create(Pod, pod);
      await until(subject, pod, found => found?.status?.phase === 'Running');
      await client.patch(
        ConfigMap,
        { namespace, name: 'live' },
        { type: 'merge', body: { data: { a: 'new' } } },
      );
      await until(subject, pod, isOver);
      assert.equal(await logOf(subject, pod), 'newold');
    },
  },
  {
    name: 'a field that cannot be kept is refused by name, never ignored',
    check: async subject => {
      const pod = podOf(subject, {
        containers: [{ command: ['sleep', '1'] }],
        volumes: [{ name: 'host', hostPath: { path: '/' } }],
      });
      await subject.client.create(Pod, pod);
      const refused = await until(subject, pod, found =>
        found?.status?.conditions?.some(one => one.reason === 'Unsupported'),
      );
      const message = refused.status?.conditions?.find(one => one.reason === 'Unsupported')?.message;
      assert.match(message ?? '', /^spec\.volumes\[\d\]\.hostPath: /);
      assert.equal(refused.status?.phase, 'Pending');
      await subject.client.delete(Pod, { namespace: subject.namespace, name: pod.metadata.name ?? '' });
      await until(subject, pod, found => !found);
    },
  },
  {
    name: 'the world is out of reach, and an event names what was tried',
    needs: 'ownNetwork',
    check: async subject => {
      const command = ['node', '-e', 'fetch("http://outside.example/").catch(() => console.log("refused"))'];
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [{ command }] });
      await runToEnd(subject, pod);
      assert.equal(await logOf(subject, pod), 'refused\n');
      const events = await eventsOf(subject, pod);
      const told = events.find(one => one.reason === 'EgressRefused');
      assert.match(told?.message ?? '', /outside\.example:80/);
    },
  },
  {
    name: 'more memory than the limit is OOMKilled',
    needs: 'limits',
    check: async subject => {
      const script = 'const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1))';
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['node', '-e', script], resources: { limits: { memory: '96Mi' } } }],
      });
      const ended = await runToEnd(subject, pod);
      assert.equal(end(ended)?.reason, 'OOMKilled');
      assert.equal(end(ended)?.exitCode, 137);
    },
  },
];

export async function eventsOf(subject: Subject, pod: Pod): Promise<Event[]> {
  // Events are recorded beside the work, a moment later.
  await sleep(200);
  const { items } = await subject.client.list(Event, { namespace: subject.namespace });
  return items.filter(event => event.involvedObject.name === pod.metadata.name);
}
