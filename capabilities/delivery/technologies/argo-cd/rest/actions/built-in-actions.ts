import type { AnyObject } from '@slipway/api';

/** What an action changes: a merge patch of the object, or an object that is made. */
export type ActionEffect = { patch: object; subresource?: 'status' } | { create: AnyObject };

export interface ActionInput {
  params: Record<string, string>;
  /** As the API writes it. */
  now: string;
}

/** One action of a kind, as Argo CD lists it (its `resource_customizations`). */
export interface BuiltInAction {
  name: string;
  iconClass: string;
  displayName?: string;
  params?: { name: string }[];
  /** Listed, but not to be run now. */
  disabled?: boolean;
  /** @throws Error with the words of Argo CD's script */
  effect(input: ActionInput): ActionEffect;
}

type Spec = Record<string, unknown>;
const icon = (name: string) => `fa fa-fw fa-${name}`;
const specPatch = (spec: object): ActionEffect => ({ patch: { spec } });

const restart: BuiltInAction = {
  name: 'restart',
  iconClass: icon('redo'),
  effect: ({ now }) =>
    specPatch({ template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': now } } } }),
};

const scale: BuiltInAction = {
  name: 'scale',
  iconClass: icon('plus-circle'),
  params: [{ name: 'replicas' }],
  effect: ({ params: { replicas = '' } }) => {
    const count = Number(replicas);
    if (replicas.trim() === '' || Number.isNaN(count)) throw new Error(`invalid number: ${replicas}`);
    return specPatch({ replicas: count });
  },
};

const switched = (name: 'suspend' | 'resume'): BuiltInAction => ({
  name,
  iconClass: icon(name === 'suspend' ? 'pause' : 'play'),
  effect: () => specPatch({ suspend: name === 'suspend' }),
});

function deploymentActions({ spec }: AnyObject): BuiltInAction[] {
  const paused = (spec as Spec | undefined)?.paused === true;
  return [
    {
      name: 'pause',
      iconClass: icon('pause-circle'),
      disabled: paused,
      effect: () => specPatch({ paused: true }),
    },
    restart,
    {
      name: 'resume',
      iconClass: icon('play-circle'),
      disabled: !paused,
      effect: () => specPatch({ paused: null }),
    },
    scale,
  ];
}

function cronJobActions(object: AnyObject): BuiltInAction[] {
  const { suspend } = (object.spec ?? {}) as Spec;
  const createJob: BuiltInAction = {
    name: 'create-job',
    iconClass: icon('plus'),
    displayName: 'Create Job',
    effect: ({ now }) => ({ create: jobOf(object, now) }),
  };
  return [createJob, switched(suspend === true ? 'resume' : 'suspend')];
}

/** As `kubectl create job --from` makes it; its name ends with year, month, day, hour and minute. */
function jobOf({ apiVersion, kind, metadata, spec }: AnyObject, now: string): AnyObject {
  const template = ((spec as Spec | undefined)?.jobTemplate ?? {}) as Partial<AnyObject>;
  const { name = '', namespace, uid = '' } = metadata;
  const minute = now.replace(/\D/g, '').slice(2, 12);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...template.metadata,
      name: `${name}-${minute}`,
      ...(namespace ? { namespace } : {}),
      annotations: { ...template.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion, kind, name, uid, blockOwnerDeletion: true, controller: true }],
    },
    ...(template.spec ? { spec: template.spec } : {}),
  };
}

const ENDED = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'];

function jobActions({ spec, status }: AnyObject): BuiltInAction[] {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  if (conditions.some(each => ENDED.includes(each.type) && each.status === 'True')) return [];
  const change = switched((spec as Spec | undefined)?.suspend === true ? 'resume' : 'suspend');
  if (!status) return [change];
  const terminate: BuiltInAction = {
    name: 'terminate',
    iconClass: icon('stop'),
    effect: ({ now }) => ({
      patch: { status: { conditions: [...conditions, ended(now)] } },
      subresource: 'status',
    }),
  };
  return [change, terminate];
}

const ended = (now: string) => ({
  lastTransitionTime: now,
  message: 'Job was terminated explicitly through Argo CD',
  reason: 'ManuallyTerminated',
  status: 'True',
  type: 'FailureTarget',
});

const ACTIONS: Record<string, (object: AnyObject) => BuiltInAction[]> = {
  'apps/Deployment': deploymentActions,
  'apps/StatefulSet': () => [restart, scale],
  'apps/DaemonSet': () => [restart],
  'batch/CronJob': cronJobActions,
  'batch/Job': jobActions,
};

/** What Argo CD has built in for the kinds of Kubernetes itself, as far as it can be run on this object now. */
export function builtInActions(object: AnyObject): BuiltInAction[] {
  const [group = ''] = object.apiVersion.split('/');
  return ACTIONS[`${group}/${object.kind}`]?.(object) ?? [];
}
