import {
  apiVersionOf,
  hasReason,
  type Kind,
  type KubeObject,
  type ObjectMeta,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { SYSTEM_NAMESPACE } from '@slipway/definition';
import { Component, CustomResourceDefinition, type InventoryEntry, Platform } from '@slipway/kinds';
import { UNINSTALL_ORDER } from '@slipway/render';
import { inParallel } from '../apply/survey.ts';
import { FOLLOWS_LABEL } from '../gitops/plan-repository.ts';
import { COMPONENT_LABEL, PLATFORM_LABEL } from '../plan-cluster.ts';

/** What a person marks so, with a label (or, on what the platform knows, an annotation), outlives the platform. */
export const KEEP = 'slipway.dev/keep';

/** One object that goes, or stays. */
export interface GoingObject {
  kind: Kind;
  namespace?: string;
  name: string;
  uid: string;
  /** '' for what is the platform's own. */
  component: string;
}

/** All there is of a platform, in the order in which it goes. */
export interface Going {
  /** What has the delivery tool follow the repository: it would bring back what goes. */
  followers: GoingObject[];
  /** Objects of the tools' own kinds, those people made among them: while their controllers still run. */
  resources: GoingObject[];
  /** Components in the order they go, each with its objects. */
  components: { id: string; objects: GoingObject[] }[];
  definitions: GoingObject[];
  namespaces: GoingObject[];
  /** The platform's own. */
  base: GoingObject[];
  /** What is marked to stay, and what has to stay for its sake. */
  kept: GoingObject[];
}

interface Seen extends GoingObject {
  metadata: ObjectMeta;
}

const AT_ONCE = 12;
/** Kubernetes makes these from a Service and copies its labels. */
const DERIVED = new Set(['Endpoints', 'EndpointSlice', 'Event']);

/** Looks at the whole cluster for what belongs to a platform; `order` is that in which its components came. */
export async function whatGoes(client: Client, platform: string, order: string[]): Promise<Going> {
  const kinds = await client.kinds();
  const components = await listOr(client, Component, {});
  const [own, marked] = await Promise.all([
    everyKind(client, kinds, `${PLATFORM_LABEL}=${platform}`),
    everyKind(client, kinds, `${KEEP}=true`),
  ]);
  const entries = components.flatMap(({ metadata, status }) =>
    (status?.inventory ?? []).map(entry => ({ ...entry, component: metadata.name })),
  );
  const unlabelled = await fromInventories(client, entries, new Set(own.map(({ uid }) => uid)), platform);
  const all = [...own, ...unlabelled];
  const definitions = all.filter(({ kind }) => kind.kind === CustomResourceDefinition.kind);
  const resources = await instancesOf(client, definitions);
  const kept = [
    ...new Map([...marked, ...[...all, ...resources].filter(isKept)].map(each => [each.uid, each])).values(),
  ];
  return inOrder({ all, resources, kept, order, ids: components.map(({ metadata }) => metadata.name) });
}

/** Whether a person marked it to outlive the platform. */
export function isKept({ metadata: { labels, annotations } }: Pick<KubeObject, 'metadata'>): boolean {
  return labels?.[KEEP] === 'true' || annotations?.[KEEP] === 'true';
}

async function everyKind(client: Client, kinds: Kind[], labelSelector: string): Promise<Seen[]> {
  const found: Seen[] = [];
  await inParallel(
    kinds.filter(({ kind }) => !DERIVED.has(kind)),
    AT_ONCE,
    async kind => {
      const items = await listOr(client, kind, { labelSelector, metadataOnly: true });
      found.push(...items.map(item => seen(kind, item)));
    },
  );
  return found;
}

function seen(kind: Kind, { metadata }: Stored<KubeObject>, component?: string): Seen {
  const { namespace, name, uid, labels } = metadata;
  const of = component ?? labels?.[COMPONENT_LABEL] ?? '';
  return { kind, ...(namespace ? { namespace } : {}), name, uid, component: of, metadata };
}

async function listOr<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  options: { labelSelector?: string; metadataOnly?: boolean },
): Promise<Stored<T>[]> {
  try {
    return (await client.list(kind, options)).items;
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return [];
    throw error;
  }
}

/** What an inventory has and no label says any more; another platform's is not ours. */
async function fromInventories(
  client: Client,
  entries: (InventoryEntry & { component: string })[],
  known: Set<string>,
  platform: string,
): Promise<Seen[]> {
  const found = new Map<string, Seen>();
  await inParallel(entries, AT_ONCE, async ({ apiVersion, kind: word, namespace, name, component }) => {
    const kind = await client.discover(apiVersion, word);
    const live = kind && (await client.find(kind, { ...(namespace ? { namespace } : {}), name }));
    if (!kind || !live || known.has(live.metadata.uid)) return;
    const label = live.metadata.labels?.[PLATFORM_LABEL];
    if (label === undefined || label === platform) found.set(live.metadata.uid, seen(kind, live, component));
  });
  return [...found.values()];
}

