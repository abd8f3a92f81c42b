import { type LogFields, messageOf, SlipwayError } from '@slipway/api';
import { codeOf } from '@slipway/sandbox';
import { writeVolumes } from '../volumes/volumes.ts';
import { allContainers } from './observed.ts';
import { endOlderRevision } from './older-revision.ts';
import { type PodState, volumesOf } from './pod-state.ts';
import { unsupportedField } from './unsupported.ts';

const RETRY_MS = 2_000;
const PORT_RETRY_MS = 5_000;
/** Until a pod of an older revision has ended. */
const SOON_MS = 200;

/** Makes the pod's network and volumes, or notes why it cannot and when to try again. Never rejects. */
export async function startSandbox(state: PodState): Promise<void> {
  const { observed, node } = state;
  const refused = unsupportedField(state.pod);
  if (refused) {
    return fail(state, 'Unsupported', `${refused.field}: ${refused.message}`, Number.POSITIVE_INFINITY);
  }
  observed.sandbox = 'starting';
  try {
    if (!state.sandbox) {
      state.sandbox = await openSandbox(state);
      const notKept = node.notEnforced(state.pod);
      if (notKept) node.event(state.pod, 'Warning', 'NotEnforced', notKept);
    }
    observed.podIP = state.sandbox.address;
    await refreshVolumes(state);
    delete observed.trouble;
    observed.sandbox = 'ready';
  } catch (error) {
    const code = error instanceof SlipwayError ? error.code : codeOf(error);
    const reason =
      code === 'MountFailed' ? 'FailedMount' : code === 'PortTaken' ? 'PortTaken' : 'FailedCreatePodSandBox';
    const fields: LogFields = { pod: state.pod.metadata.name, reason };
    node.log.debug('pod sandbox', { ...fields, error: messageOf(error) });
    fail(state, reason, messageOf(error), node.clock.now() + (await pauseAfter(reason, state)));
  }
}

async function pauseAfter(reason: string, state: PodState): Promise<number> {
  if (reason !== 'PortTaken') return RETRY_MS;
  return (await endOlderRevision(state).catch(() => false)) ? SOON_MS : PORT_RETRY_MS;
}

function fail({ observed, node, pod }: PodState, reason: string, message: string, retryAt: number): void {
  observed.sandbox = 'none';
  const isNews = observed.trouble?.message !== message;
  observed.trouble = { reason, message, retryAt };
  if (isNews) node.event(pod, 'Warning', reason, message);
}

async function openSandbox(state: PodState) {
  const { node, pod, uid } = state;
  const { spec, metadata, status } = pod;
  const address = node.addresses.take(status?.podIP);
  const ports = allContainers(pod).flatMap(container =>
    (container.ports ?? [])
      .filter(port => (port.protocol ?? 'TCP') === 'TCP')
      .map(port => port.containerPort),
  );
  node.carry(ports);
  const namespace = metadata.namespace ?? 'default';
  try {
    return await node.run.pod({
      id: uid,
      hostname: (spec.hostname ?? metadata.name ?? '').slice(0, 63),
      address,
      network: node.networkOf(() => state.pod),
      ports,
      dns: dnsOf(pod, namespace),
      hosts: hostsOf(state),
    });
  } catch (error) {
    node.addresses.give(address);
    throw error;
  }
}

/** As upstream for `ClusterFirst`; `None` takes what dnsConfig says alone. */
function dnsOf({ spec }: PodState['pod'], namespace: string): { searches: string[]; options: string[] } {
  const config = (
    spec as { dnsConfig?: { searches?: string[]; options?: { name: string; value?: string }[] } }
  ).dnsConfig;
  const given = (config?.options ?? []).map(({ name, value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  if (spec.dnsPolicy === 'None') return { searches: config?.searches ?? [], options: given };
  const cluster = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
  return { searches: [...cluster, ...(config?.searches ?? [])], options: ['ndots:5', ...given] };
}

function hostsOf({ pod }: PodState): { address: string; names: string[] }[] {
  const aliases = (pod.spec as { hostAliases?: { ip: string; hostnames?: string[] }[] }).hostAliases ?? [];
  return aliases.map(({ ip, hostnames }) => ({ address: ip, names: hostnames ?? [] }));
}

let version = 0;

/** Writes volumes anew where what they show has changed. */
export async function refreshVolumes(state: PodState): Promise<void> {
  const { node, pod, observed } = state;
  version++;
  await writeVolumes(volumesOf(state), {
    pod,
    facts: { ...node.facts, podIP: observed.podIP ?? '' },
    references: node.references(pod.metadata.namespace ?? ''),
    token: request => node.tokens.token(pod, request),
    version: `${node.clock.now()}_${version}`,
  });
}
