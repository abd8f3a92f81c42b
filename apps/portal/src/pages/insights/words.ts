import { type DeliveryMeasures, DORA_GROUPS, type Report } from '@slipway/kinds';

const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** `3 s`, `2.5 h`; unknown where nothing was measured. */
export function timeWord(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${Math.round((seconds / length) * 10) / 10} ${unit}`;
}

/** DORA's group of a time; empty where nothing was measured. */
export function groupWord(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return DORA_GROUPS.find(({ below }) => seconds < below)?.name ?? '';
}

function shareWord(percent: number | undefined): string {
  return percent === undefined ? 'unknown' : `${percent} %`;
}

interface MeasureWord {
  name: string;
  value: string;
  /** DORA's group of a time. */
  group?: string;
}

/** DORA's five measures, throughput first, in words. */
export function measureWords(measures: DeliveryMeasures): MeasureWord[] {
  const { deployments, deploymentsPerDay, failingSince } = measures;
  const rate = deploymentsPerDay === undefined ? 'unknown' : `${deployments} in 30 days`;
  const recovery = failingSince ? 'failing now' : timeWord(measures.recoverySeconds);
  return [
    {
      name: 'Change lead time',
      value: timeWord(measures.leadTimeSeconds),
      group: groupWord(measures.leadTimeSeconds),
    },
    { name: 'Deployments', value: rate },
    {
      name: 'Recovery time',
      value: recovery,
      group: failingSince ? '' : groupWord(measures.recoverySeconds),
    },
    { name: 'Change fail rate', value: shareWord(measures.failPercentage) },
    { name: 'Rework rate', value: shareWord(measures.reworkPercentage) },
  ];
}

/** Reports on services, by name. */
export function ofServices<T extends Report>(reports: T[]): T[] {
  return reports
    .filter(({ spec }) => spec.subject.kind === 'Workload')
    .sort((a, b) => a.spec.subject.name.localeCompare(b.spec.subject.name));
}
