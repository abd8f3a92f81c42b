import { type Condition, type KubeObject, StatusError, timestamp } from '@slipway/api';
import { commit } from './commit.ts';
import { parseEntry } from './convert.ts';
import { isRecord, parseBody } from './decode.ts';
import { evict } from './evict.ts';
import { type Exchange, type Step, successStatus, targetOf } from './exchange.ts';
import { podOf, readLog } from './log.ts';
import { writeOptions } from './options.ts';
import { notFound } from './refusals.ts';
import { updateDecision } from './update.ts';

interface Pod extends KubeObject {
  spec?: { nodeName?: string };
  status?: { conditions?: Condition[] };
}

const ACTIONS: Record<string, Step> = {
  'create binding': bind,
  'create eviction': evict,
  'get log': readLog,
};

/** Step: what is done to a pod beside changing it. */
export function servePodAction(exchange: Exchange): void | Promise<void> {
  const { info, verb, subresource } = targetOf(exchange);
  if (info.kind.group !== '' || subresource === undefined) return;
  if (info.kind.plural === 'bindings' || info.kind.plural !== 'pods') return;
  const action = ACTIONS[`${verb} ${subresource}`];
  if (action) return action(exchange);
  if (['exec', 'attach', 'portforward'].includes(subresource)) {
    podOf(exchange);
    throw new StatusError('BadRequest', `unable to upgrade: ${subresource} needs a WebSocket connection`);
  }
}

/** `pods/binding`: the scheduler's word on where a pod runs. */
async function bind(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = writeOptions(exchange);
  const body = parseBody(await exchange.incoming.body(), exchange.incoming.contentType);
  const node = isRecord(body) && isRecord(body.target) ? body.target.name : undefined;
  if (typeof node !== 'string' || node === '') {
    throw new StatusError('Invalid', `Binding "${target.name}" is invalid: target.name: Required value`);
  }
  const name = target.name ?? '';
  await commit(exchange, { target, name, verb: 'create', dryRun: options.dryRun }, async live => {
    if (!live) throw notFound(target.info, name);
    const pod = parseEntry(live, target.info) as Pod;
    if (pod.spec?.nodeName) {
      throw new StatusError(
        'Conflict',
        `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "${pod.spec.nodeName}"`,
        { name, kind: 'pods/binding' },
      );
    }
    return updateDecision(exchange, { target, live, updated: bound(exchange, pod, node), options });
  });
  exchange.answer = successStatus(201);
}

function bound(exchange: Exchange, pod: Pod, nodeName: string): KubeObject {
  const others = (pod.status?.conditions ?? []).filter(condition => condition.type !== 'PodScheduled');
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(exchange.parts.clock.now()),
  };
  const updated: unknown = {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
  return updated as KubeObject;
}
