import { type KubeObject, quantityText } from '@slipway/api';
import { add, quotaCounts, type ResourceQuota, type Usage, usageOf } from '@slipway/kinds';

/** What a quota counts, as `group/plural`. */
export function countedResources(quota: ResourceQuota): string[] {
  const resources = Object.keys(quota.spec?.hard ?? {}).map(name => {
    const [, counted] = /^count\/(.+)$/.exec(name) ?? [];
    if (counted) {
      const dot = counted.indexOf('.');
      return dot < 0 ? `/${counted}` : `${counted.slice(dot + 1)}/${counted.slice(0, dot)}`;
    }
    if (name.startsWith('services')) return '/services';
    if (SIMPLE.has(name)) return `/${name}`;
    if (name === 'requests.storage' || name.includes('storageclass')) return '/persistentvolumeclaims';
    return '/pods';
  });
  return [...new Set(resources)];
}

const SIMPLE = new Set([
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

/** The status of a quota over the objects of what it counts. */
export function quotaStatus(
  quota: ResourceQuota,
  objects: { group: string; plural: string; items: KubeObject[] }[],
): NonNullable<ResourceQuota['status']> {
  const hard = quota.spec?.hard ?? {};
  let total: Usage = {};
  for (const { group, plural, items } of objects) {
    for (const object of items)
      if (quotaCounts(quota, plural, object)) total = add(total, usageOf(group, plural, object));
  }
  const used = Object.entries(hard).map(([name, like]) => [name, quantityText(total[name] ?? 0n, like)]);
  return { hard, used: Object.fromEntries(used) };
}