/** Kinds that hold what the platform knows of itself: they go last. */
const LAST = new Set([Component, Platform].map(kindText));

async function instancesOf(client: Client, definitions: Seen[]): Promise<Seen[]> {
  const found: Seen[] = [];
  await inParallel(definitions, AT_ONCE, async ({ name, component }) => {
    const live = await client.find(CustomResourceDefinition, { name });
    const version = live?.spec.versions.find(({ served }) => served);
    if (!live || !version) return;
    const { group, names, scope } = live.spec;
    const kind: Kind = {
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: scope === 'Namespaced',
    };
    if (LAST.has(kindText(kind))) return;
    const items = await listOr(client, kind, { metadataOnly: true });
    found.push(...items.map(item => seen(kind, item, component)));
  });
  return found;
}

function kindText({ group, kind }: Kind): string {
  return `${kind}.${group}`;
}

interface Found {
  all: Seen[];
  resources: Seen[];
  kept: Seen[];
  order: string[];
  ids: string[];
}

function inOrder({ all, resources, kept, order, ids }: Found): Going {
  const instances = new Set(resources.map(({ uid }) => uid));
  const stays = staying(all, kept);
  const goes = all.filter(({ uid }) => !stays.has(uid) && !instances.has(uid));
  const isDefinition = ({ kind }: Seen) => kind.kind === CustomResourceDefinition.kind;
  const isSpace = ({ kind }: Seen) => kind.kind === 'Namespace' && kind.group === '';
  const rank = new Map(order.map((id, index) => [id, index]));
  const last = (id: string) => -(rank.get(id) ?? order.length);
  const reversed = <T>(items: T[], idOf: (item: T) => string) =>
    items.toSorted((a, b) => last(idOf(a)) - last(idOf(b)) || (idOf(a) < idOf(b) ? 1 : -1));
  const known = [...new Set([...ids, ...goes.map(({ component }) => component)])].filter(Boolean);
  const isOwn = ({ component }: Seen) => component === '';
  const objectsOf = (id: string) =>
    goes.filter(each => each.component === id && !isDefinition(each) && !isSpace(each)).toSorted(byRemoval);
  const components = reversed(known, id => id).map(id => ({ id, objects: objectsOf(id) }));
  const leaving = resources.filter(({ uid }) => !stays.has(uid));
  const follows = ({ metadata }: Seen) => metadata.labels?.[FOLLOWS_LABEL] !== undefined;
  return {
    followers: leaving.filter(follows),
    resources: reversed(
      leaving.filter(each => !follows(each)),
      ({ component }) => component,
    ),
    components,
    definitions: goes.filter(each => isDefinition(each) && !isOwn(each)),
    namespaces: goes.filter(each => isSpace(each) && each.name !== SYSTEM_NAMESPACE),
    base: goes.filter(
      each => (isOwn(each) && !isSpace(each)) || (isSpace(each) && each.name === SYSTEM_NAMESPACE),
    ),
    kept: [...all, ...kept].filter(
      (each, index, list) => stays.has(each.uid) && list.findIndex(one => one.uid === each.uid) === index,
    ),
  };
}

/** A namespace stays for what is kept in it, a CRD for what is kept of its kind. */
function staying(all: Seen[], kept: Seen[]): Set<string> {
  const spaces = new Set(kept.map(({ namespace }) => namespace));
  const definitions = new Set(kept.map(({ kind }) => `${kind.plural}.${kind.group}`));
  const held = all.filter(
    ({ kind, name }) =>
      (kind.kind === 'Namespace' && spaces.has(name)) ||
      (kind.kind === CustomResourceDefinition.kind && definitions.has(name)),
  );
  return new Set([...kept, ...held].map(({ uid }) => uid));
}

/** As Helm uninstalls; kinds it does not know (webhooks, custom resources) first. */
function byRemoval(a: Seen, b: Seen): number {
  const rank = ({ kind }: Seen) => UNINSTALL_ORDER.indexOf(kind.kind);
  return rank(a) - rank(b);
}

/** `Deployment argocd/argocd-server`. */
export function goingText({ kind, namespace, name }: GoingObject): string {
  return `${kind.kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The same kind for the same text, in its version. */
export function goingKind({ kind }: GoingObject): string {
  return `${apiVersionOf(kind)} ${kind.kind}`;
}
