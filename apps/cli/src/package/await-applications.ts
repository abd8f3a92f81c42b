import type { AnyObject, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Application, ApplicationSet } from '@slipway/kinds';
import type { Installed } from './install-package.ts';

/** Where one Application of a package stands. */
export interface ApplicationReport {
  namespace: string;
  name: string;
  sync: string;
  health: string;
  /** What holds it up; empty when nothing does. */
  cause: string;
  ready: boolean;
}

interface Status {
  sync?: { status?: string; comparedTo?: Sources };
  health?: { status?: string };
  conditions?: { type: string; message: string }[];
  operationState?: { phase?: string; message?: string };
  resources?: { kind: string; name: string; health?: { status?: string; message?: string } }[];
}

interface Sources {
  source?: { repoURL?: string };
  sources?: { repoURL?: string }[];
}

/** A status that was made of other sources says nothing of these. */
function isOfNow(spec: Sources | undefined, comparedTo: Sources | undefined): boolean {
  const urls = ({ source, sources }: Sources = {}) =>
    JSON.stringify([source, ...(sources ?? [])].map(each => each?.repoURL));
  return comparedTo === undefined || urls(spec) === urls(comparedTo);
}

interface SetCondition {
  type: string;
  status: string;
  message: string;
}

const LOOK_MS = 500;

/** Waits until the Applications of packages are synced and healthy, or the time is over; each says why it is not. */
export async function awaitApplications(
  client: Client,
  installed: Installed[],
  timeoutMs: number,
): Promise<ApplicationReport[]> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const { items } = await client.list(Application);
    const applications = items.filter(each => installed.some(one => isOf(one, each))).map(reportOf);
    const expected = new Set(installed.flatMap(applicationId)).size;
    const reports = [...applications, ...(await unmadeSets(client, installed))];
    const isDone = applications.length >= expected && reports.every(({ ready }) => ready);
    if (isDone || performance.now() > end) return reports.sort((a, b) => (a.name < b.name ? -1 : 1));
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}

/** Several packages may bring one Application: the latest counts. */
function applicationId({ kind, namespace, name }: Installed): string[] {
  return kind === 'Application' ? [`${namespace}/${name}`] : [];
}

/** ApplicationSets that have not made their Applications yet, and why. */
async function unmadeSets(client: Client, installed: Installed[]): Promise<ApplicationReport[]> {
  const sets = installed.filter(({ kind, kept }) => kind === 'ApplicationSet' && !kept);
  if (sets.length === 0) return [];
  const { items } = await client.list(ApplicationSet);
  return sets.flatMap(({ namespace, name }) => {
    const found = items.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const { conditions = [] } = (found?.status ?? {}) as { conditions?: SetCondition[] };
    const is = (type: string) => conditions.find(each => each.type === type && each.status === 'True');
    if (is('ResourcesUpToDate')) return [];
    const cause = is('ErrorOccurred')?.message ?? 'the ApplicationSet has not made its Applications yet';
    return [{ namespace, name, sync: 'Unknown', health: 'Unknown', cause, ready: false }];
  });
}

function isOf({ kind, namespace, name }: Installed, { metadata }: Stored<AnyObject>): boolean {
  if (metadata.namespace !== namespace) return false;
  if (kind === 'Application') return metadata.name === name;
  return metadata.ownerReferences?.some(owner => owner.kind === kind && owner.name === name) ?? false;
}

/** What is read of an Application's status. */
export function reportOf({ metadata, spec, status = {} }: Stored<AnyObject>): ApplicationReport {
  const { sync, health, conditions = [], operationState, resources = [] } = status as Status;
  const isNow = isOfNow(spec as Sources | undefined, sync?.comparedTo);
  const ready = isNow && sync?.status === 'Synced' && health?.status === 'Healthy';
  const failed = /^(Failed|Error)$/.test(operationState?.phase ?? '') ? operationState?.message : undefined;
  const worst = resources.find(({ health: is }) => is?.status !== undefined && is.status !== 'Healthy');
  const held = worst
    ? `${worst.kind} ${worst.name} is ${worst.health?.status}${worst.health?.message ? `: ${worst.health.message}` : ''}`
    : '';
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    sync: isNow ? (sync?.status ?? 'Unknown') : 'Unknown',
    health: health?.status ?? 'Unknown',
    cause: ready ? '' : (conditions[0]?.message ?? failed ?? held),
    ready,
  };
}
