import type { AnyObject } from '@slipway/api';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

const RUNNING: Health = { status: 'Healthy', message: 'SparkApplication is Running' };
/** States that say all; upstream's words, a line break in the middle of one of them too. */
const SPARK: Record<string, [Health['status'], string?]> = {
  '': ['Progressing', 'SparkApplication was added, enqueuing it for submission'],
  SUBMITTED: ['Progressing', 'SparkApplication was submitted successfully'],
  COMPLETED: ['Healthy', 'SparkApplication was Completed'],
  FAILED: ['Degraded'],
  SUBMISSION_FAILED: ['Degraded'],
  PENDING_RERUN: ['Progressing', 'SparkApplication is Pending Rerun'],
  INVALIDATING: ['Missing', 'SparkApplication is in InvalidatingState'],
  SUCCEEDING: [
    'Progressing',
    'The driver pod has been completed successfully. The executor pods terminate and are cleaned up.\nUnder this circumstances, we assume the executor pod are completed.',
  ],
  FAILING: ['Degraded'],
  UNKNOWN: [
    'Progressing',
    'SparkApplication is in UnknownState because either driver pod or one or all executor pods in unknown state  ',
  ],
};

function sparkApplication(object: AnyObject): Health {
  const { state, errorMessage = '' } = (fieldOf(object, 'status.applicationState') ?? {}) as {
    state?: string;
    errorMessage?: string;
  };
  const [status, message = errorMessage] = SPARK[state ?? 'none'] ?? [];
  if (status) return { status, message };
  return state === 'RUNNING' && hasExecutors(object) ? RUNNING : progressing('Waiting for Executor pods');
}

/** As many executors as the spec wants: a number, a range, or any one of them. */
function hasExecutors(object: AnyObject): boolean {
  const states = fieldOf(object, 'status.executorState') as Record<string, string> | undefined;
  if (!states) return false;
  const running = Object.values(states).filter(each => each === 'RUNNING').length;
  const instances = fieldOf(object, 'spec.executor.instances');
  if (instances !== undefined && instances === running) return true;
  const range = executorRange(object);
  if (range) return running >= range.least && running <= range.most;
  const isFree = fieldOf(object, 'spec.dynamicAllocation') === undefined && instances === undefined;
  return isFree && running >= 1;
}

function executorRange(object: AnyObject): { least: number; most: number } | undefined {
  const { dynamicAllocation, sparkConf } = (object.spec ?? {}) as {
    dynamicAllocation?: { enabled?: boolean; minExecutors?: number; maxExecutors?: number };
    sparkConf?: Record<string, string>;
  };
  const range = (least: unknown, most: unknown) => ({
    least: Number(least ?? 0),
    most: Number(most ?? Number.POSITIVE_INFINITY),
  });
  if (dynamicAllocation?.enabled)
    return range(dynamicAllocation.minExecutors, dynamicAllocation.maxExecutors);
  const prefix = ['spark.streaming.dynamicAllocation', 'spark.dynamicAllocation'].find(
    each => sparkConf?.[`${each}.enabled`] === 'true',
  );
  if (!prefix) return undefined;
  return range(sparkConf?.[`${prefix}.minExecutors`], sparkConf?.[`${prefix}.maxExecutors`]);
}

interface FlinkStatus {
  jobManagerDeploymentStatus?: string;
  reconciliationStatus?: { success?: boolean; state?: string; error?: string };
}

function flinkDeployment(object: AnyObject): Health {
  const { reconciliationStatus: told, jobManagerDeploymentStatus: manager = '' } = (object.status ??
    {}) as FlinkStatus;
  if (told?.success || told?.state === 'DEPLOYED') return { status: 'Healthy' };
  if (told && ['DEPLOYED_NOT_READY', 'DEPLOYING'].includes(manager))
    return progressing('Waiting for deploying');
  if (told && manager === 'ERROR') return { status: 'Degraded', message: told.error ?? '' };
  return progressing('Waiting for Flink operator');
}

export const DATA_JOBS: Record<string, HealthRule> = {
  'sparkoperator.k8s.io/SparkApplication': sparkApplication,
  'flink.apache.org/FlinkDeployment': flinkDeployment,
};
