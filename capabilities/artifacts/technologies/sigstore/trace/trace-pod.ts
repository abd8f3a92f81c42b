import { type Key, type Stored, timestamp } from '@slipway/api';
import { Pod, type Trace, type TraceLink, Workload } from '@slipway/kinds';
import { found, missing } from './link.ts';
import type { Answer } from './reader.ts';
import { traceDelivery } from './trace-delivery.ts';
import { type Tracing, traceImage } from './trace-image.ts';

/** One trace for each container of a pod. */
export async function tracePod(tracing: Tracing, key: Key): Promise<Answer<Trace[]>> {
  const answer = await tracing.reader.find(Pod, key);
  if ('because' in answer) return answer;
  const pod = answer.value;
  return {
    value: await Promise.all(pod.spec.containers.map(({ name }) => traceContainer(tracing, pod, name))),
  };
}

async function traceContainer(tracing: Tracing, pod: Stored<Pod>, container: string): Promise<Trace> {
  const { namespace = '', name } = pod.metadata;
  const status = pod.status?.containerStatuses?.find(each => each.name === container);
  const wanted = pod.spec.containers.find(each => each.name === container)?.image ?? '';
  // What really runs; a pod that has not started yet only says what it wants.
  const image = status?.imageID || wanted;
  const [back, delivery] = await Promise.all([
    traceImage(tracing, image),
    traceDelivery(tracing, pod, image),
  ]);
  const links = [podLink(pod, { image, wanted, isRunning: Boolean(status?.imageID) }), ...back, ...delivery];
  return { ...traced(tracing, image, links), namespace, pod: name, container };
}

function podLink(
  { metadata, status }: Stored<Pod>,
  { image, wanted, isRunning }: { image: string; wanted: string; isRunning: boolean },
): TraceLink {
  const facts = {
    pod: `${metadata.namespace}/${metadata.name}`,
    phase: status?.phase,
    started: status?.startTime,
    'asked for': wanted === image ? undefined : wanted,
  };
  if (!isRunning) return missing('pod', 'it has not started: this is what it is to run', facts);
  return found('pod', `it runs ${image.split('@')[0]}`, facts);
}

/** The chain of an image, whether it runs or not. */
export async function traceOne(tracing: Tracing, image: string): Promise<Trace> {
  return traced(tracing, image, await traceImage(tracing, image));
}

/** The newest pod of a service in each of its environments. */
export async function traceService(tracing: Tracing, key: Key): Promise<Answer<Trace[]>> {
  const answer = await tracing.reader.find(Workload, key);
  if ('because' in answer) return answer;
  const live = (answer.value.status?.environments ?? []).filter(({ image }) => image !== undefined);
  const traces = await Promise.all(
    live.map(async ({ namespace, image = '' }) => {
      const pods = await tracing.reader.list(Pod, { namespace });
      const pod = 'value' in pods ? newest(pods.value, image) : undefined;
      if (!pod) return [await traceOne(tracing, image)];
      const found = await tracePod(tracing, { namespace, name: pod.metadata.name });
      return 'value' in found ? found.value : [];
    }),
  );
  return { value: traces.flat() };
}

function newest(pods: Stored<Pod>[], image: string): Stored<Pod> | undefined {
  return pods
    .filter(({ spec }) => spec.containers.some(container => container.image === image))
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))[0];
}

function traced({ ports }: Tracing, image: string, links: TraceLink[]): Trace {
  const whole = links.every(({ state }) => state === 'ok');
  return { image, at: timestamp(ports.clock.now()), whole, links };
}
