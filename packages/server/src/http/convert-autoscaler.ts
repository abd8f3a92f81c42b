import type { KubeObject } from '@slipway/api';
import { isRecord } from './decode.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
type Spec = Record<string, unknown>;

/** A HorizontalPodAutoscaler between autoscaling/v1 and v2; what v1 cannot say travels in an annotation, as upstream. */
export function convertAutoscaler(object: KubeObject, apiVersion: string): KubeObject {
  const source = object as KubeObject & { spec?: Spec };
  const spec = source.spec ?? {};
  if (apiVersion === 'autoscaling/v2') return toV2(source, spec);
  return toV1(source, spec);
}

function isCpu(metric: unknown): metric is { resource: { target: { averageUtilization?: number } } } {
  return isRecord(metric) && isRecord(metric.resource) && metric.resource.name === 'cpu';
}

function toV1(object: KubeObject, spec: Spec): KubeObject {
  const { metrics, behavior: _behavior, ...rest } = spec;
  const all = Array.isArray(metrics) ? metrics : [];
  const cpu = all.find(isCpu)?.resource.target.averageUtilization;
  const others = all.filter(metric => !isCpu(metric));
  const annotations = others.length > 0 ? { [METRICS]: JSON.stringify(others) } : {};
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
    spec: { ...rest, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
  } as KubeObject;
}

function toV2(object: KubeObject, spec: Spec): KubeObject {
  const { targetCPUUtilizationPercentage: cpu, ...rest } = spec;
  const { [METRICS]: kept, ...annotations } = object.metadata.annotations ?? {};
  const target = { type: 'Utilization', averageUtilization: cpu };
  const metrics = [
    ...(kept ? (JSON.parse(kept) as unknown[]) : []),
    ...(cpu === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target } }]),
  ];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: { ...object.metadata, annotations },
    spec: { ...rest, metrics },
  } as KubeObject;
}
