import type { Guidance } from '@slipway/definition';

/** Guidance for people: one line for each thing that helps to choose. */
export function guidanceText(guidance: Guidance): string {
  const rows: [string, string][] = [
    ['for', guidance.purpose],
    ['choose', guidance.chooseWhen],
    ['avoid', guidance.avoidWhen],
    ['licence', guidance.licence],
    ['CNCF', guidance.cncf],
    ['maintained', guidance.maintenance],
    ['switching', guidance.switching],
    ['homepage', guidance.homepage],
    ['as of', guidance.asOf],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`).join('\n');
}
