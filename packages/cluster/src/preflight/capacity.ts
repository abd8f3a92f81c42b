import { type KubeObject, parseQuantity, quantityText, type Stored } from '@slipway/api';
import type { Node } from '@slipway/kinds';
import type { ClusterComponent, ClusterPlan } from '../plan-cluster.ts';
import { type Around, componentObjects } from './look-around.ts';
import type { Obstacle } from './obstacle.ts';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const RESOURCES = ['cpu', 'memory'] as const;

/** What the chosen tools need of the cluster: processors, memory, volumes, load balancers, a cloud. */
export function capacityObstacles(
  { components, platform }: Pick<ClusterPlan, 'components' | 'platform'>,
  { nodes, storageClasses, components: there }: Pick<Around, 'nodes' | 'storageClasses' | 'components'>,
): Obstacle[] {
  const installed = new Set(
    there.filter(({ status }) => status?.digest).map(({ metadata }) => metadata.name),
  );
  // What runs already has its place on the nodes.
  const coming = components.filter(({ id }) => !installed.has(id));
  return [
    ...(nodes ? sizeObstacles(components, nodes) : []),
    ...(storageClasses ? storageObstacles(coming, storageClasses) : []),
    ...(nodes ? loadBalancerObstacles(coming, nodes) : []),
    ...cloudObstacles(coming, nodes ?? [], platform),
  ];
}

function sizeObstacles(components: ClusterComponent[], nodes: Stored<Node>[]): Obstacle[] {
  const usable = nodes.filter(isUsable);
  if (usable.length === 0)
    return [
      {
        check: 'capacity',
        what: 'no node takes pods',
        where:
          nodes.length === 0
            ? 'the cluster has no nodes'
            : `all ${nodes.length} nodes are not ready, closed or tainted`,
        advice: 'add a node, or see why none is ready: kubectl describe nodes',
      },
    ];
  return RESOURCES.flatMap(resource => {
    const needed = sum(components.map(({ needs }) => needs[resource] ?? '0'));
    const there = sum(usable.map(({ status }) => status?.allocatable?.[resource] ?? '0'));
    if (needed <= there) return [];
    const most = components
      .filter(({ needs }) => needs[resource])
      .toSorted((a, b) => (size(b, resource) > size(a, resource) ? 1 : -1))
      .slice(0, 3)
      .map(({ id, needs }) => `${id} ${needs[resource]}`);
    return [
      {
        check: 'capacity' as const,
        what: `${resource}: the tools request ${quantityText(needed, 'Mi')}, the nodes have ${quantityText(there, 'Mi')}`,
        where: `${usable.length} ${usable.length === 1 ? 'node' : 'nodes'}; most of it: ${most.join(', ')}`,
        advice: 'add a node, or choose fewer or smaller tools',
      },
    ];
  });
}

function size({ needs }: ClusterComponent, resource: (typeof RESOURCES)[number]): bigint {
  return parseQuantity(needs[resource] ?? '0');
}

function sum(quantities: string[]): bigint {
  return quantities.reduce((total, each) => total + parseQuantity(each), 0n);
}

function isUsable({ spec, status }: Stored<Node>): boolean {
  const isReady = status?.conditions?.some(each => each.type === 'Ready' && each.status === 'True') ?? false;
  const isClosed = spec?.unschedulable || spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule');
  return isReady && !isClosed;
}

function storageObstacles(components: ClusterComponent[], classes: Stored<KubeObject>[]): Obstacle[] {
  const who = components.filter(({ needs }) => needs.storage).map(({ id }) => id);
  const hasDefault = classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
  if (who.length === 0 || hasDefault) return [];
  const names = classes.map(({ metadata }) => metadata.name);
  const mark = `kubectl annotate storageclass ${names[0]} ${DEFAULT_CLASS}=true`;
  return [
    {
      check: 'storage',
      what: `no default StorageClass, which ${who.join(', ')} ${who.length === 1 ? 'keeps' : 'keep'} data in`,
      where: names.length === 0 ? 'the cluster has none' : `the cluster has ${names.join(', ')}`,
      advice: names.length === 0 ? 'install a storage provider' : `make one the default: ${mark}`,
    },
  ];
}

/** Nobody says whether Services of type LoadBalancer get an address: a cloud's nodes say who runs them. */
function loadBalancerObstacles(components: ClusterComponent[], nodes: Stored<Node>[]): Obstacle[] {
  const who = components.filter(({ needs }) => needs.loadBalancer).map(({ id }) => id);
  if (who.length === 0 || nodes.some(node => providerOf(node) !== undefined)) return [];
  return [
    {
      check: 'load-balancer',
      what: `${who.join(', ')} ${who.length === 1 ? 'asks' : 'ask'} for a load balancer, and no cloud runs these nodes`,
      where: 'Services of type LoadBalancer',
      advice: 'have one that gives them addresses (MetalLB, kube-vip, cloud-provider-kind)',
      isWarning: true,
    },
  ];
}

function cloudObstacles(components: ClusterComponent[], nodes: Stored<Node>[], platform: string): Obstacle[] {
  return components
    .filter(component => component.needs.cloud === 'aws' && !hasAwsIdentity(component))
    .map(({ id, namespace }) => {
      const isThere = nodes.some(node => providerOf(node) === 'aws');
      return {
        check: 'cloud' as const,
        what: `${id} needs credentials of AWS, and nothing says whose`,
        where: `namespace ${namespace ?? ''}`,
        advice: isThere
          ? `give it an IAM role (its parameter role, or a pod identity association for platform ${platform})`
          : 'the nodes are not at AWS: give it a role or a Secret with credentials by its parameters, or choose another technology',
        // A node's own role, or a pod identity association, is not seen from here.
        ...(isThere ? { isWarning: true as const } : {}),
      };
    });
}

const ROLE = 'eks.amazonaws.com/role-arn';
const KEY_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/** A role on one of its accounts, or a container that is given keys. */
function hasAwsIdentity(component: ClusterComponent): boolean {
  const objects = componentObjects(component);
  const hasRole = objects.some(
    ({ kind, metadata }) => kind === 'ServiceAccount' && Boolean(metadata.annotations?.[ROLE]),
  );
  if (hasRole) return true;
  const text = JSON.stringify(objects.filter(({ spec }) => spec?.template));
  return KEY_VARIABLES.some(name => text.includes(`"${name}"`));
}

/** `aws` for a node whose provider's id is `aws:///eu-west-1a/i-0f…`. */
function providerOf({ spec }: Stored<Node>): string | undefined {
  const { providerID } = (spec ?? {}) as { providerID?: string };
  const name = providerID?.split(':')[0];
  return name === 'kind' || name === 'k3s' || name === '' ? undefined : name;
}
