import type { Environment, Promotion, Workload, WorkloadEnvironment } from '@slipway/kinds';

/** A promotion that could be started now. */
export interface Way {
  from: string;
  to: string;
  image: string;
  revision: string;
}

/** What may come to an environment of a service: the other image that runs healthy in the one before. Pure. */
export function wayTo({ status }: Workload, to: string, environments: Environment[]): Way | undefined {
  const from = environments.find(({ metadata }) => metadata.name === to)?.spec.promotion?.from;
  const find = (name: string | undefined) => status?.environments?.find(each => each.name === name);
  const [source, target] = [find(from), find(to)];
  if (!from || !source?.healthy || !source.image || !source.revision) return undefined;
  if (target?.image === source.image && target.revision === source.revision) return undefined;
  return { from, to, image: source.image, revision: source.revision };
}

/** The promotion of a service to an environment that has not ended. Pure. */
export function openTo({ metadata }: Workload, to: string, promotions: Promotion[]): Promotion | undefined {
  return promotions.find(
    each =>
      each.metadata.namespace === metadata.namespace &&
      each.spec.workload === metadata.name &&
      each.spec.to === to &&
      !each.status?.finishedAt,
  );
}

/** Whether what a promotion brought still runs, and there is something to go back to. Pure. */
export function canUndo({ spec, status }: Promotion, workload: Workload | undefined): boolean {
  const now = workload?.status?.environments?.find(({ name }) => name === spec.to);
  const hasEnded = status?.phase === 'Promoted' || status?.phase === 'Failed';
  return hasEnded && status.difference?.before.image !== undefined && now?.image === status.image;
}

/** Whether a promotion waits for a decision of this person. Pure. */
export function waitsFor({ status }: Promotion, person: { name: string; groups: string[] }): boolean {
  if (status?.phase !== 'Waiting') return false;
  if (status.approvals?.given.some(({ by }) => by === person.name)) return false;
  return (status.approvals?.wanted ?? []).some(
    ({ group, count, given, selfApproval }) =>
      given < count && person.groups.includes(group) && (selfApproval || status.promotedBy !== person.name),
  );
}

/** The end of an image's name that people compare: of its digest twelve characters. */
export function shortImage(image: string | undefined): string {
  return image?.replace(/^.*@sha256:/, '').slice(0, 12) ?? 'nothing';
}

/** Services by name; each with the environments of the platform in their order. Pure. */
export function matrixOf(
  workloads: Workload[],
  environments: Environment[],
): { names: string[]; rows: { workload: Workload; cells: (WorkloadEnvironment | undefined)[] }[] } {
  const names = [...environments]
    .sort((a, b) => a.spec.order - b.spec.order)
    .map(({ metadata }) => metadata.name ?? '');
  const sorted = [...workloads].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
  const rows = sorted.map(workload => ({
    workload,
    cells: names.map(name => workload.status?.environments?.find(each => each.name === name)),
  }));
  return { names, rows };
}
