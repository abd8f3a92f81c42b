import type { AnyObject, Kind, KubeObject, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Pod } from '@slipway/kinds';

interface Event extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
  lastTimestamp?: string;
}
const Event: Kind<Event> = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** What to do about what pods wait for, by the reason that Kubernetes gives. */
const ADVICE: Record<string, string> = {
  ErrImagePull: 'see that the nodes reach the registry and that the image is there, or bring it in a bundle',
  ImagePullBackOff:
    'see that the nodes reach the registry and that the image is there, or bring it in a bundle',
  CreateContainerConfigError: 'see that the Secrets and ConfigMaps it names are there',
  CrashLoopBackOff: 'read its log: kubectl logs -p',
  Unschedulable:
    'see the nodes and what it requests (its parameters), or the default StorageClass when a volume is missing',
  FailedMount: 'see that the volume or the Secret it names is there',
  FailedCreate: 'see quotas and Pod Security of its namespace',
};

/** Why a workload is not ready, as its pods and events tell; undefined when they tell nothing. */
export async function causeOf(client: Client, object: AnyObject): Promise<string | undefined> {
  const { namespace } = object.metadata;
  if (!namespace) return undefined;
  return (await podCause(client, object, namespace)) ?? (await eventCause(client, object, namespace));
}

async function podCause(client: Client, { spec }: AnyObject, namespace: string): Promise<string | undefined> {
  const labels = (spec?.selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
  if (!labels) return undefined;
  const { items } = await client.list(Pod, { namespace, labelSelector: { matchLabels: labels } });
  for (const pod of items) {
    const found = waitingReason(pod) ?? unscheduled(pod);
    if (found) return `pod ${pod.metadata.name}: ${found.reason}: ${found.message}${adviceFor(found.reason)}`;
  }
  return undefined;
}

interface Found {
  reason: string;
  message: string;
}

function waitingReason({ status }: Stored<Pod>): Found | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const { name, state } of containers) {
    const { reason, message } = state?.waiting ?? {};
    if (reason && reason !== 'ContainerCreating' && reason !== 'PodInitializing')
      return { reason, message: `container ${name}${message ? `: ${message}` : ''}` };
  }
  return undefined;
}

function unscheduled({ status }: Stored<Pod>): Found | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  return { reason: scheduled.reason ?? 'Unschedulable', message: scheduled.message ?? '' };
}

/** The newest warning about the object, its sets or its pods: their names begin with its own. */
async function eventCause(client: Client, object: AnyObject, namespace: string): Promise<string | undefined> {
  const { items } = await client.list(Event, { namespace });
  const { name = '' } = object.metadata;
  const about = items.filter(
    ({ type, involvedObject }) => type === 'Warning' && (involvedObject?.name ?? '').startsWith(name),
  );
  const newest = about.toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? 1 : -1))[0];
  if (!newest) return undefined;
  const { reason = '', message = '', involvedObject } = newest;
  return `${involvedObject?.kind} ${involvedObject?.name}: ${reason}: ${message}${adviceFor(reason)}`;
}

function adviceFor(reason: string): string {
  const advice = ADVICE[reason];
  return advice ? `; ${advice}` : '';
}
