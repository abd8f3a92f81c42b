import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { Namespace, Node, Pod } from '@slipway/kinds';
import { isOver, isReady, podOf, type Subject, until } from '../../conformance.ts';
import { openTestbed, subjectOf, type Testbed } from './testbed.ts';

const signal = new AbortController().signal;

describe('kubelet', () => {
  let bed: Testbed;
  let subject: Subject;
  before(async () => {
    bed = await openTestbed();
    subject = subjectOf(bed);
  });
  after(() => bed?.close());

  const keyOf = (pod: Pod) => ({ namespace: 'default', name: pod.metadata.name ?? '' });
  const readAll = async (chunks: AsyncIterable<Uint8Array>) => {
    let text = '';
    for await (const chunk of chunks) text += Buffer.from(chunk).toString();
    return text;
  };

  /** A new namespace takes a moment to have its ServiceAccount. */
  const createSoon = async (pod: Pod) => {
    for (let tries = 0; ; tries++) {
      const made = await bed.client
        .create(Pod, pod)
        .catch(error => (tries < 50 ? undefined : Promise.reject(error)));
      if (made) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };

  test('registers one ready node that pods are scheduled to', async () => {
    const { items } = await bed.client.list(Node);
    assert.equal(items.length, 1);
    assert.equal(items[0]?.status?.conditions?.find(one => one.type === 'Ready')?.status, 'True');
    assert.ok(Number(items[0]?.status?.capacity?.cpu) > 0);
  });

  test('logs: tail, timestamps, previous, follow', async () => {
    const script = 'echo one; echo two; echo three; test -e /tmp/x || exit 1';
    const pod = podOf(subject, { containers: [{ command: ['sh', '-c', script] }] });
    await bed.client.create(Pod, pod);
    await until(subject, pod, found => (found?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
    const previous = await readAll(bed.connector.logs(keyOf(pod), { previous: true }, signal));
    assert.equal(previous, 'one\ntwo\nthree\n');
    const tail = await readAll(bed.connector.logs(keyOf(pod), { tailLines: 1, previous: true }, signal));
    assert.equal(tail, 'three\n');
    const stamped = await readAll(
      bed.connector.logs(keyOf(pod), { timestamps: true, tailLines: 1, previous: true }, signal),
    );
    assert.match(stamped, /^\d{4}-\d\d-\d\dT[\d:.]+Z three\n$/);
    await bed.client.delete(Pod, keyOf(pod));

    const slow = podOf(subject, {
      restartPolicy: 'Never',
      containers: [{ command: ['sh', '-c', 'echo a; sleep 0.2; echo b; sleep 0.2; echo c'] }],
    });
    await bed.client.create(Pod, slow);
    await until(subject, slow, found => found?.status?.phase === 'Running' || isOver(found));
    assert.equal(await readAll(bed.connector.logs(keyOf(slow), { follow: true }, signal)), 'a\nb\nc\n');
  });

  test('exec and port-forward reach a running container', async () => {
    const script = 'require("net").createServer(s => s.end("hi")).listen(18765, () => console.log("up"))';
    const pod = podOf(subject, {
      containers: [
        {
          command: ['node', '-e', script],
          ports: [{ containerPort: 18765 }],
          readinessProbe: { tcpSocket: { port: 18765 } },
        },
      ],
    });
    await bed.client.create(Pod, pod);
    await until(subject, pod, isReady);
    const out: string[] = [];
    const streams = {
      stdin: (async function* () {
        yield Buffer.from('typed');
      })(),
      stdout: async (chunk: Uint8Array) => void out.push(Buffer.from(chunk).toString()),
      stderr: async (chunk: Uint8Array) => void out.push(`! ${Buffer.from(chunk).toString()}`),
    };
    const { exitCode } = await bed.connector.exec(
      keyOf(pod),
      { command: ['sh', '-c', 'cat; exit 6'], tty: false },
      streams,
      signal,
    );
    assert.deepEqual([exitCode, out.join('')], [6, 'typed']);
    const stream = await bed.connector.portForward(keyOf(pod), 18765);
    assert.equal(await readAll(stream.incoming), 'hi');
    stream.destroy();
    await bed.client.delete(Pod, keyOf(pod));
  });

  test('a restart of the platform starts pods again and counts it; one that may not restart is Failed', async () => {
    const always = podOf(subject, {
      containers: [{ command: ['sleep', '1000'] }],
      terminationGracePeriodSeconds: 1,
    });
    const never = podOf(subject, { restartPolicy: 'Never', containers: [{ command: ['sleep', '1000'] }] });
    for (const pod of [always, never]) await bed.client.create(Pod, pod);
    for (const pod of [always, never]) await until(subject, pod, isReady);
    const before = await bed.client.get(Pod, keyOf(always));
    await bed.restart();
    const again = await until(
      subject,
      always,
      found => found?.status?.containerStatuses?.[0]?.restartCount === 1 && isReady(found),
    );
    assert.equal(
      again.status?.containerStatuses?.[0]?.lastState?.terminated?.reason,
      'ContainerStatusUnknown',
    );
    assert.equal(again.status?.podIP, before.status?.podIP, 'others may know its address');
    const failed = await until(subject, never, isOver);
    assert.equal(failed.status?.phase, 'Failed');
    await bed.client.delete(Pod, keyOf(always));
    await until(subject, always, found => !found);
  });

  test('a pod reaches outside only when it and its namespace say so', async context => {
    const host = outsideAddress();
    if (!host) return context.skip('this machine has no address but its loopback');
    const outside = createServer((_request, response) => response.end('outside')).listen(0, host);
    await once(outside, 'listening');
    const { port } = outside.address() as AddressInfo;
    await bed.sandbox.carry([port]);
    const allow = { 'slipway.dev/egress': 'allow' };
    const command = [
      'node',
      '-e',
      `fetch("http://${host}:${port}/").then(async r => console.log(await r.text()), () => console.log("refused"))`,
    ];
    const ask = async (namespace: string, annotations: object) => {
      const own = { ...subject, namespace };
      const pod = podOf(own, { restartPolicy: 'Never', containers: [{ command }] }, annotations);
      await createSoon(pod);
      await until(own, pod, isOver);
      const key = { namespace, name: pod.metadata.name ?? '' };
      return readAll(bed.connector.logs(key, {}, signal));
    };
    try {
      const metadata = { name: 'open', annotations: allow };
      await bed.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata });
      assert.equal(await ask('open', allow), 'outside\n', 'both say so');
      assert.equal(await ask('open', {}), 'refused\n', 'the pod does not');
      assert.equal(await ask('default', allow), 'refused\n', 'its namespace does not');
    } finally {
      outside.close();
    }
  });

  test('a deleted namespace takes its pods with it', async () => {
    await bed.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'brief' } });
    const own = { ...subject, namespace: 'brief' };
    const pod = podOf(own, {
      containers: [{ command: ['sleep', '1000'] }],
      terminationGracePeriodSeconds: 0,
    });
    await createSoon(pod);
    await until(own, pod, isReady);
    await bed.client.delete(Namespace, { name: 'brief' });
    await until(own, pod, found => !found);
  });
});

/** One that is neither loopback nor link-local: what a pod calls outside. */
function outsideAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  return all.find(one => !one.internal && one.family === 'IPv4' && !one.address.startsWith('169.254.'))
    ?.address;
}
