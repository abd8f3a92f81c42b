import { type AnyObject, type KubeObject, keyOf, keyText, type Stored } from '@slipway/api';
import { identityOf, SYSTEM_NAMESPACE } from '@slipway/definition';
import { objectOf } from '../apply/inventory.ts';
import { type ClusterComponent, type ClusterPlan, PLATFORM_LABEL } from '../plan-cluster.ts';
import { type Around, componentObjects } from './look-around.ts';
import { managerOf } from './manager.ts';
import { named, type Obstacle } from './obstacle.ts';

/** Kubernetes itself makes these, and whoever applies them fits them in. */
const MADE_BY_KUBERNETES =
  /^ServiceAccount .*\/default$|^ConfigMap .*\/kube-root-ca\.crt$|^Namespace (default|kube-\w+)$/;

interface Found {
  object: AnyObject;
  live: Stored<KubeObject>;
}

/**
 * Objects of the plan that are there and belong to somebody else, by who has them; those that another platform has; and
 * those that are about to go.
 */
export function ownerObstacles(plan: ClusterPlan, around: Around, adopt: string[]): Obstacle[] {
  const ours = new Set(
    around.components.flatMap(({ status }) =>
      (status?.inventory ?? [])
        .filter(({ kind, name }) => kind && name)
        .map(entry => identityOf(objectOf(entry))),
    ),
  );
  const base = { id: '', objects: plan.base };
  const parts = [base, ...plan.components.map(each => ({ id: each.id, objects: componentObjects(each) }))];
  return parts.flatMap(({ id, objects }) => {
    const found = objects.flatMap(object => {
      const live = around.present.get(identityOf(object));
      return live ? [{ object, live }] : [];
    });
    const others = found.filter(each => isOthers(each, plan.platform));
    const foreign = found.filter(
      each => !others.includes(each) && isForeign(each, ours, plan.platform) && !isAdopted(each, id, adopt),
    );
    return [...otherPlatforms(others, id), ...foreignObjects(foreign, id), ...going(found, id)];
  });
}

function isOthers({ live }: Found, platform: string): boolean {
  const label = live.metadata.labels?.[PLATFORM_LABEL];
  return label !== undefined && label !== platform;
}

function isForeign({ object, live }: Found, ours: Set<string>, platform: string): boolean {
  if (live.metadata.labels?.[PLATFORM_LABEL] === platform || ours.has(identityOf(object))) return false;
  return !isOursByName(object) && !MADE_BY_KUBERNETES.test(nameOf(object));
}

/** Nobody else has these names; and people put credentials into the platform's namespace before it is there. */
function isOursByName({ apiVersion, kind, metadata }: AnyObject): boolean {
  const group =
    kind === 'CustomResourceDefinition' ? (metadata.name ?? '') : (apiVersion.split('/')[0] ?? '');
  return /(^|\.)slipway\.dev$/.test(group) || (kind === 'Namespace' && metadata.name === SYSTEM_NAMESPACE);
}

function isAdopted({ object }: Found, component: ClusterComponent['id'], adopt: string[]): boolean {
  const { kind, metadata } = object;
  const ways = [component, `${kind}/${metadata.name}`, `${kind}/${metadata.namespace}/${metadata.name}`];
  return ways.some(way => way !== '' && adopt.includes(way));
}

function foreignObjects(found: Found[], id: string): Obstacle[] {
  return [...Map.groupBy(found, ({ live }) => managerOf(live.metadata))].map(([manager, items]) => {
    const [first] = items;
    const one = first && `${first.object.kind}/${keyText(keyOf(first.object))}`;
    const them = id === '' || items.length === 1 ? one : id;
    return {
      check: 'owner',
      what: `${items.length === 1 ? 'an object is' : `${items.length} objects are`} there already and managed by ${manager}`,
      where: `${id === '' ? 'the platform itself' : id}: ${named(items.map(({ object }) => nameOf(object)))}`,
      advice: `take ${items.length === 1 ? 'it' : 'them'} over with slipway apply --adopt ${them}, when nobody else goes on managing ${items.length === 1 ? 'it' : 'them'}; or remove ${items.length === 1 ? 'it' : 'them'}, or use what is there: engine: { existing: … }`,
    };
  });
}

function otherPlatforms(found: Found[], id: string): Obstacle[] {
  const platforms = Map.groupBy(found, ({ live }) => live.metadata.labels?.[PLATFORM_LABEL] ?? '');
  return [...platforms].map(([platform, items]) => ({
    check: 'platform',
    what: `${items.length === 1 ? 'an object belongs' : `${items.length} objects belong`} to the platform ${platform}`,
    where: `${id === '' ? 'the platform itself' : id}: ${named(items.map(({ object }) => nameOf(object)))}`,
    advice: `a cluster holds one platform: apply ${platform}'s definition, take it away with slipway destroy, or take another cluster`,
  }));
}

/** What is being deleted comes to nothing when it is applied, or takes along what is put into it. */
function going(found: Found[], id: string): Obstacle[] {
  return found
    .filter(({ live }) => live.metadata.deletionTimestamp)
    .map(({ object, live }) => {
      const { finalizers = [] } = live.metadata;
      const held = finalizers.length > 0 ? ` and waits for ${finalizers.join(', ')}` : '';
      return {
        check: 'terminating',
        what: `${nameOf(object)} is being deleted${held}`,
        where: id === '' ? 'the platform itself' : id,
        advice:
          object.kind === 'Namespace'
            ? `wait until it is gone; what holds it: kubectl get namespace ${object.metadata.name} -o jsonpath='{.status.conditions}'`
            : 'wait until it is gone, or see why its finalizers are not taken off',
      };
    });
}

function nameOf(object: AnyObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}
