import { conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';

const UNKNOWN: Health = { status: 'Progressing', message: 'Status unknown' };

/** Flux's kinds: Ready, and Reconciling while it works. `artifact`: a source is good only with its artifact stored. */
export function flux({ artifact = false } = {}): HealthRule {
  return object => {
    if (object.spec?.suspend === true) return { status: 'Suspended', message: `${object.kind} is suspended` };
    const conditions = conditionsOf(object);
    if (!conditions) return UNKNOWN;
    const is = (type: string, status = 'True') =>
      conditions.find(each => each.type === type && each.status === status);
    const ready = conditions.find(each => each.type === 'Ready');
    const message = messageOf(ready, artifact ? is('ArtifactOutdated') : undefined);
    if (is('Ready', 'Unknown') && is('Reconciling')) return { status: 'Progressing', message };
    const isGood = is('Ready') && (!artifact || is('ArtifactInStorage'));
    return { status: isGood ? 'Healthy' : 'Degraded', message };
  };
}

function messageOf(ready: RuleCondition | undefined, outdated: RuleCondition | undefined): string {
  return `${ready?.reason ?? ''}${outdated ? ` ${outdated.reason ?? ''}` : ''}`;
}

/** Flux's image kinds. `working`: reasons of Reconciling that count, any where there are none; `notYet`: Ready while it works. */
export function fluxImage({ working, notYet }: { working?: string[]; notYet: string }): HealthRule {
  return object => {
    if (object.spec?.suspend === true) return { status: 'Suspended', message: `${object.kind} is suspended` };
    const conditions = conditionsOf(object);
    if (!conditions) return UNKNOWN;
    const ready = conditions.filter(each => each.type === 'Ready');
    const message = ready.at(-1)?.reason ?? '';
    const isWorking = conditions.some(
      ({ type, status, reason = '' }) =>
        type === 'Reconciling' && status === 'True' && (working?.includes(reason) ?? true),
    );
    if (isWorking && ready.some(each => each.status === notYet)) return { status: 'Progressing', message };
    return { status: ready.some(each => each.status === 'True') ? 'Healthy' : 'Degraded', message };
  };
}
