import { createHash } from 'node:crypto';
import type { AnyObject } from '@slipway/api';
import {
  type Catalogue,
  type ClusterNeeds,
  type Lock,
  type Release,
  type SelectedComponent,
  type Selection,
  type SourceFile,
  SYSTEM_NAMESPACE,
  type UpstreamProbe,
} from '@slipway/definition';
import { sortByKind } from '@slipway/render';
import { baseObjects, namespaceObject } from './base-objects.ts';
import { pinImages } from './bundle/bundle-images.ts';
import { componentOrder } from './component-order.ts';
import {
  directComponents,
  followerObjects,
  planRepository,
  type RepositoryPlan,
} from './gitops/plan-repository.ts';
import { type GrantedWishes, grantWishes, type Settled } from './grant-wishes.ts';
import { type ClusterFacts, type RenderedRelease, refuseTwice, renderRelease } from './render-release.ts';
import { inNamespace, type ScopeOf, scopes } from './scope.ts';
import { settle } from './settle.ts';

/** Labels on everything the platform applied. */
export const PLATFORM_LABEL = 'slipway.dev/platform';
export const COMPONENT_LABEL = 'slipway.dev/component';

/** What becomes of objects, in this order; each step is ready before the next begins. */
export const STEPS = ['definitions', 'wishes', 'tool', 'configuration'] as const;
export type StepName = (typeof STEPS)[number];

/** One component as it is applied. */
export interface ClusterComponent {
  id: string;
  engine: SelectedComponent['engine'];
  /** Of the tool; '' when there is nothing to install. */
  version: string;
  namespace?: string;
  /** Components that are ready before it. */
  after: string[];
  steps: Record<StepName, AnyObject[]>;
  /** A chart's hooks: run, waited for and removed before and after the tool's own objects. */
  hooks: { before: AnyObject[]; after: AnyObject[] };
  /** What has the delivery tool follow its folder of the platform's repository; absent: it is applied directly. */
  follower?: AnyObject[];
  probes: UpstreamProbe[];
  needs: ClusterNeeds;
  /** Constraint on the version of Kubernetes. */
  kubernetes?: string;
  existing?: { url: string; credentials?: string };
  /** Over all of it: the same digest is the same component. */
  digest: string;
}

/** Everything that is applied for a component and stays, in its order; hooks are none of it. */
export function plannedObjects({
  steps,
  follower = [],
}: Pick<ClusterComponent, 'steps' | 'follower'>): AnyObject[] {
  return [...STEPS.flatMap(step => steps[step]), ...follower];
}

/** What a definition comes to on a cluster, in the order it is applied. */
export interface ClusterPlan {
  platform: string;
  /** The platform's own kinds and objects: they come first. */
  base: AnyObject[];
  components: ClusterComponent[];
  /** What all but the components that it needs goes through; absent: everything is applied directly. */
  repository?: RepositoryPlan;
  lock: Lock;
}

export interface ClusterPlanInput {
  selection: Selection;
  catalogue: Catalogue;
  lock: Lock;
  /** By technology id, as the lock has them, with their files. */
  releases: Map<string, { release: Release; files: SourceFile[] }>;
  cluster: ClusterFacts;
  /** CRDs of the platform's own kinds. */
  definitions: AnyObject[];
  /** Rendering costs most: whoever keeps what came of it gives it back here. */
  rendered?: RenderCache;
}

/** Keeps what a rendering gave, by a digest of all that went into it. */
export interface RenderCache {
  get(key: string): RenderedRelease | undefined;
  set(key: string, rendered: RenderedRelease): void;
}

/**
 * The same input gives the same plan, byte for byte; nothing is read or written.
 * @throws SlipwayError WishUngranted, WishCycle, PatchUnused, ObjectTwice; what a release's files say is wrong
 */
export async function planCluster(input: ClusterPlanInput): Promise<ClusterPlan> {
  const { selection, catalogue, lock, definitions } = input;
  const bare = new Map([...input.releases].map(([id, { release }]) => [id, release]));
  const settled = settle(selection, bare);
  const wouldGrant = (
    contract: keyof NonNullable<NonNullable<SelectedComponent['technology']['upstream']>['grants']>,
  ) =>
    catalogue.technologies
      .filter(each => each.upstream?.grants?.[contract])
      .map(({ id, capabilities: [first] }) => `${first}: ${id}`)
      .join(' or ');
  const granted = new Map(
    settled.map(each => [each.component.technology.id, grantWishes(each, settled, wouldGrant)] as const),
  );
  const rendered = await Promise.all(settled.map(each => renderSettled(each, granted, input)));
  const scopeOf = scopes([...definitions, ...rendered.flatMap(({ objects }) => objects)]);
  const repository = planRepository(selection, settled);
  const direct = repository ? directComponents(repository, granted) : undefined;
  const order = orderOf(settled, granted, direct);
  const delivery = settled.find(({ component }) => component.technology.id === repository?.delivery);
  const components = order.flatMap(id => {
    const index = settled.findIndex(({ component }) => component.technology.id === id);
    const each = settled[index];
    if (!each) return [];
    const follower = delivery && !direct?.has(id) ? followerFor(id, delivery, granted) : undefined;
    const making = {
      granted,
      order,
      scopeOf,
      release: bare.get(id),
      images: lock.images,
      beside: repository?.source === id ? repository.objects : [],
      ...(follower ? { follower } : {}),
    };
    return [componentOf(each, rendered[index] ?? NOTHING, making)];
  });
  const through = repository ? { repository } : {};
  return { platform: selection.name, base: baseOf(settled, input), components, ...through, lock };
}

