import { timestamp } from '@slipway/api';
import type { Node } from '@slipway/kinds';

export interface NodeFacts {
  name: string;
  address: string;
  podCidr: string;
  cpus: number;
  memoryBytes: number;
  diskBytes: number;
  architecture: string;
  kernel: string;
  osImage: string;
  machineId: string;
  driver: string;
  version: string;
}

/** Pods one node takes: what one machine's processes and descriptors allow, not upstream's 110. */
export const MOST_PODS = 500;

/** Part of memory that is the platform's own. */
const RESERVED_BYTES = 512 * 2 ** 20;

/** The Node object as a kubelet registers it. */
export function nodeObject(facts: NodeFacts, now: number): Node {
  const capacity = {
    cpu: String(facts.cpus),
    memory: `${Math.floor(facts.memoryBytes / 1024)}Ki`,
    pods: String(MOST_PODS),
    'ephemeral-storage': `${Math.floor(facts.diskBytes / 1024)}Ki`,
  };
  const left = Math.max(facts.memoryBytes - RESERVED_BYTES, facts.memoryBytes / 2);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: facts.name,
      labels: {
        'kubernetes.io/arch': facts.architecture,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': facts.name,
        'beta.kubernetes.io/arch': facts.architecture,
        'beta.kubernetes.io/os': 'linux',
        'slipway.dev/driver': facts.driver,
      },
    },
    spec: { podCIDR: facts.podCidr, podCIDRs: [facts.podCidr] },
    status: {
      capacity,
      allocatable: { ...capacity, memory: `${Math.floor(left / 1024)}Ki` },
      conditions: conditions(now),
      addresses: [
        { type: 'InternalIP', address: facts.address },
        { type: 'Hostname', address: facts.name },
      ],
      nodeInfo: {
        architecture: facts.architecture,
        operatingSystem: 'linux',
        kernelVersion: facts.kernel,
        osImage: facts.osImage,
        machineID: facts.machineId,
        systemUUID: facts.machineId,
        bootID: facts.machineId,
        containerRuntimeVersion: `slipway-${facts.driver}://${facts.version}`,
        kubeletVersion: facts.version,
        kubeProxyVersion: '',
      },
    },
  };
}

function conditions(now: number): NonNullable<NonNullable<Node['status']>['conditions']> {
  const times = { lastHeartbeatTime: timestamp(now), lastTransitionTime: timestamp(now) };
  const fine = (type: string, reason: string, message: string) => ({
    ...{ type, status: 'False' as const, reason, message },
    ...times,
  });
  return [
    fine('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    fine('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    fine('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    {
      ...{
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      },
      ...times,
    },
  ];
}
