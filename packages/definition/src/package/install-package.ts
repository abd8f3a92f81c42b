import { type AnyObject, type Clock, hasReason, messageOf, SlipwayError, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Namespace, Package, type PackageItem } from '@slipway/kinds';
import type { SourceFile } from '../source-digest.ts';
import { deletePruned, refuseForeignData } from './delete-items.ts';
import { itemId, itemOf, itemText, PACKAGE_LABEL, type Placed, placeObjects } from './placed-objects.ts';

/** A package with everything worked out: what is to be in the cluster. */
export interface PackageInstall {
  /** Of the Package object. */
  name: string;
  spec: Package['spec'];
  objects: AnyObject[];
  /** Of a package of Applications: its folders, which become repositories before the Applications follow them. */
  folders?: { files: SourceFile[]; base: string };
}

export interface InstallOptions {
  /** Objects that nobody's package brought are taken over; default: refused by name. */
  adopt?: boolean;
  /** CRDs go though there are objects of them that no package brought. */
  deleteData?: boolean;
  /** Objects that will be there by then, though they are not yet: when several packages are looked at together. */
  earlier?: AnyObject[];
  clock?: Clock;
}

/** What becomes of one object. `kept` stays as it is, for somebody else's it is. */
export interface PackageChange {
  object: string;
  result: 'created' | 'changed' | 'unchanged' | 'deleted' | 'kept';
}

/** Who the fields of packages' objects belong to. */
const FIELD_MANAGER = 'slipway-package';

/** What the server would make of a package; changes nothing. Throws what `installPackage` would refuse. */
export async function planPackage(
  client: Client,
  install: PackageInstall,
  options: InstallOptions = {},
): Promise<PackageChange[]> {
  return (await prepare(client, install, options)).changes;
}

/**
 * Makes the cluster hold a package's objects and no longer those an earlier version brought. Whatever the server or
 * somebody else's ownership refuses is refused before anything is written; what was killed half-way is finished by the
 * next time, for the inventory names both states while it lasts.
 * @throws SlipwayError KindUnknown, ForeignObjects, PackageRefused, each naming every object
 */
export async function installPackage(
  client: Client,
  install: PackageInstall,
  options: InstallOptions = {},
): Promise<PackageChange[]> {
  const { changes, ours, gone, before } = await prepare(client, install, options);
  const items = ours.map(itemOf);
  await writePackage(client, install);
  await writeStatus(client, install.name, { inventory: union(before, items), synced: 'Applying' });
  try {
    await makeNamespace(client, install.spec.namespace, ours);
    for (const each of ours) await applyOne(client, each, options.clock ?? systemClock);
    await deletePruned(client, gone, install.name);
  } catch (error) {
    await writeStatus(client, install.name, { inventory: union(before, items), synced: messageOf(error) });
    throw error;
  }
  await writeStatus(client, install.name, { inventory: items, synced: true });
  return changes;
}

interface Prepared {
  changes: PackageChange[];
  /** In the order they are applied; without those that are kept. */
  ours: Placed[];
  gone: PackageItem[];
  before: PackageItem[];
}

async function prepare(client: Client, install: PackageInstall, options: InstallOptions): Promise<Prepared> {
  const { name, spec, objects } = install;
  const { earlier = [] } = options;
  const placed = await placeObjects(client, objects, { name, namespace: spec.namespace, earlier });
  const live = await Promise.all(
    placed.map(each => (each.isLater ? undefined : client.find(each.kind, each.key))),
  );
  const isForeignNamespace = (index: number) =>
    placed[index]?.kind.kind === 'Namespace' && isForeign(live[index], name);
  refuseForeign(placed, live, { name, adopt: options.adopt ?? false });
  const changes: PackageChange[] = [];
  const refused: string[] = [];
  const coming = new Set([...earlier, ...objects].flatMap(namespaceOf));
  coming.add(spec.namespace);
  for (const [index, each] of placed.entries()) {
    const object = itemText(itemOf(each));
    const found = live[index];
    if (isForeignNamespace(index)) changes.push({ object, result: 'kept' });
    if (isForeignNamespace(index)) continue;
    const dry = await dryRun(client, each, coming);
    if (typeof dry === 'string') refused.push(`${object}: ${dry}`);
    const isSame = found && dry && typeof dry !== 'string' && sameContent(found, dry);
    changes.push({ object, result: isSame ? 'unchanged' : found ? 'changed' : 'created' });
  }
  if (refused.length > 0)
    throw new SlipwayError(
      'PackageRefused',
      `package ${name}: nothing was changed, for the server refuses:\n${refused.map(each => `  ${each}`).join('\n')}`,
    );
  const before = (await client.find(Package, { name }))?.status?.inventory ?? [];
  const ours = placed.filter((_, index) => !isForeignNamespace(index));
  const kept = new Set(ours.map(each => itemId(itemOf(each))));
  const gone = before.filter(item => !kept.has(itemId(item)));
  if (!options.deleteData) await refuseForeignData(client, gone, before);
  changes.push(...gone.map(item => ({ object: itemText(item), result: 'deleted' as const })));
  return { changes, ours, gone, before };
}

