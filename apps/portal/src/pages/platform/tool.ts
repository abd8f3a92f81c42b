import type { Component } from '@slipway/kinds';

/** The word for what the last probe found; of one capability where it has a probe of its own. */
export function healthOf({ status }: Component, capability?: string): string {
  const probe = status?.probes?.find(each => each.capability === capability);
  if (probe) return probe.healthy ? 'Healthy' : 'Degraded';
  const probed = status?.conditions?.find(condition => condition.type === 'Probed');
  return { True: 'Healthy', False: 'Degraded', Unknown: 'Progressing' }[probed?.status ?? 'Unknown'];
}

/** A condition's status as people read it. */
export function conditionWord(status: string): string {
  return { True: 'Pass', False: 'Fail' }[status] ?? 'Not known';
}

/** What is not as it should be, and why. */
export function troubleOf({ status }: Component): string {
  const wrong = status?.conditions?.find(condition => condition.status === 'False');
  const probed = status?.conditions?.find(condition => condition.type === 'Probed');
  return wrong?.message || probed?.message || 'it was not asked yet';
}

/** Of the tool itself; of an embedded engine the one whose API it follows. */
export function versionOf({ spec, status }: Component): string {
  return status?.version || spec.version || 'not said';
}

export interface ToolAddress {
  title: string;
  url: string;
  isSignIn: boolean;
}

/** Where people open it; of who serves no pages the address of its API. */
export function addressesOf({ spec, status }: Component): ToolAddress[] {
  const links = spec.links ?? [];
  if (links.length > 0)
    return links.map(({ title, url, signIn }) => ({
      title,
      url: signIn ?? url,
      isSignIn: signIn !== undefined,
    }));
  return status?.address ? [{ title: status.address, url: status.address, isSignIn: false }] : [];
}
