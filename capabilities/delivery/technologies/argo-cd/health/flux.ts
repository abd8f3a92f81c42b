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
