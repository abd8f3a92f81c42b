import { type AnyObject, SlipwayError } from '@slipway/api';
import type { UpstreamProbe } from '@slipway/definition';
import { Component, type InventoryEntry } from '@slipway/kinds';
import { type ClusterComponent, plannedObjects, type StepName } from '../plan-cluster.ts';
import { type AppliedObject, applyStep, type Known } from './apply-objects.ts';
import { applyPatiently } from './apply-patiently.ts';
import { awaitHooks, awaitReady, type Waiting } from './await-ready.ts';
import { type Delivery, deliverStep } from './deliver-step.ts';
import { inventoryOf, marksOf, removeEntries, surplus, widened, writeComponentStatus } from './inventory.ts';
import type { Survey } from './survey.ts';

/** How far an apply goes before it calls a component done. */
export type Until = 'synced' | 'healthy' | 'probed';

export interface ApplyContext extends Waiting {
  until: Until;
  survey: Survey;
  platform: string;
  /** How what follows the platform's repository gets there; without one such a component is refused. */
  delivery?: Delivery;
  /** Asks at the address a person uses; undefined when it answered as it should, else what it did. */
  probe(probe: UpstreamProbe): Promise<string | undefined>;
}

/** What became of a component. */
export interface ComponentOutcome {
  id: string;
  created: number;
  changed: number;
  unchanged: number;
  removed: InventoryEntry[];
  /** Until it was as it should be. */
  ms: number;
}

/**
 * Makes one component so: inventory first, then its steps, then readiness and probes, then what it no longer has goes.
 * It may end at any point and be begun again.
 * @throws SlipwayError ApplyFailed, KindUnknown, NotReady, NotProbed
 */
export async function applyComponent(
  component: ClusterComponent,
  context: ApplyContext,
): Promise<ComponentOutcome> {
  const { client } = context;
  const { id, digest } = component;
  const start = context.clock.now();
  const before = (await client.get(Component, { name: id })).status ?? {};
  const inventory = before.inventory ?? [];
  const wanted = plannedObjects(component);
  const wider = widened(inventory, wanted);
  // Without its digest a component counts as half applied: its hooks run again.
  if (wider.length > inventory.length || before.digest !== digest)
    await writeComponentStatus(client, id, {
      inventory: wider,
      digest: before.digest === digest ? digest : null,
    });
  const known = { survey: context.survey, marks: marksOf(inventory) };
  const leaving = surplus(inventory, wanted);
  // What still followed the repository would undo what is applied directly now.
  await removeEntries(
    client,
    id,
    leaving.filter(({ follows }) => follows),
  );
  const applied = await applySteps(component, context, known, before.digest !== digest);
  if (context.until === 'probed') await awaitProbes(component.probes, context);
  const removed = await removeEntries(client, id, leaving);
  const changes = applied.filter(({ result }) => result !== 'unchanged').length + removed.length;
  if (changes > 0 || before.digest !== digest) {
    const status = { inventory: inventoryOf(applied), digest, version: component.version };
    await writeComponentStatus(client, id, status);
  }
  const count = (result: AppliedObject['result']) => applied.filter(each => each.result === result).length;
  const ms = context.clock.now() - start;
  return {
    id,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    removed,
    ms,
  };
}

async function applySteps(
  component: ClusterComponent,
  context: ApplyContext,
  known: Known,
  isNew: boolean,
): Promise<AppliedObject[]> {
  const { id, steps, hooks, follower } = component;
  const bring = (step: StepName) => bringStep(component, step, context, known);
  const definitions = await bring('definitions');
  await awaitReady(changedIn(definitions), context);
  const wishes = await bring('wishes');
  if (isNew) await runHooks(id, hooks.before, context);
  const tool = await bring('tool');
  if (context.until !== 'synced') await awaitReady([...steps.wishes, ...steps.tool], context);
  if (isNew) await runHooks(id, hooks.after, context);
  const configuration = await bring('configuration');
  if (context.until !== 'synced') await awaitReady(steps.configuration, context);
  const following = await applyPatiently(follower ?? [], known, context);
  return [...definitions, ...wishes, ...tool, ...configuration, ...following];
}

/** By the repository what follows it, all else directly. */
function bringStep(
  component: ClusterComponent,
  step: StepName,
  context: ApplyContext,
  known: Known,
): Promise<AppliedObject[]> {
  const { id, steps, follower } = component;
  if (!follower) return applyPatiently(steps[step], known, context);
  const { delivery } = context;
  if (!delivery)
    throw new SlipwayError(
      'RepositoryMissing',
      `${id}: it is applied through the platform’s repository, which was not opened`,
    );
  return deliverStep({ ...component, follower }, step, { ...context, delivery, known });
}

function changedIn(applied: AppliedObject[]): AnyObject[] {
  return applied.filter(({ result }) => result !== 'unchanged').map(({ object }) => object);
}

/** One after the other; what an earlier run left is removed first, and what ended well goes. */
async function runHooks(id: string, objects: AnyObject[], context: ApplyContext): Promise<void> {
  const { client } = context;
  for (const object of objects) {
    const [entry] = widened([], [object]);
    if (!entry) continue;
    if (object.kind === 'Job' || object.kind === 'Pod') await removeEntries(client, id, [entry]);
    await applyStep(client, [object], { survey: new Map(), marks: new Map() });
    if (context.until === 'synced') continue;
    await awaitHooks([object], context);
    if (object.kind === 'Job' || object.kind === 'Pod') await removeEntries(client, id, [entry]);
  }
}

const PROBE_MS = 1000;

async function awaitProbes(probes: UpstreamProbe[], context: ApplyContext): Promise<void> {
  const { clock, timeoutMs, say, signal } = context;
  const end = clock.now() + timeoutMs;
  for (const probe of probes) {
    let wrong = await context.probe(probe);
    while (wrong !== undefined && clock.now() < end) {
      say?.(`${probe.name}: ${wrong}`);
      await clock.sleep(PROBE_MS, signal);
      wrong = await context.probe(probe);
    }
    if (wrong !== undefined) throw notProbed(probe, wrong, timeoutMs);
  }
}

function notProbed({ name, url }: UpstreamProbe, wrong: string, timeoutMs: number): SlipwayError {
  const seconds = Math.round(timeoutMs / 1000);
  return new SlipwayError(
    'NotProbed',
    `${name}: ${url} did not answer as it should within ${seconds} s: ${wrong}`,
  );
}