function namespaceOf({ kind, metadata }: AnyObject): string[] {
  return kind === 'Namespace' && metadata.name !== undefined ? [metadata.name] : [];
}

function isForeign(live: AnyObject | undefined, name: string): boolean {
  return live !== undefined && live.metadata.labels?.[PACKAGE_LABEL] !== name;
}

function refuseForeign(
  placed: Placed[],
  live: (AnyObject | undefined)[],
  { name, adopt }: { name: string; adopt: boolean },
): void {
  const problems = placed.flatMap((each, index) => {
    const found = live[index];
    if (!found || !isForeign(found, name) || each.kind.kind === 'Namespace') return [];
    const other = found.metadata.labels?.[PACKAGE_LABEL];
    if (other !== undefined) return [`${itemText(itemOf(each))} is package ${other}'s`];
    return adopt ? [] : [`${itemText(itemOf(each))} is there already and no package's`];
  });
  if (problems.length === 0) return;
  const hint = problems.some(each => each.endsWith('no package’s') || each.endsWith("no package's"))
    ? '; take over what is no package’s with --adopt'
    : '';
  throw new SlipwayError(
    'ForeignObjects',
    `package ${name}: nothing was changed: ${problems.join('; ')}${hint}`,
  );
}

/** What the server would store, why it refuses, or undefined when it cannot be asked yet. */
async function dryRun(
  client: Client,
  { kind, object, key, isLater }: Placed,
  coming: Set<string>,
): Promise<AnyObject | string | undefined> {
  if (isLater) return undefined;
  const how = { fieldManager: FIELD_MANAGER, force: true, dryRun: true };
  try {
    return (await client.apply(kind, object, how)) as AnyObject;
  } catch (error) {
    const isNamespaceMissing = hasReason(error, 'NotFound') && error.details?.kind === 'namespaces';
    const isNamespaceComing = isNamespaceMissing && coming.has(key.namespace ?? '');
    return isNamespaceComing ? undefined : messageOf(error);
  }
}

function sameContent(before: AnyObject, after: AnyObject): boolean {
  const content = ({ metadata, status: _, ...rest }: AnyObject) =>
    JSON.stringify({ ...rest, labels: metadata.labels, annotations: metadata.annotations });
  return content(before) === content(after);
}

/** The package's own namespace; it stays when the package goes, for others may have put something there. */
async function makeNamespace(client: Client, name: string, placed: Placed[]): Promise<void> {
  const isBrought = placed.some(({ kind, key }) => kind.kind === 'Namespace' && key.name === name);
  const isNeeded = placed.some(({ key }) => key.namespace === name);
  if (isBrought || !isNeeded || (await client.find(Namespace, { name }))) return;
  const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await client.create(Namespace, made).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}

const SERVED_MS = 30_000;
const LOOK_MS = 100;

async function applyOne(client: Client, { kind, object, key, isLater }: Placed, clock: Clock): Promise<void> {
  if (isLater) await untilServed(client, object, clock);
  try {
    await client.apply(kind, object, { fieldManager: FIELD_MANAGER, force: true });
  } catch (error) {
    const what = itemText({ apiVersion: object.apiVersion, kind: object.kind, ...key });
    throw new SlipwayError('PackageFailed', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

async function untilServed(client: Client, { apiVersion, kind }: AnyObject, clock: Clock): Promise<void> {
  const end = clock.now() + SERVED_MS;
  while (!(await client.discover(apiVersion, kind))) {
    if (clock.now() > end)
      throw new SlipwayError(
        'KindUnknown',
        `${kind} (${apiVersion}): its CRD is there, but it is not served`,
      );
    await clock.sleep(LOOK_MS);
  }
}

async function writePackage(client: Client, { name, spec }: PackageInstall): Promise<void> {
  const object = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Package', metadata: { name }, spec };
  await client.apply(Package, object, { fieldManager: FIELD_MANAGER, force: true });
}

async function writeStatus(
  client: Client,
  name: string,
  { inventory, synced }: { inventory: PackageItem[]; synced: true | string },
): Promise<void> {
  const condition =
    synced === true
      ? { type: 'Synced', status: 'True', reason: 'Applied', message: '' }
      : { type: 'Synced', status: 'False', reason: 'Applying', message: synced };
  const body = { status: { inventory, conditions: [condition] } };
  await client.patch(Package, { name }, { type: 'merge', body }, { subresource: 'status' });
}

function union(a: PackageItem[], b: PackageItem[]): PackageItem[] {
  return [...new Map([...a, ...b].map(item => [itemId(item), item])).values()];
}
