import { type AnyObject, hasReason, type Kind, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { CustomResourceDefinition, Package, type PackageItem } from '@slipway/kinds';
import { itemId, itemText, PACKAGE_LABEL } from './placed-objects.ts';

/**
 * Takes a package away: exactly the objects of its inventory that still are its own. Killed half-way, it goes on the
 * next time.
 * @throws SlipwayError PackageUnknown; DataInTheWay when a CRD goes with objects that no package brought
 */
export async function removePackage(
  client: Client,
  name: string,
  { deleteData = false } = {},
): Promise<{ deleted: string[]; kept: string[] }> {
  const found = await client.find(Package, { name });
  if (!found) throw new SlipwayError('PackageUnknown', `package ${name}: there is none by this name`);
  const items = found.status?.inventory ?? [];
  if (!deleteData) await refuseForeignData(client, items, items);
  const outcome = await deletePruned(client, items, name);
  await client.delete(Package, { name }).catch(ignoreGone);
  return outcome;
}

/** Deletes objects in the reverse of the order they came in; what is another's by now is left as it is. */
export async function deletePruned(
  client: Client,
  items: PackageItem[],
  owner: string,
): Promise<{ deleted: string[]; kept: string[] }> {
  const deleted: string[] = [];
  const kept: string[] = [];
  for (const item of items.toReversed()) {
    const { apiVersion, kind: word, ...key } = item;
    const kind = (await client.discover(apiVersion, word)) as Kind<AnyObject> | undefined;
    const live = kind && (await client.find(kind, key));
    if (!kind || !live) continue;
    const isOwn = live.metadata.labels?.[PACKAGE_LABEL] === owner;
    if (isOwn) await client.delete(kind, key, { propagationPolicy: 'Background' }).catch(ignoreGone);
    (isOwn ? deleted : kept).push(itemText(item));
  }
  return { deleted, kept };
}

/** A CRD takes all its objects along, those too that people made: they are named before anything goes. */
export async function refuseForeignData(
  client: Client,
  going: PackageItem[],
  inventory: PackageItem[],
): Promise<void> {
  const own = new Set(inventory.map(itemId));
  const problems: string[] = [];
  for (const { kind, name } of going) {
    if (kind !== 'CustomResourceDefinition') continue;
    const live = await client.find(CustomResourceDefinition, { name });
    const version = live?.spec.versions.find(({ served }) => served);
    if (!live || !version) continue;
    const { group, names, scope } = live.spec;
    const of: Kind<AnyObject> = {
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: scope === 'Namespaced',
    };
    const { items } = await client.list(of);
    const foreign = items
      .map(({ metadata }) => ({
        apiVersion: `${group}/${version.name}`,
        kind: names.kind,
        ...nameOf(metadata),
      }))
      .filter(item => !own.has(itemId(item)));
    if (foreign.length > 0)
      problems.push(`${foreign.slice(0, MOST_NAMED).map(itemText).join(', ')}${more(foreign)}`);
  }
  if (problems.length === 0) return;
  throw new SlipwayError(
    'DataInTheWay',
    `nothing was changed: with its CRDs these would go, which no package brought: ${problems.join(', ')}; move them away, or let them go with --delete-data`,
  );
}

const MOST_NAMED = 5;

function more({ length }: unknown[]): string {
  return length > MOST_NAMED ? ` and ${length - MOST_NAMED} more` : '';
}

function nameOf({ namespace, name }: { namespace?: string; name: string }) {
  return { ...(namespace ? { namespace } : {}), name };
}

function ignoreGone(error: unknown): void {
  if (!hasReason(error, 'NotFound')) throw error;
}
