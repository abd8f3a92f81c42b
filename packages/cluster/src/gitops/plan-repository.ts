import type { AnyObject, Key } from '@slipway/api';
import {
  type Follows,
  followerOf,
  type GitWish,
  type Granted,
  PLATFORM_REPOSITORY,
  type SelectedComponent,
  type Selection,
  SYSTEM_NAMESPACE,
  type UpstreamSettings,
} from '@slipway/definition';
import { type GrantedWishes, granterOf, type Settled } from '../grant-wishes.ts';

/** Of a platform that is applied through its own repository. */
export interface RepositoryPlan {
  /** Clone URL as programs on the cluster reach it, and as people do. */
  url: string;
  publicUrl: string;
  /** Who may write to it: `username`, `password`. */
  secret: Key;
  /** Ids of who keeps it, and of who follows it. */
  source: string;
  delivery: string;
  /** The repository and the account that writes to it: they lie with `source`. */
  objects: AnyObject[];
}

/** Who writes to the repository: the platform itself, in the name of whoever applies. */
const WRITER = { component: 'slipway', namespace: SYSTEM_NAMESPACE };
/** Where the tools' objects lie in it. */
const FOLDER = 'rendered';
export const BRANCH = 'main';
/** Label of what has the delivery tool follow a component's folder; its value is the component. */
export const FOLLOWS_LABEL = 'slipway.dev/follows';

/** The repository, when the platform is applied through one. */
export function planRepository(
  { gitops, name, components }: Pick<Selection, 'gitops' | 'name' | 'components'>,
  settled: Settled[],
): RepositoryPlan | undefined {
  const delivery = followerOf(components);
  const wish: GitWish = {
    name: PLATFORM_REPOSITORY,
    contract: 'git',
    rights: 'write',
    repository: name,
    secret: PLATFORM_REPOSITORY,
  };
  const source = granterOf(wish, settled);
  if (!gitops || !delivery || !source) return undefined;
  const { objects, facts } = source.grant(wish, WRITER);
  return {
    url: facts.url ?? '',
    publicUrl: facts.publicUrl ?? facts.url ?? '',
    secret: { namespace: SYSTEM_NAMESPACE, name: facts.secret ?? wish.secret },
    source: source.id,
    delivery: delivery.technology.id,
    objects,
  };
}

/** Components without which nothing could go through the repository: they are applied directly, before all others. */
export function directComponents(
  { source, delivery }: Pick<RepositoryPlan, 'source' | 'delivery'>,
  granted: ReadonlyMap<string, Pick<GrantedWishes, 'after'>>,
): Set<string> {
  const direct = new Set<string>();
  const add = (id: string): void => {
    if (direct.has(id)) return;
    direct.add(id);
    for (const each of granted.get(id)?.after ?? []) add(each);
  };
  for (const id of [source, delivery]) add(id);
  return direct;
}

/** Where a component's objects lie in the repository. */
export function folderOf(component: string): string {
  return `${FOLDER}/${component}`;
}

/** What has the delivery tool follow a component's folder. */
export function followerObjects(
  component: string,
  { follows, settings, granted }: { follows: Follows; settings: UpstreamSettings; granted: Granted },
): AnyObject[] {
  const folder = { component, path: folderOf(component), branch: BRANCH };
  return follows.objects(folder, settings, granted).map(object => {
    const labels = { ...object.metadata.labels, [FOLLOWS_LABEL]: component };
    return { ...object, metadata: { ...object.metadata, labels } };
  });
}

/** How the chosen delivery tool follows; undefined where none can. */
export function followsOf(components: SelectedComponent[]): Follows | undefined {
  return followerOf(components)?.technology.upstream?.follows;
}
