// What rows of the suite are made of.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Container, Event, Pod, type PodSpec } from '@slipway/kinds';

export interface Subject {
  client: Client;
  /** Has `sh`, `cat`, `sleep`, `node`; PATH is set. */
  image: string;
  namespace: string;
  /** Where the platform keeps what no pod may see. */
  dataFolder: string;
  /** What this engine's driver cannot do, with the reason. */
  lacks: { ownFiles?: string; ownNetwork?: string; limits?: string };
}

export interface Row {
  name: string;
  /** What would go wrong for people if it were not so. */
  because: string;
  needs?: keyof Subject['lacks'];
  check(subject: Subject, context: TestContext): Promise<void>;
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

export const keyOf = ({ namespace }: Subject, pod: Pod) => ({ namespace, name: pod.metadata.name ?? '' });

export const isOver = (pod: Pod | undefined) =>
  pod?.status?.phase === 'Succeeded' || pod?.status?.phase === 'Failed';
export const isReady = (pod: Pod | undefined) =>
  pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

export async function runToEnd(subject: Subject, pod: Pod): Promise<Stored<Pod>> {
  await subject.client.create(Pod, pod);
  return until(subject, pod, isOver);
}

export function end(pod: Pod, container = 'c0') {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return all.find(one => one.name === container)?.state?.terminated;
}

export async function logOf(subject: Subject, pod: Pod, container = 'c0'): Promise<string> {
  let text = '';
  const key = { namespace: subject.namespace, name: pod.metadata.name ?? '' };
  for await (const chunk of subject.client.logs(key, { container })) text += chunk;
  return text;
}

/** A command that leaves its output where `kubectl describe` shows it. */
export const say = (script: string) => ['sh', '-c', `{ ${script}; } > "$OUT"`];
export const OUT = { name: 'OUT', value: '/dev/termination-log' };

export async function eventsOf(subject: Subject, pod: Pod): Promise<Event[]> {
  // Events are recorded beside the work, a moment later.
  await sleep(200);
  const { items } = await subject.client.list(Event, { namespace: subject.namespace });
  return items.filter(event => event.involvedObject.name === pod.metadata.name);
}
