import type { ApplicationSet, ApplicationSetCondition } from './spec.ts';

type Given = Omit<ApplicationSetCondition, 'lastTransitionTime'>;

export const PARAMETERS_GENERATED: Given = {
  type: 'ParametersGenerated',
  status: 'True',
  reason: 'ParametersGenerated',
  message: 'Successfully generated parameters for all Applications',
};

/** Everything was generated and written. */
export function upToDate(): Given[] {
  const fields = {
    reason: 'ApplicationSetUpToDate',
    message: 'All applications have been generated successfully',
  };
  return [
    PARAMETERS_GENERATED,
    { type: 'ResourcesUpToDate', status: 'True', ...fields },
    { type: 'ErrorOccurred', status: 'False', ...fields },
  ];
}

/** Something went wrong, before or after there were parameters. */
export function failed(
  { reason, message }: { reason: string; message: string },
  { parametersGenerated }: { parametersGenerated: boolean },
): Given[] {
  const parameters: Given = parametersGenerated
    ? PARAMETERS_GENERATED
    : { type: 'ParametersGenerated', status: 'False', reason: 'ErrorOccurred', message };
  return [
    parameters,
    { type: 'ErrorOccurred', status: 'True', reason, message },
    { type: 'ResourcesUpToDate', status: 'False', reason: 'ErrorOccurred', message },
  ];
}

const ROLLOUT = ['RolloutProgressing', 'InvalidRolloutConfig'];

/** The conditions with new ones among them, by type; those of a rollout go with its strategy. */
export function conditionsAfter(
  before: ApplicationSetCondition[],
  given: Given[],
  { now, isRolling }: { now: string; isRolling: boolean },
): ApplicationSetCondition[] {
  const kept = before.filter(
    ({ type }) => !given.some(each => each.type === type) && (isRolling || !ROLLOUT.includes(type)),
  );
  const fresh = given.map(condition => {
    const known = before.find(each => each.type === condition.type);
    const isSame =
      known?.message === condition.message &&
      known.reason === condition.reason &&
      known.status === condition.status;
    return isSame ? known : { ...condition, lastTransitionTime: now };
  });
  return [...kept, ...fresh].sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** `status.health`, which follows from the conditions. */
export function healthFrom(conditions: ApplicationSetCondition[]): { status: string; message: string } {
  if (conditions.length === 0)
    return { status: 'Unknown', message: 'No status conditions found for ApplicationSet' };
  const holds = (type: string) => conditions.find(each => each.type === type && each.status === 'True');
  const order = [
    ['ErrorOccurred', 'Degraded'],
    ['RolloutProgressing', 'Progressing'],
    ['ResourcesUpToDate', 'Healthy'],
  ] as const;
  for (const [type, status] of order) {
    const condition = holds(type);
    if (condition) return { status, message: condition.message };
  }
  return { status: 'Unknown', message: 'Waiting for health status to be determined' };
}

/** Only this strategy moves step by step. */
export function isRollingSync({ spec }: ApplicationSet): boolean {
  return spec.strategy?.type === 'RollingSync' && spec.strategy.rollingSync !== undefined;
}
