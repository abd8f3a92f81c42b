import type { AnyObject } from '@slipway/api';
import type { ContainerStatus, Pod } from '@slipway/kinds';
import type { Health } from './types.ts';

const FAILING = [
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
];

export function pod(object: AnyObject): Health {
  const { spec, status } = object as unknown as Pod;
  const containers = status?.containerStatuses ?? [];
  const waiting = containers.find(each => FAILING.includes(each.state?.waiting?.reason ?? ''));
  if (waiting && spec.restartPolicy !== 'Never') {
    return {
      status: 'Degraded',
      message: waiting.state?.waiting?.message ?? waiting.state?.waiting?.reason ?? '',
    };
  }
  switch (status?.phase) {
    case 'Succeeded':
      return { status: 'Healthy', message: status.message ?? '' };
    case 'Failed':
      return { status: 'Degraded', message: status.message || failureOf(containers) };
    case 'Running':
      return running(object as unknown as Pod);
    default:
      return { status: 'Progressing', message: status?.message ?? '' };
  }
}

function running({ spec, status }: Pod): Health {
  if (spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure')
    return { status: 'Progressing', message: status?.message ?? '' };
  const ready = status?.conditions?.some(each => each.type === 'Ready' && each.status === 'True');
  if (ready) return { status: 'Healthy', message: status?.message ?? '' };
  const died = status?.containerStatuses?.find(each => each.lastState?.terminated);
  return died
    ? { status: 'Degraded', message: status?.message ?? '' }
    : { status: 'Progressing', message: status?.message ?? '' };
}

function failureOf(containers: ContainerStatus[]): string {
  const failed = containers.find(each => (each.state?.terminated?.exitCode ?? 0) !== 0);
  const terminated = failed?.state?.terminated;
  if (!failed || !terminated) return '';
  return terminated.message ?? `container "${failed.name}" failed with exit code ${terminated.exitCode}`;
}
