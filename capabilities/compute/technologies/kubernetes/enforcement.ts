import type { Pod } from '@slipway/kinds';
import type { Guarantees } from '@slipway/sandbox';
import { allContainers } from './pod/observed.ts';

/** What a pod asks for and its driver cannot keep, in one sentence; '' when it keeps all. */
export function notEnforced(pod: Pod, guarantees: Guarantees): string {
  const findings: string[] = [];
  const { ownFiles, ownNetwork, limits } = guarantees;
  if (!ownFiles.holds) findings.push(`its files are not its own (${ownFiles.reason})`);
  if (!ownNetwork.holds) findings.push(`its network is not its own (${ownNetwork.reason})`);
  const isLimited = allContainers(pod).some(
    ({ resources }) => resources?.limits?.cpu ?? resources?.limits?.memory,
  );
  if (isLimited && !limits.holds) findings.push(`its limits are not kept (${limits.reason})`);
  return findings.join('; ');
}
