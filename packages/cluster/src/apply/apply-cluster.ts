import { messageOf } from '@slipway/api';
import { Component } from '@slipway/kinds';
import { type ClusterPlan, plannedObjects } from '../plan-cluster.ts';
import { type ApplyContext, applyComponent, type ComponentOutcome } from './apply-component.ts';
import { applyStep } from './apply-objects.ts';
import { awaitReady } from './await-ready.ts';
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

/** What an apply tells while it goes on. */
export type ApplyEvent =
  | { type: 'begins'; id: string; version: string }
  | { type: 'waits'; id: string; line: string }
  | { type: 'ended'; outcome: ComponentOutcome }
  | { type: 'failed'; id: string; message: string };

/**
 * Makes a cluster as the plan says, component by component. It writes before each what it is about to make, so it may be
 * killed anywhere and begun again; a second run of the same plan changes nothing.
 */
export async function applyCluster(
  plan: ClusterPlan,
  context: Omit<ApplyContext, 'survey' | 'say'> & ApplyWatch,
): Promise<AppliedCluster> {
  const { client, tell } = context;
  await applyBase(plan, context);
  await context.begun?.();
  const all = plan.components.flatMap(plannedObjects);
  const present = await survey(client, plan.platform, all);
  const components: ComponentOutcome[] = [];
  for (const component of plan.components) {
    const { id, version } = component;
    tell?.({ type: 'begins', id, version });
    const say = (line: string) => tell?.({ type: 'waits', id, line });
    try {
      const outcome = await applyComponent(component, { ...context, survey: present, say });
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
  return { components, gone: await removeStale(plan, context) };
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
