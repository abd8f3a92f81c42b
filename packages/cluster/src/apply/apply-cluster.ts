import { type AnyObject, messageOf, SlipwayError } from '@slipway/api';
import { type Follows, LOCK_FILE, lockText } from '@slipway/definition';
import { Component, Platform } from '@slipway/kinds';
import { stringifyYaml } from '@slipway/render';
import { folderOf, type RepositoryPlan } from '../gitops/plan-repository.ts';
import type { PlatformRepository } from '../gitops/platform-repository.ts';
import { type ClusterPlan, plannedObjects } from '../plan-cluster.ts';
import { type ApplyContext, applyComponent, type ComponentOutcome } from './apply-component.ts';
import { applyStep } from './apply-objects.ts';
import { awaitReady, type Waiting } from './await-ready.ts';
import type { Delivery } from './deliver-step.ts';
import { inRemovalOrder, removeEntries } from './inventory.ts';
import { staleComponents } from './stale-components.ts';
import { survey } from './survey.ts';
import { tellConditions } from './tell-conditions.ts';

export interface AppliedCluster {
  components: ComponentOutcome[];
  /** Ids of components that the definition no longer has, and that are gone now. */
  gone: string[];
  /** The component that could not be made so, and why; those after it were not begun. */
  failed?: { id: string; message: string; code: string };
}

/** Who looks on. */
export interface ApplyWatch {
  tell?: (event: ApplyEvent) => void;
  /** The platform's own kinds are served now: what reconciles them may start. */
  begun?: () => Promise<void>;
}

/** How a plan with a repository gets there. */
export interface ThroughRepository {
  follows: Follows;
  open(repository: RepositoryPlan): Promise<PlatformRepository>;
}

/** What an apply tells while it goes on. */
export type ApplyEvent =
  | { type: 'begins'; id: string; version: string }
  | { type: 'waits'; id: string; line: string }
  | { type: 'committed'; title: string; commit: string }
  | { type: 'ended'; outcome: ComponentOutcome }
  | { type: 'failed'; id: string; message: string };

/**
 * Makes a cluster as the plan says, component by component. It writes before each what it is about to make, so it may be
 * killed anywhere and begun again; a second run of the same plan changes nothing.
 */
export async function applyCluster(
  plan: ClusterPlan,
  given: Omit<ApplyContext, 'survey' | 'say' | 'platform' | 'delivery'> &
    ApplyWatch & { through?: ThroughRepository },
): Promise<AppliedCluster> {
  const { client, tell } = given;
  const context = { ...given, platform: plan.platform };
  await applyBase(plan, context);
  await context.begun?.();
  const all = plan.components.flatMap(plannedObjects);
  const present = await survey(client, plan.platform, all);
  const components: ComponentOutcome[] = [];
  const openOnce = opening(plan, context);
  for (const component of plan.components) {
    const { id, version } = component;
    tell?.({ type: 'begins', id, version });
    const say = (line: string) => tell?.({ type: 'waits', id, line });
    try {
      const delivery = component.follower ? await openOnce() : undefined;
      const through = delivery ? { delivery } : {};
      const outcome = await applyComponent(component, { ...context, ...through, survey: present, say });
      await tellConditions(context, component);
      components.push(outcome);
      tell?.({ type: 'ended', outcome });
    } catch (error) {
      const failed = { id, message: messageOf(error), code: (error as { code?: string }).code ?? 'Failed' };
      await tellConditions(context, component, failed).catch(() => {});
      tell?.({ type: 'failed', id, message: failed.message });
      return { components, gone: [], failed };
    }
  }
  const gone = await removeStale(plan, context);
  if (plan.repository && given.through) await writeDefinition(plan, gone, await openOnce());
  return { components, gone };
}

/** Opens the repository when something first goes through it: whoever keeps it may only just have come. */
function opening(
  { repository }: ClusterPlan,
  context: Waiting & ApplyWatch & { through?: ThroughRepository },
) {
  const { through } = context;
  let opened: Promise<Delivery> | undefined;
  return (): Promise<Delivery> => {
    if (!repository || !through)
      throw new SlipwayError(
        'RepositoryMissing',
        'the plan goes through the platform’s repository, and nobody opened it',
      );
    opened ??= (async () => {
      await awaitReady(repository.objects, context);
      const committed = (title: string, commit: string) =>
        context.tell?.({ type: 'committed', title, commit });
      return { repository: await through.open(repository), follows: through.follows, committed };
    })();
    return opened;
  };
}

/** What the platform is defined as lies beside what it came to; folders of components that are gone go. */
async function writeDefinition(
  { base, lock }: ClusterPlan,
  gone: string[],
  { repository }: Delivery,
): Promise<void> {
  for (const id of gone) await repository.write({ folder: folderOf(id), files: new Map() }, `${id}: gone`);
  const platform = base.find(({ kind }) => kind === Platform.kind);
  if (!platform) return;
  const { apiVersion, kind, metadata, spec } = platform as AnyObject & { spec: unknown };
  const text = stringifyYaml({ apiVersion, kind, metadata: { name: metadata.name }, spec });
  const files = new Map([
    ['platform.yaml', text],
    [LOCK_FILE, lockText(lock)],
  ]);
  await repository.write({ folder: 'definition', files }, 'definition');
}

/** Kinds and objects of the platform itself. */
async function applyBase(
  { base, platform }: ClusterPlan,
  context: Omit<ApplyContext, 'survey'>,
): Promise<void> {
  const definitions = base.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const rest = base.filter(({ kind }) => kind !== 'CustomResourceDefinition');
  const known = { survey: new Map(), marks: new Map() };
  const applied = await applyStep(context.client, definitions, known);
  if (applied.some(({ result }) => result !== 'unchanged')) await awaitReady(definitions, context);
  await applyStep(context.client, rest, { ...known, survey: await survey(context.client, platform, rest) });
}

/** Components that an earlier definition had go, in the reverse of the order they came in, with all they made. */
async function removeStale(
  { components }: ClusterPlan,
  { client }: Pick<ApplyContext, 'client'>,
): Promise<string[]> {
  const stale = await staleComponents(client, components);
  for (const { metadata, status } of stale.toReversed()) {
    await removeEntries(client, metadata.name ?? '', inRemovalOrder(status?.inventory ?? []));
    await client.delete(Component, { name: metadata.name ?? '' });
  }
  return stale.map(({ metadata }) => metadata.name ?? '');
}
