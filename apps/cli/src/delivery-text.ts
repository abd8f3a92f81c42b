import { type DeliveryMeasures, DORA_GROUPS } from '@slipway/kinds';

const UNKNOWN = 'unknown';
const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** `3 s`, `2.5 h`; unknown where nothing was measured. */
export function timeText(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN;
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${Math.round((seconds / length) * 10) / 10} ${unit}`;
}

/** With DORA's group of it. */
export function groupedText(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN;
  return `${timeText(seconds)} (${DORA_GROUPS.find(({ below }) => seconds < below)?.name})`;
}

export function percentText(percent: number | undefined): string {
  return percent === undefined ? UNKNOWN : `${percent} %`;
}

/** DORA's five measures in its own order: throughput first, then instability. */
export function measureCells(measures: DeliveryMeasures): string[] {
  const { deployments, deploymentsPerDay } = measures;
  return [
    timeText(measures.leadTimeSeconds),
    deploymentsPerDay === undefined ? UNKNOWN : `${deployments} (${deploymentsPerDay} a day)`,
    measures.failingSince ? `failing since ${measures.failingSince}` : timeText(measures.recoverySeconds),
    percentText(measures.failPercentage),
    percentText(measures.reworkPercentage),
  ];
}

export const MEASURES = [
  'CHANGE LEAD TIME',
  'DEPLOYMENTS, 30 DAYS',
  'RECOVERY TIME',
  'CHANGE FAIL RATE',
  'REWORK RATE',
];
