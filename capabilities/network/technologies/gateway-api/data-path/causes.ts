import { messageOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Page } from '@slipway/gateway';
import { Pod, type Service } from '@slipway/kinds';
import type { Endpoint } from './endpoints.ts';

const MOST_PODS = 5;

/** The page for a service without a ready endpoint: which pods there are, and why none is ready. */
export async function noEndpointPage(client: Client, service: Stored<Service>): Promise<Page> {
  const { namespace = '', name } = service.metadata;
  const selector = service.spec?.selector;
  const title = 'No ready endpoint';
  if (!selector || Object.keys(selector).length === 0) {
    const message = `Service "${namespace}/${name}" has no ready endpoint and selects no pods.`;
    return { status: 503, title, message };
  }
  const pods = await client
    .list(Pod, { namespace, labelSelector: { matchLabels: selector } })
    .then(list => list.items)
    .catch(() => []);
  if (pods.length === 0) {
    const text = Object.entries(selector)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const message = `Service "${namespace}/${name}" has no pods: none has the labels ${text}. Is its Deployment scaled to zero, or still being made?`;
    return { status: 503, title, message };
  }
  const details = pods.slice(0, MOST_PODS).map(pod => `Pod "${pod.metadata.name}": ${podReason(pod)}`);
  const message = `Service "${namespace}/${name}" has no ready endpoint; ${pods.length === 1 ? 'its pod is' : `none of its ${pods.length} pods is`} ready.`;
  return { status: 503, title, message, details };
}

/** Why a pod takes no requests, in the words of its status. */
export function podReason(pod: Stored<Pod>): string {
  if (pod.metadata.deletionTimestamp) return 'is being deleted';
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const { name, state, lastState, ready, restartCount } of statuses) {
    const { waiting, terminated } = state ?? {};
    const last = lastState?.terminated;
    const exit = last
      ? `; it last ended with exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ''}`
      : '';
    if (waiting)
      return `container "${name}" is waiting: ${waiting.reason ?? 'no reason given'}${waiting.message ? `: ${waiting.message}` : ''}${exit}`;
    if (terminated && terminated.exitCode !== 0)
      return `container "${name}" ended with exit code ${terminated.exitCode}`;
    if (state?.running && !ready)
      return `container "${name}" is running but not ready yet${restartCount ? `, after ${restartCount} restarts` : ''}`;
  }
  const scheduled = pod.status?.conditions?.find(condition => condition.type === 'PodScheduled');
  if (scheduled?.status === 'False') return `is not scheduled: ${scheduled.message ?? scheduled.reason}`;
  return `is ${pod.status?.phase ?? 'Pending'}`;
}

/** The page for an endpoint that refused: its pod may be ready by name only, or just have died. */
export async function refusalPage(
  client: Client,
  service: Stored<Service>,
  endpoint: Endpoint,
  error: Error,
): Promise<Page> {
  const { namespace = '', name } = service.metadata;
  const pod = endpoint.pod && (await client.find(Pod, endpoint.pod).catch(() => undefined));
  const where = `Service "${namespace}/${name}", endpoint ${endpoint.key}`;
  const message = `${where} refused the connection: ${messageOf(error)}. Does the application listen on port ${endpoint.port}, on all addresses?`;
  const details = pod ? [`Pod "${pod.metadata.name}": ${podReason(pod)}`] : [];
  return { status: 502, title: 'Service unreachable', message, details };
}
