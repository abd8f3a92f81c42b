import { StatusError, type StatusReason } from '@slipway/api';
import type { Trace } from '@slipway/kinds';

const REASONS: Record<number, StatusReason> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };

/** The chains of a pod's containers, by the signing technology's own API. @throws StatusError */
export async function readTraces(namespace: string, pod: string, signal: AbortSignal): Promise<Trace[]> {
  const place = [namespace, pod].map(encodeURIComponent).join('/');
  const response = await fetch(`/apis-of/sigstore/trace/pods/${place}`, { signal });
  const body = (await response.json()) as { traces?: Trace[]; message?: string };
  if (response.ok && body.traces) return body.traces;
  const message = body.message ?? `signing answered ${response.status}`;
  throw new StatusError(REASONS[response.status] ?? 'InternalError', message);
}