/** `settled` has providers before those who require them already; who grants comes before who wished. */
function orderOf(
  settled: Settled[],
  granted: Map<string, GrantedWishes>,
  direct: Set<string> = new Set(),
): string[] {
  return componentOrder(
    settled.map(({ component: { technology } }) => {
      const { id } = technology;
      const { after = [], optional } = granted.get(id) ?? {};
      const early = direct.has(id) ? [] : direct;
      return { id, before: [...new Set([...after, ...early])], rather: [...(optional?.keys() ?? [])] };
    }),
  );
}

function followerFor(
  id: string,
  { component: { technology }, settings }: Settled,
  granted: Map<string, GrantedWishes>,
): AnyObject[] | undefined {
  const follows = technology.upstream?.follows;
  const facts = granted.get(technology.id)?.facts ?? {};
  return follows && followerObjects(id, { follows, settings, granted: facts });
}

const NOTHING: RenderedRelease = { objects: [], before: [], after: [] };

async function renderSettled(
  { component, settings }: Settled,
  granted: Map<string, GrantedWishes>,
  { releases, cluster, rendered: cache }: ClusterPlanInput,
): Promise<RenderedRelease> {
  const { id, upstream } = component.technology;
  const pinned = releases.get(id);
  if (component.engine !== 'upstream' || !upstream || !pinned) return NOTHING;
  const facts = granted.get(id)?.facts ?? {};
  const { release, files } = pinned;
  const values = upstream.values?.(settings, facts) ?? {};
  const patches = upstream.patches?.(settings, facts) ?? [];
  const { namespace } = settings;
  const key = digestOf([release.digest, release.form, id, namespace, values, patches, cluster]);
  const kept = cache?.get(key);
  if (kept) return kept;
  const made = await renderRelease({ release, files, component: id, namespace, values, patches, cluster });
  cache?.set(key, made);
  return made;
}

interface Making {
  granted: Map<string, GrantedWishes>;
  order: string[];
  scopeOf: ScopeOf;
  release: Release | undefined;
  /** Digests by reference. */
  images: Lock['images'];
  /** What lies with it and is nobody's wish. */
  beside: AnyObject[];
  follower?: AnyObject[];
}

function componentOf(
  { component, settings }: Settled,
  rendered: RenderedRelease,
  { granted, order, scopeOf, release, images, beside, follower }: Making,
): ClusterComponent {
  const { technology, engine, existing } = component;
  const { id, upstream } = technology;
  const { namespace, platform } = settings;
  const own = granted.get(id);
  const marked = (objects: AnyObject[]) =>
    sortByKind(
      inNamespace(pinImages(objects, images), namespace, scopeOf).map(object =>
        withLabels(object, platform, id),
      ),
    );
  const isDefinition = ({ kind }: AnyObject) => kind === 'CustomResourceDefinition' || kind === 'Namespace';
  const spaces = rendered.objects.filter(({ kind }) => kind === 'Namespace');
  const installs = engine === 'upstream' && upstream !== undefined;
  const { early, late } = optionalObjects(id, granted, order);
  const steps: ClusterComponent['steps'] = {
    definitions: marked([
      ...(installs && namespace !== SYSTEM_NAMESPACE
        ? [namespaceObject(namespace, upstream.podSecurity ?? 'restricted', spaces)]
        : []),
      ...rendered.objects.filter(object => isDefinition(object) && object.metadata.name !== namespace),
    ]),
    wishes: marked([...(own?.objects ?? []), ...early]),
    tool: marked(rendered.objects.filter(object => !isDefinition(object))),
    configuration: marked([...(upstream?.objects?.(settings, own?.facts ?? {}) ?? []), ...late, ...beside]),
  };
  refuseTwice(
    STEPS.flatMap(step => steps[step]),
    id,
  );
  const made = {
    id,
    engine,
    version: settings.version,
    ...(installs ? { namespace } : {}),
    after: [...(own?.after ?? [])].sort(),
    steps,
    hooks: { before: marked(rendered.before), after: marked(rendered.after) },
    // What has nothing to apply has nothing to follow.
    ...(follower && STEPS.some(step => steps[step].length > 0) ? { follower: marked(follower) } : {}),
    probes: upstream?.probes?.(settings) ?? [],
    needs: upstream?.needs ?? {},
    ...(release?.kubernetes ? { kubernetes: release.kubernetes } : {}),
    ...(existing ? { existing } : {}),
  };
  return { ...made, digest: digestOf(made) };
}

/** Objects of optional wishes lie where both are: with the wisher when its granter came before it, else with the granter. */
function optionalObjects(
  id: string,
  granted: Map<string, GrantedWishes>,
  order: string[],
): { early: AnyObject[]; late: AnyObject[] } {
  const isBefore = (one: string, other: string) => order.indexOf(one) < order.indexOf(other);
  const own = granted.get(id)?.optional ?? new Map<string, AnyObject[]>();
  const early = [...own].flatMap(([granter, objects]) => (isBefore(granter, id) ? objects : []));
  const late = [...granted].flatMap(([wisher, { optional }]) =>
    isBefore(id, wisher) ? [] : (optional.get(id) ?? []),
  );
  return { early, late };
}

function baseOf(settled: Settled[], input: ClusterPlanInput): AnyObject[] {
  return baseObjects(settled, input).map(object => withLabels(object, input.selection.name, ''));
}

function withLabels(object: AnyObject, platform: string, component: string): AnyObject {
  const labels = { ...object.metadata.labels, [PLATFORM_LABEL]: platform, [COMPONENT_LABEL]: component };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
