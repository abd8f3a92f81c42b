import { messageOf } from '@slipway/api';
import { Component } from '@slipway/kinds';
import { listOrNone } from '../../platform-api.ts';
import { type ClusterComponent, type ClusterPlan, STEPS } from '../plan-cluster.ts';
import { type ApplyContext, applyComponent, type ComponentOutcome } from './apply-component.ts';
import { applyStep } from './apply-objects.ts';
import { awaitReady } from './await-ready.ts';
import { inRemovalOrder, removeEntries, writeComponentStatus } from './inventory.ts';
import { survey } from './survey.ts';

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
  const all = plan.components.flatMap(({ steps }) => STEPS.flatMap(step => steps[step]));
  const present = await survey(client, plan.platform, all);
  const components: ComponentOutcome[] = [];
  for (const component of plan.components) {
    const { id, version } = component;
    tell?.({ type: 'begins', id, version });
    const say = (line: string) => tell?.({ type: 'waits', id, line });
    try {
      const outcome = await applyComponent(component, { ...context, survey: present, say });
      await tellCondition(context, component);
      components.push(outcome);
      tell?.({ type: 'ended', outcome });
    } catch (error) {
      const failed = { id, message: messageOf(error), code: (error as { code?: string }).code ?? 'Failed' };
      await tellCondition(context, component, failed).catch(() => {});
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
  const kept = new Set(components.map(({ id }) => id));
  const stale = ((await listOrNone(client, Component)) as unknown as Component[]).filter(
    ({ metadata, spec }) => !kept.has(metadata.name ?? '') && spec.engine !== 'embedded',
  );
  for (const { metadata, status } of stale.toReversed()) {
    await removeEntries(client, metadata.name ?? '', inRemovalOrder(status?.inventory ?? []));
    await client.delete(Component, { name: metadata.name ?? '' });
  }
  return stale.map(({ metadata }) => metadata.name ?? '');
}

const REACHED: Record<ApplyContext['until'], string[]> = {
  synced: ['Synced'],
  healthy: ['Synced', 'Healthy'],
  probed: ['Synced', 'Healthy', 'Probed'],
};
const FAILED_AT: Record<string, string> = { NotReady: 'Healthy', NotProbed: 'Probed' };

async function tellCondition(
  { client, clock, until }: Pick<ApplyContext, 'client' | 'clock' | 'until'>,
  { id, probes }: ClusterComponent,
  failed?: { message: string; code: string },
): Promise<void> {
  const at = failed ? (FAILED_AT[failed.code] ?? 'Synced') : undefined;
  const reached = at === undefined ? REACHED[until] : REACHED.probed.slice(0, REACHED.probed.indexOf(at));
  const present = (await client.get(Component, { name: id })).status?.conditions ?? [];
  const lastTransitionTime = new Date(clock.now()).toISOString().replace(/\.\d+/, '');
  const conditions = REACHED.probed.map(type => {
    const status = reached.includes(type) ? 'True' : type === at ? 'False' : 'Unknown';
    const reason =
      status === 'True' ? 'AsDefined' : status === 'False' ? (failed?.code ?? 'Failed') : 'NotAsked';
    const message =
      status === 'False'
        ? (failed?.message ?? '')
        : type === 'Probed' && probes.length === 0
          ? 'it has no address of its own'
          : '';
    const old = present.find(each => each.type === type);
    const same = old?.status === status && old.reason === reason && old.message === message;
    return same && old ? old : { type, status, reason, message, lastTransitionTime };
  });
  if (JSON.stringify(conditions) === JSON.stringify(present)) return;
  await writeComponentStatus(client, id, { conditions });
}
