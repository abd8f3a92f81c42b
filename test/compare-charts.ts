// `npm run compare:charts -- --helm <binary> <folder…>`: renders every chart below the folders with several sets of values,
// here and with the real helm, and counts what is the same byte for byte. `--only <text>` picks charts, `--show` prints
// the first difference of each. Charts are the reader's own: none are part of this project.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Comparison, compare } from './compare-charts/compare.ts';
import { completeChart } from './compare-charts/complete-chart.ts';
import { type FoundChart, findCharts } from './compare-charts/find-charts.ts';
import { renderOurs, renderTheirs } from './compare-charts/render-both.ts';
import { valueSets } from './compare-charts/value-sets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    helm: { type: 'string' },
    only: { type: 'string', default: '' },
    show: { type: 'boolean', default: false },
  },
});
const { helm, only, show } = values;
if (!helm || positionals.length === 0) {
  process.stdout.write('skipped: give --helm <binary> and folders with charts\n');
  process.exit(0);
}

const charts = positionals.flatMap(findCharts);
const byName = new Map<string, FoundChart>(charts.map(chart => [chart.name, chart]));
const counts: Record<Comparison['kind'], number> = { same: 0, sameMistake: 0, random: 0, different: 0 };
const rendered = new Set<string>();
for (const chart of charts.filter(({ label }) => label.includes(only))) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-charts-'));
  try {
    const target = join(folder, 'chart');
    completeChart(chart, byName, target);
    for (const set of valueSets(target)) {
      const ours = await renderOurs(target, set);
      const theirs = () => renderTheirs(helm, target, set, folder);
      const comparison = compare(ours, theirs(), theirs);
      counts[comparison.kind]++;
      if (comparison.kind === 'same' || comparison.kind === 'random') rendered.add(chart.label);
      if (comparison.kind === 'different')
        process.stdout.write(`${chart.label} (${set.name}): ${show ? comparison.why : comparison.short}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
process.stdout.write(
  `${charts.length} charts (${rendered.size} rendered at least once), ${all} pairs of chart and values: ` +
    `${counts.same} identical, ${counts.random} identical but for what is random in both, ` +
    `${counts.sameMistake} refused with the same message, ${counts.different} different\n`,
);
