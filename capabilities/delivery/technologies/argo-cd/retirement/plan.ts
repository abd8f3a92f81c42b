import {
  KEEP,
  type KeepablePart,
  RETIREMENT_PARTS,
  type RetirementItem,
  type RetirementPart,
} from '@slipway/kinds';
import { type Belonging, belongingsOf, type Service } from './belongs.ts';
import { groupOf, type Thing } from './thing.ts';

/** What the registry has of the service. */
export interface KnownImage {
  /** `<team>/<service>@sha256:…` */
  name: string;
  because: string;
}

/** The service's folder in a repository that says what runs in an environment. */
export interface KnownFolder {
  /** `<team>/environment-<environment>` */
  repository: string;
  path: string;
}

/** Everything a plan is made of. */
export interface Known extends Service {
  keep: KeepablePart[];
  images: KnownImage[];
  folders: KnownFolder[];
  /** What its Applications applied goes with them, by their own tool. */
  cascades?: boolean;
  /** What may be left, in words. */
  limits?: string[];
}

/** An item with how it goes: its owner takes it, the person deletes it, or delivery does what it did itself. */
export interface PlannedItem extends RetirementItem {
  by: 'owner' | 'person' | 'engine';
  thing?: Thing;
}

/**
 * What the service made and what becomes of it, in the order in which it goes. The same input gives the same list.
 */
export function planRetirement(known: Known): PlannedItem[] {
  const belongings = belongingsOf(known);
  const kept = keptAmong(belongings, known.keep);
  const cascades = known.cascades === true;
  const objects = belongings.map(each => objectItem(each, { kept: kept.get(each.thing.uid), cascades }));
  const going = new Set(
    objects.flatMap(({ action, uid }) => (action === 'Remove' && uid !== undefined ? [uid] : [])),
  );
  const staying = known.things.filter(({ uid }) => !going.has(uid));
  const items = [
    ...objects,
    ...known.folders.flatMap(folder => [folderItem(folder, staying), sharedItem(folder, known.workload)]),
    ...known.images.map(image => imageItem(image, known.keep, staying)),
  ];
  return items.sort(byOrder);
}

/** Uid → why it stays. What goes with something that stays, stays. */
function keptAmong(belongings: Belonging[], keep: KeepablePart[]): Map<string, string> {
  const byUid = new Map(belongings.map(each => [each.thing.uid, each]));
  const answers = new Map<string, string | undefined>();
  const why = (belonging: Belonging): string | undefined => {
    const { uid } = belonging.thing;
    if (answers.has(uid)) return answers.get(uid);
    answers.set(uid, undefined);
    const via = belonging.via ? byUid.get(belonging.via.uid) : undefined;
    const answer = ownReason(belonging, keep) ?? (via && why(via) ? stays(via.thing) : undefined);
    answers.set(uid, answer);
    return answer;
  };
  const reasons = belongings.map(each => [each.thing.uid, why(each)] as const);
  return new Map(reasons.flatMap(([uid, reason]) => (reason ? [[uid, reason]] : [])));
}

function stays({ kind, name }: Thing): string {
  return `goes with ${kind} ${name}, which stays`;
}

function ownReason({ thing, part, shared }: Belonging, keep: KeepablePart[]): string | undefined {
  if (part === 'service') return undefined;
  if (shared) return shared;
  if (thing.annotations[KEEP] === 'true') return `it is annotated ${KEEP}`;
  return keep.some(each => each === part) ? `keep ${part}` : undefined;
}

function objectItem(
  { thing, part, because, owned }: Belonging,
  { kept, cascades }: { kept: string | undefined; cascades: boolean },
): PlannedItem {
  const isTaken = owned || (cascades && part === 'deliveries' && thing.kind !== 'Application');
  const { apiVersion, kind, namespace, name, uid } = thing;
  return {
    part,
    kind,
    apiVersion,
    ...(namespace ? { namespace } : {}),
    name,
    uid,
    ...fate(because, kept),
    by: isTaken ? 'owner' : byWhom(thing, part),
    thing,
  };
}

/** What people have no right to by hand, because delivery or the Git server makes it, goes as it came. */
function byWhom(thing: Thing, part: RetirementPart): PlannedItem['by'] {
  if (['deliveries', 'data', 'promotions'].includes(part)) return 'engine';
  if (groupOf(thing) === 'source.slipway.dev') return thing.kind === 'Repository' ? 'person' : 'engine';
  return thing.namespace?.startsWith('team-') === false ? 'engine' : 'person';
}

