import { join } from 'node:path';
import { parseQuantity, SlipwayError } from '@slipway/api';
import type { Container, Pod } from '@slipway/kinds';
import type { ContainerOptions, Mount } from '@slipway/sandbox';
import { environmentOf } from '../env/environment.ts';
import { expand } from '../env/expand.ts';
import { homeOf, imageUser } from '../images/image-user.ts';
import type { Image } from '../images/images.ts';
import { makeTerminationLog, mountsOf } from '../volumes/volumes.ts';
import { folderOf, observedContainer, type PodState, volumesOf } from './pod-state.ts';

export const TERMINATION_LOG = '/dev/termination-log';

/** File on the node that a container's last words are read from. */
export function terminationFile(state: PodState, container: Container, run: number): string {
  return join(folderOf(state), container.name, `${run}.termination`);
}

export function upperFolder(state: PodState, container: Container, run: number): string {
  return join(folderOf(state), container.name, `${run}.upper`);
}

/** What the sandbox needs to start a container. Rejects with `ConfigError` as upstream's CreateContainerConfigError. */
export async function containerOptions(
  state: PodState,
  container: Container,
  image: Image,
): Promise<ContainerOptions> {
  const { pod, node } = state;
  const run = observedContainer(state, container).restartCount;
  const config = image.config.config ?? {};
  const imageEnv = new Map((config.Env ?? []).map(pair => splitPair(pair)));
  const environment = await environmentOf({
    pod,
    container,
    image: imageEnv,
    services: node.serviceVariables(pod),
    facts: { ...node.facts, podIP: state.observed.podIP ?? '' },
    references: node.references(pod.metadata.namespace ?? ''),
  });
  for (const { source, keys } of environment.invalid) {
    const text = `Keys [${keys.join(', ')}] from the EnvFrom ${source} were skipped since they are considered invalid environment variable names.`;
    node.event(pod, 'Warning', 'InvalidEnvironmentVariableNames', text);
  }
  const user = userOf(pod, container, image);
  const values = environment.values;
  if (!values.has('HOSTNAME')) values.set('HOSTNAME', pod.spec.hostname ?? pod.metadata.name ?? '');
  if (!values.has('HOME')) values.set('HOME', homeOf(user.uid, image.layers));
  const termination = terminationFile(state, container, run);
  await makeTerminationLog(termination);
  const last: Mount = {
    source: termination,
    target: container.terminationMessagePath ?? TERMINATION_LOG,
    readOnly: false,
  };
  const limits = container.resources?.limits ?? {};
  return {
    name: container.name,
    rootfs: { layers: image.layers, upper: upperFolder(state, container, run) },
    image: image.id,
    hostBased: image.hostBased,
    command: commandOf(container, config, values),
    env: Object.fromEntries(values),
    workingDir: container.workingDir || config.WorkingDir || '/',
    user,
    mounts: [...(await mountsOf(volumesOf(state), { pod, container, env: values })), last],
    dropCapabilities: container.securityContext?.capabilities?.drop ?? [],
    readOnlyRootFilesystem: container.securityContext?.readOnlyRootFilesystem === true,
    limits: {
      pids: 4096,
      ...(limits.cpu === undefined ? {} : { cpuMillis: Number(parseQuantity(limits.cpu)) }),
      ...(limits.memory === undefined ? {} : { memoryBytes: Number(parseQuantity(limits.memory) / 1000n) }),
    },
    tty: container.tty === true,
    stdin: container.stdin === true,
  };
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** `command` replaces the image's ENTRYPOINT and CMD, `args` its CMD alone. */
function commandOf(
  { command, args, name }: Container,
  image: { Entrypoint?: string[]; Cmd?: string[] },
  values: ReadonlyMap<string, string>,
): string[] {
  const own = (list: string[] | undefined) => list?.map(text => expand(text, values));
  const isGiven = command !== undefined && command.length > 0;
  const first = isGiven ? own(command) : image.Entrypoint;
  const rest = args && args.length > 0 ? own(args) : isGiven ? [] : image.Cmd;
  const all = [...(first ?? []), ...(rest ?? [])];
  if (all.length === 0) throw new SlipwayError('ConfigError', `container ${name}: no command specified`);
  return all;
}

function userOf(pod: Pod, container: Container, image: Image): ContainerOptions['user'] {
  const own = container.securityContext;
  const common = pod.spec.securityContext as
    | (NonNullable<Pod['spec']['securityContext']> & { supplementalGroups?: number[] })
    | undefined;
  const fromImage = imageUser(image.config.config?.User ?? '', image.layers);
  const uid = own?.runAsUser ?? common?.runAsUser ?? fromImage.uid;
  const gid = own?.runAsGroup ?? common?.runAsGroup ?? (uid === fromImage.uid ? fromImage.gid : 0);
  const mustNotBeRoot = own?.runAsNonRoot ?? common?.runAsNonRoot ?? false;
  if (mustNotBeRoot && uid === 0) {
    const text = `container has runAsNonRoot and image will run as root (pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
    throw new SlipwayError('ConfigError', text);
  }
  const groups = [common?.fsGroup, ...(common?.supplementalGroups ?? [])].filter(
    group => group !== undefined,
  );
  return { uid, gid, ...(groups.length > 0 ? { groups } : {}) };
}
