import type { Pod } from '@slipway/kinds';
import type { Sandbox } from '@slipway/sandbox';
import { allContainers } from './pod/observed.ts';

interface Seccomp {
  seccompProfile?: { type?: string };
}

/** What a pod asks for and its driver cannot keep, in one sentence; '' when it keeps all. */
export function notEnforced(
  pod: Pod,
  { driver, guarantees }: Pick<Sandbox, 'driver' | 'guarantees'>,
): string {
  const { ownFiles, ownNetwork, limits } = guarantees;
  const { spec } = pod;
  const containers = allContainers(pod);
  const findings: string[] = [];
  if (!ownFiles.holds) findings.push(`its files are not its own (${ownFiles.reason})`);
  if (!ownNetwork.holds) findings.push(`its network is not its own (${ownNetwork.reason})`);
  const isLimited = containers.some(({ resources }) => resources?.limits?.cpu ?? resources?.limits?.memory);
  if (isLimited && !limits.holds) findings.push(`its limits are not kept (${limits.reason})`);
  for (const { name, emptyDir } of spec.volumes ?? []) {
    if (emptyDir?.medium === 'Memory')
      findings.push(`its volume ${JSON.stringify(name)} lies on disk, not in memory`);
  }
  const contexts = [spec.securityContext, ...containers.map(one => one.securityContext)];
  const filters = contexts.some(one =>
    ['RuntimeDefault', 'Localhost'].includes((one as Seccomp | undefined)?.seccompProfile?.type ?? ''),
  );
  if (filters && driver !== 'docker') findings.push(`no seccomp profile is applied (driver ${driver})`);
  const hasDisk = containers.some(({ resources }) => resources?.limits?.['ephemeral-storage']);
  if (hasDisk && driver === 'docker')
    findings.push(
      'its ephemeral-storage limit counts volumes and logs only (driver docker: the engine keeps its other files)',
    );
  return findings.join('; ');
}