function fate(
  because: string,
  kept: string | undefined,
): Pick<RetirementItem, 'action' | 'because' | 'state'> {
  return kept
    ? { action: 'Keep', because: kept, state: 'Kept' }
    : { action: 'Remove', because, state: 'Planned' };
}

function folderItem({ repository, path }: KnownFolder, staying: Thing[]): PlannedItem {
  const user = staying.find(
    ({ source }) =>
      source?.repository === repository && (source.path === path || source.path.startsWith(`${path}/`)),
  );
  const kept = user ? `Application ${user.namespace}/${user.name} delivers it` : undefined;
  return {
    part: 'folders',
    kind: 'Folder',
    name: `${repository}/${path}`,
    ...fate('what runs in this environment; its history stays in Git', kept),
    by: 'engine',
  };
}

/** The repository of the folder: other services' folders stand in it, too, or will. */
function sharedItem({ repository }: KnownFolder, { namespace }: Thing): PlannedItem {
  return {
    part: 'folders',
    kind: 'Repository',
    apiVersion: 'source.slipway.dev/v1alpha1',
    ...(namespace ? { namespace } : {}),
    name: repository.slice(repository.indexOf('/') + 1),
    ...fate('', 'the team’s services share it'),
    by: 'engine',
  };
}

const REGISTRY = 'registry.slipway.internal';

function imageItem({ name, because }: KnownImage, keep: KeepablePart[], staying: Thing[]): PlannedItem {
  const repository = `${REGISTRY}/${name.slice(0, name.indexOf('@'))}`;
  const user = staying.find(({ images = [] }) =>
    images.some(image => image === repository || /^[@:]/.test(rest(image, repository))),
  );
  const used = user ? `${user.kind} ${user.namespace}/${user.name} runs an image of it` : undefined;
  const kept = keep.includes('images') ? 'keep images' : used;
  return { part: 'images', kind: 'Image', name, ...fate(because, kept), by: 'engine' };
}

function rest(image: string, repository: string): string {
  return image.startsWith(repository) ? image.slice(repository.length) : '';
}

function byOrder(a: PlannedItem, b: PlannedItem): number {
  const order = (item: PlannedItem) => RETIREMENT_PARTS.indexOf(item.part);
  if (order(a) !== order(b)) return order(a) - order(b);
  return keyOfItem(a) < keyOfItem(b) ? -1 : 1;
}

function keyOfItem({ kind, namespace = '', name, uid = '' }: RetirementItem): string {
  return `${kind} ${namespace} ${name} ${uid}`;
}

/** The list that people see: what is gone stays in it. */
export function mergeItems(before: RetirementItem[], planned: PlannedItem[]): RetirementItem[] {
  const now = new Map(planned.map(item => [keyOfItem(item), item]));
  const seen = new Set(before.map(keyOfItem));
  const old = before.map((item): RetirementItem => {
    const present = now.get(keyOfItem(item));
    if (present) return plain(present);
    return item.action === 'Remove' ? { ...item, state: 'Gone' } : item;
  });
  const added = planned.filter(item => !seen.has(keyOfItem(item))).map(plain);
  const order = (item: RetirementItem) => RETIREMENT_PARTS.indexOf(item.part);
  return [...old, ...added].sort((a, b) => order(a) - order(b));
}

function plain({ by: _by, thing: _thing, ...item }: PlannedItem): RetirementItem {
  return item;
}

/** What has to end by itself before anything goes: it would leave things behind. */
export function unfinished(planned: PlannedItem[]): PlannedItem[] {
  return planned.filter(
    ({ kind, action, thing }) =>
      action === 'Remove' &&
      (kind === 'Build' || kind === 'TemplateRun') &&
      (thing?.phase === 'Pending' || thing?.phase === 'Running' || (kind === 'Build' && !thing?.phase)),
  );
}

/** What goes next: everything of the first part that is not gone. */
export function nextStep(planned: PlannedItem[]): PlannedItem[] {
  const going = planned.filter(({ action, part }) => action === 'Remove' && part !== 'service');
  const part = going[0]?.part;
  return going.filter(item => item.part === part);
}
