import { hasReason, messageOf, SlipwayError } from '@slipway/api';
import { type Container, Secret } from '@slipway/kinds';
import { codeOf } from '@slipway/sandbox';
import type { Image } from '../images/images.ts';
import { BACKOFF, backOffStart } from './back-off.ts';
import { containerOptions } from './container-options.ts';
import { noteRun } from './container-run.ts';
import type { ObservedContainer } from './observed.ts';
import { observedContainer, type PodState } from './pod-state.ts';

const CONFIG_RETRY_MS = 5_000;
/** How long an error stands before it is called a back-off, as two rounds of upstream's kubelet would show it. */
const NAMED_BACKOFF_AFTER_MS = 1_000;

/** Brings a container from its image to a running process, or notes why not. Never rejects. */
export async function startContainer(state: PodState, container: Container): Promise<void> {
  const observed = observedContainer(state, container);
  const hasRun = observed.phase === 'exited';
  const before = { phase: observed.phase };
  observed.phase = 'starting';
  let image: Image;
  try {
    image = await pullImage(state, container);
  } catch (error) {
    observed.phase = before.phase;
    return pullFailed(state, { container, observed, error });
  }
  try {
    if (hasRun) {
      observed.restartCount++;
      if (observed.terminated) observed.previous = observed.terminated;
    }
    observed.image = container.image ?? '';
    observed.imageID = image.id;
    const options = await containerOptions(state, container, image);
    if (!state.sandbox) throw new SlipwayError('RunFailed', 'the pod has no sandbox any more');
    state.node.event(state.pod, 'Normal', 'Created', `Container created: ${container.name}`);
    const running = await state.sandbox.start(options);
    delete observed.waiting;
    delete observed.retryAt;
    noteRun(state, container, running);
    state.node.event(state.pod, 'Normal', 'Started', `Container started: ${container.name}`);
  } catch (error) {
    observed.phase = before.phase;
    startFailed(state, { observed, error, hasRun });
  }
}

async function pullImage(state: PodState, container: Container): Promise<Image> {
  const { node, pod } = state;
  const name = container.image ?? '';
  const begun = node.clock.now();
  const isHere = node.images.isHere(name, container.imagePullPolicy);
  if (!isHere && container.imagePullPolicy !== 'Never') {
    node.event(pod, 'Normal', 'Pulling', `Pulling image ${JSON.stringify(name)}`);
  }
  const image = await node.images.ensure({
    image: name,
    policy: container.imagePullPolicy,
    secrets: await pullSecrets(state),
    signal: state.stopped,
  });
  const ms = `${node.clock.now() - begun}ms`;
  const size = `Image size: ${image.sizeBytes} bytes.`;
  const text = image.pulled
    ? `Successfully pulled image ${JSON.stringify(name)} in ${ms} (${ms} including waiting). ${size}`
    : `Container image ${JSON.stringify(name)} already present on machine`;
  node.event(pod, 'Normal', 'Pulled', text);
  if (image.standIn) {
    const note = `No registry answers for ${JSON.stringify(name)}: ${image.standIn}, made of this machine's own programs, stands in for it`;
    node.event(pod, 'Warning', 'ImageStandIn', note);
  }
  return image;
}

async function pullSecrets({ pod, node }: PodState): Promise<string[]> {
  const references = pod.spec.imagePullSecrets ?? [];
  const namespace = pod.metadata.namespace ?? '';
  const found = await Promise.all(
    references.map(({ name }) => node.client.find(Secret, { namespace, name }).catch(() => undefined)),
  );
  return found.flatMap(secret => {
    const text = secret?.data?.['.dockerconfigjson'];
    return text === undefined ? [] : [Buffer.from(text, 'base64').toString()];
  });
}

interface Failure {
  container: Container;
  observed: ObservedContainer;
  error: unknown;
}

const PULL_REASONS: Record<string, string> = {
  ImageNeverPull: 'ErrImageNeverPull',
  InvalidImageName: 'InvalidImageName',
};

function pullFailed(state: PodState, { container, observed, error }: Failure): void {
  const { node, pod, stopped } = state;
  if (stopped.aborted) return;
  const reason = PULL_REASONS[codeOf(error) ?? ''] ?? 'ErrImagePull';
  const message = messageOf(error);
  observed.pullBackoffMs = Math.min(observed.pullBackoffMs * 2 || BACKOFF.firstMs, BACKOFF.mostMs);
  observed.retryAt = node.clock.now() + observed.pullBackoffMs;
  observed.waiting = { reason, message };
  node.event(pod, 'Warning', 'Failed', `Failed to pull image ${JSON.stringify(container.image)}: ${message}`);
  node.event(pod, 'Warning', 'Failed', `Error: ${reason}`);
  state.poke();
  if (reason !== 'ErrImagePull') return;
  const back = `Back-off pulling image ${JSON.stringify(container.image)}`;
  node.clock.sleep(NAMED_BACKOFF_AFTER_MS, stopped).then(
    () => {
      if (observed.waiting?.reason !== reason) return;
      observed.waiting = { reason: 'ImagePullBackOff', message: `${back}: ErrImagePull: ${message}` };
      node.event(pod, 'Normal', 'BackOff', back);
      state.poke();
    },
    () => {},
  );
}

function startFailed(
  state: PodState,
  { observed, error, hasRun }: { observed: ObservedContainer; error: unknown; hasRun: boolean },
): void {
  const { node, pod } = state;
  if (state.stopped.aborted) return;
  const code = codeOf(error);
  const message = messageOf(error);
  const now = node.clock.now();
  if (code === 'CommandNotFound' || code === 'ImageNotForHost' || code === 'ContainerFailed') {
    // As upstream: a process that never was is a container that ended with 128.
    const terminated = {
      exitCode: 128,
      reason: 'StartError',
      message,
      startedAt: EPOCH,
      finishedAt: timeText(now),
    };
    observed.phase = 'exited';
    observed.terminated = terminated;
    Object.assign(observed, backOffStart(observed, now));
    node.event(pod, 'Warning', 'Failed', `Error: ${message}`);
    state.poke();
    return;
  }
  // Nothing was made, so nothing counts as a run.
  if (hasRun) observed.restartCount--;
  const isConfig = code === 'ConfigError' || code === 'MountFailed' || hasReason(error, 'NotFound');
  observed.waiting = { reason: isConfig ? 'CreateContainerConfigError' : 'CreateContainerError', message };
  observed.retryAt = now + CONFIG_RETRY_MS;
  node.event(pod, 'Warning', 'Failed', `Error: ${message}`);
  state.poke();
}

const EPOCH = '1970-01-01T00:00:00Z';

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
