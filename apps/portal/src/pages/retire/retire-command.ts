import type { Retirement } from '@slipway/kinds';

/** The command that does the same from a terminal. */
export function retireCommand({ metadata, spec }: Retirement): string {
  const team = (metadata.namespace ?? '').replace(/^team-/, '');
  const keep = spec.keep?.length ? ` --keep ${spec.keep.join(',')}` : '';
  const whose = team === 'default' ? '' : ` --team ${team}`;
  return `slipway service retire ${spec.workload}${keep}${whose} --wait`;
}
