import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

const NO_STATUS = progressing('No status available');

const DISK_PHASES: Record<string, Health['status']> = {
  Succeeded: 'Healthy',
  Paused: 'Suspended',
  Failed: 'Degraded',
  Unknown: 'Degraded',
};

/** A disk that is imported: an import that broke is told by a condition. */
function dataVolume(object: AnyObject): Health {
  const phase = fieldOf(object, 'status.phase') as string | undefined;
  const status = DISK_PHASES[phase ?? ''] ?? 'Progressing';
  const failed = conditionsOf(object)?.find(
    each => each.type === 'Running' && each.status === 'False' && each.reason === 'Error',
  );
  const isOver = status === 'Healthy' || status === 'Suspended';
  if (failed && !isOver) return { status: 'Degraded', message: failed.message ?? '' };
  return phase === undefined ? NO_STATUS : { status, message: phase };
}

const MACHINE_PHASES: Record<string, Health['status']> = {
  Failed: 'Degraded',
  Pending: 'Progressing',
  Scheduling: 'Progressing',
  Scheduled: 'Progressing',
  Succeeded: 'Suspended',
  Unknown: 'Unknown',
};

function instance(object: AnyObject): Health {
  const phase = fieldOf(object, 'status.phase') as string | undefined;
  const decided = MACHINE_PHASES[phase ?? ''];
  if (phase !== undefined && decided) return { status: decided, message: phase };
  const conditions = conditionsOf(object) ?? [];
  const paused = conditions.find(each => each.type === 'Paused' && each.status === 'True');
  if (paused) return { status: 'Suspended', message: paused.message ?? '' };
  const ready = conditions.find(each => each.type === 'Ready');
  if (!ready) return phase === undefined ? NO_STATUS : progressing(phase);
  if (ready.status === 'True') return { status: 'Healthy', message: 'Running' };
  return { status: 'Degraded', message: ready.message ?? '' };
}

export const KUBEVIRT: Record<string, HealthRule> = {
  'cdi.kubevirt.io/DataVolume': dataVolume,
  'kubevirt.io/VirtualMachineInstance': instance,
};
