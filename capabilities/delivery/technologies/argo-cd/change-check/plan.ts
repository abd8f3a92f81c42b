import type { AnyObject } from '@slipway/api';
import type { ChangeRequest, Check, CheckState } from '@slipway/kinds';
import { CHANGE_ANNOTATION, REVISION_ANNOTATION } from '../workload/plan.ts';

/** What a service's pipeline comes to for the head of a change. */
export interface Verdict {
  state: CheckState;
  description: string;
}

/** Gitea keeps at most 255 characters; ours may be longer, and a list shows one line. */
const LONGEST = 250;

/** The name under which branch protections ask for a service's pipeline. */
export function checkContext(service: string): string {
  return `pipeline/${service}`;
}

export const NEEDS_APPROVAL: Verdict = {
  state: 'pending',
  description: 'waits for approval: its author may not push; somebody who may says that it runs',
};
export const NOTHING_TO_BUILD: Verdict = {
  state: 'success',
  description: 'there is nothing to build; the manifests can be read',
};

/** How a run stands, in the words of commit statuses. */
export function verdictOn(workflow: AnyObject, message?: string): Verdict {
  const { phase = '' } = (workflow.status ?? {}) as { phase?: string };
  if (phase === 'Succeeded') return { state: 'success', description: 'the pipeline succeeded' };
  if (phase === 'Failed') return { state: 'failure', description: oneLine(message ?? 'the pipeline failed') };
  if (phase === 'Error') return { state: 'error', description: oneLine(message ?? 'the pipeline broke') };
  return { state: 'pending', description: phase === 'Running' ? 'the pipeline runs' : 'the pipeline starts' };
}

export function unreadable(message: string): Verdict {
  return { state: 'failure', description: oneLine(message) };
}

export function isFinal({ state }: Pick<Verdict, 'state'>): boolean {
  return state !== 'pending';
}

function oneLine(text: string): string {
  const [first = ''] = text.split('\n');
  return first.length > LONGEST ? `${first.slice(0, LONGEST - 1)}…` : first;
}

/** The newest check of this name on the change's head; source keeps the newest of each. */
export function checkOf({ status }: ChangeRequest, context: string): Check | undefined {
  return status?.checks?.find(each => each.context === context);
}

/** Whether what is to be said was said already. */
export function isSaid(check: Check | undefined, { state, description }: Verdict, url: string): boolean {
  return check?.state === state && check.description === description && check.targetUrl === url;
}

/** Whether a run tries a head that no open change has any more; `open` are the heads that are. */
export function isOutdated({ metadata, spec, status }: AnyObject, open: Set<string>): boolean {
  const { annotations = {} } = metadata;
  if (annotations[CHANGE_ANNOTATION] === undefined) return false;
  if (/^(Succeeded|Failed|Error)$/.test(String((status as { phase?: string } | undefined)?.phase)))
    return false;
  if ((spec as { shutdown?: string }).shutdown) return false;
  return !open.has(annotations[REVISION_ANNOTATION] ?? '');
}
